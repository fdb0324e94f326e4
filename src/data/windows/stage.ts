/** What the three window writers share: the table of cases and an ordered parquet file. */
import type { CaseTable } from '../../stages/contracts.ts';
import { type Database, sqlText } from '../database.ts';
import { createIntervals } from '../intervals.ts';

/** Table `cases` (bucket, id, start_ms, end_ms) for the join, and `starts` (id, start_ms) for the window number. */
export async function createCases(db: Database, table: CaseTable): Promise<void> {
  const intervals = table.cases.map(({ start, end }, id) => ({ id, start, end }));
  await createIntervals(db, 'cases', intervals);
  await db.run('CREATE OR REPLACE TABLE starts AS SELECT DISTINCT id, start_ms FROM cases ORDER BY id');
}

/**
 * Passes in which to group or join so many records: hash tables and lists of one pass fit in a stage's memory, where DuckDB
 * does not spill them well.
 */
export function passesFor(records: number, perPass: number): number {
  return Math.max(1, Math.ceil(records / perPass));
}

/** Window number of `time` in the case with the given start. */
export function windowOf(time: string, start: string, table: CaseTable): string {
  return `CAST(floor((${time} - ${start}) / ${table.windowMs}) AS INTEGER)`;
}

/**
 * Writes a query, which must be ordered over all its columns, as parquet. A row group is held in memory, so long texts
 * need small ones.
 */
export async function writeParquet(
  db: Database,
  query: string,
  path: string,
  rowGroup = 122_880,
): Promise<void> {
  const options = `FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE ${rowGroup}`;
  await db.run(`COPY (${query}) TO ${sqlText(path)} (${options})`);
}
