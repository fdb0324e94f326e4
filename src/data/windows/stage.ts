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

/** Table `name` (code, name) of the distinct values, in order of their bytes; answers the names. */
export async function createCodes(db: Database, name: string, values: string): Promise<string[]> {
  await db.run(
    `CREATE OR REPLACE TABLE ${name} AS SELECT CAST(row_number() OVER (ORDER BY name) - 1 AS INTEGER) AS code, name FROM (SELECT DISTINCT name FROM (${values}))`,
  );
  const rows = await db.rows(`SELECT name FROM ${name} ORDER BY code`);
  return rows.map((row) => String(row.name));
}
