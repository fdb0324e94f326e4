/** Stage `corrupt.log`: the lines of some cases, corrupted → `lines.parquet`, `instances`, `corruption`. */
import { stageKinds } from '../catalog/stages.ts';
import { corruptLines } from '../data/corruption/lines.ts';
import { amountsOf, type CorruptParams, corruptRecords } from './corrupt.ts';
import type { StageKind } from './stage.ts';
import { requireInput } from './telemetry.ts';

export const stage: StageKind<CorruptParams> = {
  kind: 'corrupt.log',
  version: stageKinds['corrupt.log'].version,
  cost: stageKinds['corrupt.log'].cost,
  async run(params, context) {
    const lines = requireInput(context, 'lines');
    const instances = lines.json<Record<string, string>>('instances');
    const [from, path] = [lines.path('lines.parquet'), context.out.path('lines.parquet')];
    await corruptRecords(params, context, 'log', from, path, (db, cases) =>
      corruptLines(db, from, amountsOf(params), instances, cases, path),
    );
    context.out.json('instances', instances);
  },
};
