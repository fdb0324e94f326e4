/** Stage `features.metric`: the fixed steps of the metric pipeline → `x` `[case, instance, window, kpi]` and `axes`. */
import { stageKinds } from '../catalog/stages.ts';
import { type MetricAxes, metricFeatures } from '../data/features/metric.ts';
import { type FeatureParams, fittedCases, portable, recordView, writeFeatures } from './features.ts';
import type { StageKind } from './stage.ts';
import { readCases, requireInput, withOrderedDatabase } from './telemetry.ts';

export const stage: StageKind<FeatureParams> = {
  kind: 'features.metric',
  version: stageKinds['features.metric'].version,
  cost: stageKinds['features.metric'].cost,
  async run(params, context) {
    const table = readCases(context);
    const names = requireInput(context, 'samples').json<MetricAxes>('axes');
    const fitted = fittedCases(params, context, table);
    const { features, settle } = await withOrderedDatabase(context, async (db) => {
      const view = await recordView(db, context, 'samples', table, fitted);
      const made = await metricFeatures(
        db,
        view.from,
        names,
        view.table,
        view.fitted,
        params.steps,
        view.sorted,
      );
      return { features: made, settle: view.settle };
    });
    const { instances, kpis } = features;
    context.out.json('fit', portable(features.fit));
    writeFeatures(context, 'metric', table, features, settle, { instances, kpis });
  },
};
