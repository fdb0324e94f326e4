/** Stage `corrupt.trace`: the spans of some cases, corrupted → `spans.parquet`, `axes`, `corruption`. */
import { stageKinds } from '../catalog/stages.ts';
import { corruptSpans } from '../data/corruption/spans.ts';
import type { TraceNames } from '../data/features/trace.ts';
import { amountsOf, type CorruptParams, corruptRecords } from './corrupt.ts';
import type { StageKind } from './stage.ts';
import { requireInput } from './telemetry.ts';

export const stage: StageKind<CorruptParams> = {
  kind: 'corrupt.trace',
  version: stageKinds['corrupt.trace'].version,
  cost: stageKinds['corrupt.trace'].cost,
  async run(params, context) {
    const spans = requireInput(context, 'spans');
    const axes = spans.json<TraceNames>('axes');
    const [from, path] = [spans.path('spans.parquet'), context.out.path('spans.parquet')];
    await corruptRecords(params, context, 'trace', from, path, (db, cases) =>
      corruptSpans(db, from, amountsOf(params), axes.services, cases, path),
    );
    context.out.json('axes', axes);
  },
};
