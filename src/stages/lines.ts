/** Stage `lines`: the log lines of all cases → `lines.parquet`. See `src/data/windows/lines.ts` for its columns. */
import { stageKinds } from '../catalog/stages.ts';
import { writeLines } from '../data/windows/lines.ts';
import type { StageKind } from './stage.ts';
import {
  type DatasetParams,
  noRecords,
  noticeCode,
  openDataset,
  readCases,
  relationOf,
  withDatabase,
} from './telemetry.ts';

export const stage: StageKind<DatasetParams> = {
  kind: 'lines',
  version: stageKinds.lines.version,
  cost: stageKinds.lines.cost,
  async run(params, context) {
    const dataset = await openDataset(params, context);
    const relation = relationOf(dataset, 'log');
    const path = context.out.path('lines.parquet');
    // Texts are sorted whole: with less memory the sort of some 200,000 long lines spills.
    const { lines, copies } = await withDatabase(
      context,
      'lines',
      (db) => writeLines(db, relation, readCases(context), path),
      512,
    );
    if (lines === 0) throw noRecords(dataset.reader, 'log');
    if (copies > 0) noticeCode(context, 'MED3104', { what: 'log', copies }, copies);
  },
};
