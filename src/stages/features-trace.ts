/** Stage `features.trace`: the fixed steps of the trace pipeline → `x` `[case, window, link]` and `axes`. */
import { stageKinds } from '../catalog/stages.ts';
import { type TraceNames, traceFeatures } from '../data/features/trace.ts';
import { type FeatureParams, fittedCases, writeFeatures } from './features.ts';
import type { StageKind } from './stage.ts';
import { readCases, requireInput, withDatabase } from './telemetry.ts';

export const stage: StageKind<FeatureParams> = {
  kind: 'features.trace',
  version: stageKinds['features.trace'].version,
  cost: stageKinds['features.trace'].cost,
  async run(params, context) {
    const table = readCases(context);
    const spans = requireInput(context, 'spans');
    const names = spans.json<TraceNames>('axes');
    const fitted = fittedCases(params, context, table);
    const features = await withDatabase(context, 'features', (db) =>
      traceFeatures(db, spans.path('spans.parquet'), names, table, fitted, params.steps),
    );
    writeFeatures(context, 'trace', table, features, { links: features.links });
  },
};
