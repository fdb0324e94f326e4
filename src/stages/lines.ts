/**
 * Stage `lines`: the log lines of all cases → `lines.parquet` and `instances` (the
 * name of each instance as the other modalities have it: `cart-0` → `cart`). See `src/data/windows/lines.ts` for its columns.
 */
import { stageKinds } from '../catalog/stages.ts';
import { type Database, sqlText } from '../data/database.ts';
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
    const dataset = await openDataset(params, context, ['log']);
    const relation = relationOf(dataset, 'log');
    const path = context.out.path('lines.parquet');
    // Texts are sorted whole: with less memory the sort of some 200,000 long lines spills.
    const { lines, copies, instances } = await withDatabase(
      context,
      'lines',
      async (db) => {
        const counts = await writeLines(db, relation, readCases(context), path);
        return { ...counts, instances: await readInstances(db, path) };
      },
      1024,
    );
    if (lines === 0) throw noRecords(dataset.reader, 'log');
    if (copies > 0) noticeCode(context, 'MED3104', { what: 'log', copies }, copies);
    context.out.json('instances', Object.fromEntries(instances.map((one) => [one, relation.nameOf(one)])));
  },
};

async function readInstances(db: Database, path: string): Promise<string[]> {
  const rows = await db.rows(
    `SELECT DISTINCT instance FROM read_parquet(${sqlText(path)}) ORDER BY instance`,
  );
  return rows.map(({ instance }) => String(instance));
}
