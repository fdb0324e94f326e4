/** One counting pass over a modality: how many rows the files have, how many are refused, how many fall into each case. */
import type { Database } from '../database.ts';
import { createIntervals, elementaryIntervals, type Interval, within } from '../intervals.ts';
import { type Relation, rejects } from '../readers/reader.ts';
import { refusedReason } from '../tables/csv.ts';

export interface Refusals {
  /** Rows of the files that cannot be used. */
  readonly refused: number;
  /** The first of them, in words; empty if there is none. */
  readonly first: string;
}

export interface Coverage extends Refusals {
  /** Rows of the files, header rows not counted: those read and those refused. */
  readonly rows: number;
  /** Rows whose time was taken from a second column. */
  readonly repaired: number;
  /** Torn rows that were kept as far as they could be read. */
  readonly recovered: number;
  /** Rows per interval, by position. */
  readonly perInterval: readonly number[];
  /** First and last time in the files; absent without rows. */
  readonly range?: readonly [number, number];
  /** Slots of ten minutes since 1970 that have records, within two months of the middle interval; ascending. */
  readonly slots: readonly number[];
}

export const slotMs = 600_000;
const reachMs = 61 * 24 * 3_600_000;

/** `intervals[k].id` must be k. Runs once per database: the table of refused rows is that of this scan. */
export async function readCoverage(
  db: Database,
  relation: Relation,
  intervals: readonly Interval[],
): Promise<Coverage> {
  const { pieces, covering } = elementaryIntervals(intervals);
  await createIntervals(db, 'pieces', pieces);
  const middle = intervals[Math.floor(intervals.length / 2)]?.start ?? 0;
  const slot = `CASE WHEN r.time >= ${middle - reachMs} AND r.time < ${middle + reachMs} THEN CAST(floor(r.time / ${slotMs}) AS INTEGER) END`;
  const count = (from: string, repaired: string, used: string, why: string) => `
    SELECT coalesce(i.id, -1) AS id, ${slot} AS slot, count(*) AS n, min(r.time) FILTER (isfinite(r.time)) AS first,
      max(r.time) FILTER (isfinite(r.time)) AS last, count(*) FILTER (r.time IS NULL OR NOT isfinite(r.time)) AS timeless,
      count(*) FILTER (${repaired} AND isfinite(r.time)) AS repaired,
      count(${used}) AS used, min(${why}) FILTER (r.time IS NULL OR NOT isfinite(r.time)) AS why
    FROM (${from}) r LEFT JOIN pieces i ON ${within('r', 'i')} GROUP BY ALL ORDER BY id, slot`;
  const scanned = await db.rows(count(relation.rows, 'r.repaired', 'r.used', refusalText));
  const torn = await readRefusals(db);
  const saved =
    relation.recover && torn.refused > 0
      ? await db.rows(count(relation.recover, 'false', 'r.time', "''"))
      : [];

  const perInterval = new Array<number>(intervals.length).fill(0);
  let [rows, timeless, repaired, recovered] = [0, 0, 0, 0];
  let why: string | undefined;
  const slots = new Set<number>();
  let [first, last] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const group of [...scanned, ...saved]) {
    rows += Number(group.n);
    timeless += Number(group.timeless);
    if (group.why !== null && (why === undefined || String(group.why) < why)) why = String(group.why);
    repaired += Number(group.repaired);
    if (group.slot !== null) slots.add(Number(group.slot));
    if (group.first !== null) first = Math.min(first, Number(group.first));
    if (group.last !== null) last = Math.max(last, Number(group.last));
    for (const id of covering[Number(group.id)] ?? [])
      perInterval[id] = (perInterval[id] ?? 0) + Number(group.n);
  }
  for (const group of saved) recovered += Number(group.n);
  const broken = torn.refused - recovered;
  return {
    rows: rows + broken,
    refused: broken + timeless,
    first: broken > 0 ? torn.first : timeless > 0 ? exampleOf(why) : '',
    repaired,
    recovered,
    perInterval,
    slots: [...slots].sort((a, b) => a - b),
    ...(last >= first ? { range: [first, last] as const } : {}),
  };
}

/** `used` (see `touch`) of a refused row as one text: the smallest is the first row of the first file. */
const refusalText = `concat(r.used.file, chr(0), lpad(coalesce(CAST(r.used.at AS VARCHAR), ''), 19, '0'), chr(0), coalesce(r.used.why, 'no readable time'))`;

function exampleOf(text: string | undefined): string {
  const [file, row, reason] = (text ?? '').split('\0');
  if (!file) return 'a row without a readable time';
  const place = shortPath(file);
  return `${Number(row) > 0 ? `${place}, row ${Number(row)}` : place}: ${reason}`;
}

function shortPath(file: string): string {
  return file.split('/').slice(-2).join('/');
}

/** Rows that the CSV parser refused in the scans of this database so far. */
export async function readRefusals(db: Database): Promise<Refusals> {
  const [tables] = await db.numbers(`SELECT count(*) FROM duckdb_tables() WHERE table_name = '${rejects}'`);
  if (!tables) return { refused: 0, first: '' };
  const [refused] = await db.numbers(
    `SELECT count(*) FROM (SELECT DISTINCT scan_id, file_id, line FROM ${rejects})`,
  );
  const [head] = await db.rows(`
    SELECT s.file_path, r.line, ${refusedReason} AS reason FROM ${rejects} r JOIN ${rejects}_scan s USING (scan_id, file_id)
    ORDER BY s.file_path, r.line, r.column_idx LIMIT 1`);
  if (!refused || !head) return { refused: 0, first: '' };
  return {
    refused,
    first: `${shortPath(String(head.file_path))}, line ${head.line}: ${head.reason}`,
  };
}
