/**
 * What the files of the stages `lines`, `samples` and `spans` hold, counted: records per window, instances, KPIs, links.
 * One grouped pass per file. Which stages ran and what the raw files held is the caller's knowledge.
 */
import type { CaseTable } from '../../stages/contracts.ts';
import { type Database, sqlText } from '../database.ts';

export interface WindowCounts {
  readonly records: number;
  /** Cases (by position) → windows with a record. */
  readonly covered: readonly (readonly [caseIndex: number, window: number])[];
}

/** `path` is `lines.parquet` or `spans.parquet`; `from` may also be a query with columns "case" and "window". */
export async function countWindows(db: Database, from: string): Promise<WindowCounts> {
  const rows = await db.rows(
    `SELECT "case" AS c, "window" AS w, count(*) AS n FROM (${from}) GROUP BY ALL ORDER BY c, w`,
  );
  return {
    records: rows.reduce((sum, row) => sum + Number(row.n), 0),
    covered: rows.map((row) => [Number(row.c), Number(row.w)] as const),
  };
}

/** Share of the cases with a record, per window. */
export function coverageOf({ covered }: WindowCounts, cases: number, windows: number): number[] {
  const counts = new Array<number>(windows).fill(0);
  for (const [, window] of covered) counts[window] = (counts[window] ?? 0) + 1;
  return counts.map((count) => (cases > 0 ? count / cases : 0));
}

/** Distinct texts of a column, by code unit. */
export async function distinct(db: Database, path: string, column: string): Promise<string[]> {
  const rows = await db.rows(`SELECT DISTINCT ${column} AS v FROM read_parquet(${sqlText(path)})`);
  return rows.map((row) => String(row.v)).sort();
}

/** Samples have no window of their own: it follows from the start of their case. */
export function samplesWithWindows(path: string, starts: readonly number[], windowMs: number): string {
  const values = starts.map((start, i) => `(${i}, ${start})`).join(', ');
  return `SELECT s."case", CAST(floor((s.time - t.start_ms) / ${windowMs}) AS INTEGER) AS "window" FROM read_parquet(${sqlText(path)}) s JOIN (VALUES ${values}) t(id, start_ms) ON s."case" = t.id`;
}

/** Events of one modality with the window they lie in; a case without windows is one window. */
export function eventsWithWindows(path: string, modality: number, table: CaseTable): string {
  const from = `(SELECT * FROM read_parquet(${sqlText(path)}) WHERE modality = ${modality})`;
  if (table.windowMs === 0) return `SELECT "case", 0 AS "window", instance FROM ${from}`;
  const values = table.cases.map(({ start, end }, i) => `(${i}, ${start}, ${end})`).join(', ');
  return `SELECT e."case", CAST(floor((e.time - t.start_ms) / ${table.windowMs}) AS INTEGER) AS "window", e.instance FROM ${from} e JOIN (VALUES ${values}) t(id, start_ms, end_ms) ON e."case" = t.id WHERE e.time >= t.start_ms AND e.time < t.end_ms`;
}

/** As `countLinks`, of trace events that name both ends; codes into the instances of the set. */
export async function countEventLinks(
  db: Database,
  path: string,
): Promise<{ caller: number; callee: number; spans: number }[]> {
  const rows = await db.rows(
    `SELECT caller, instance AS callee, count(*) AS n FROM read_parquet(${sqlText(path)}) WHERE caller IS NOT NULL AND instance IS NOT NULL GROUP BY ALL ORDER BY caller, callee`,
  );
  return rows.map((row) => ({
    caller: Number(row.caller),
    callee: Number(row.callee),
    spans: Number(row.n),
  }));
}

/** Caller and callee as codes, with their spans, in order. */
export async function countLinks(
  db: Database,
  path: string,
): Promise<{ caller: number; callee: number; spans: number }[]> {
  const rows = await db.rows(
    `SELECT caller, callee, count(*) AS n FROM read_parquet(${sqlText(path)}) GROUP BY ALL ORDER BY caller, callee`,
  );
  return rows.map((row) => ({
    caller: Number(row.caller),
    callee: Number(row.callee),
    spans: Number(row.n),
  }));
}
