/** Stage `features.trace`: the fixed steps of the trace pipeline → `x` `[case, window, link]` and `axes`. */
import { stageKinds } from '../catalog/stages.ts';
import { type TraceNames, traceFeatures } from '../data/features/trace.ts';
import { type FeatureParams, fittedCases, portable, recordView, writeFeatures } from './features.ts';
import type { StageKind } from './stage.ts';
import { readCases, requireInput, withOrderedDatabase } from './telemetry.ts';

export const stage: StageKind<FeatureParams> = {
  kind: 'features.trace',
  version: stageKinds['features.trace'].version,
  cost: stageKinds['features.trace'].cost,
  async run(params, context) {
    const table = readCases(context);
    const names = requireInput(context, 'spans').json<TraceNames>('axes');
    const fitted = fittedCases(params, context, table);
    const { features, settle } = await withOrderedDatabase(context, async (db) => {
      const view = await recordView(db, context, 'spans', table, fitted);
      const made = await traceFeatures(
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
    context.out.json('fit', portable(features.fit));
    writeFeatures(context, 'trace', table, features, settle, { links: features.links });
  },
};
