/** Stage `features.metric`: the fixed steps of the metric pipeline → `x` `[case, instance, window, kpi]` and `axes`. */
import { stageKinds } from '../catalog/stages.ts';
import { type MetricAxes, metricFeatures } from '../data/features/metric.ts';
import { type FeatureParams, fittedCases, writeFeatures } from './features.ts';
import type { StageKind } from './stage.ts';
import { readCases, requireInput, withDatabase } from './telemetry.ts';

export const stage: StageKind<FeatureParams> = {
  kind: 'features.metric',
  version: stageKinds['features.metric'].version,
  cost: stageKinds['features.metric'].cost,
  async run(params, context) {
    const table = readCases(context);
    const samples = requireInput(context, 'samples');
    const names = samples.json<MetricAxes>('axes');
    const fitted = fittedCases(params, context, table);
    const features = await withDatabase(context, 'features', (db) =>
      metricFeatures(db, samples.path('samples.parquet'), names, table, fitted, params.steps),
    );
    const { instances, kpis } = features;
    writeFeatures(context, 'metric', table, features, { instances, kpis });
  },
};
