/** One counting pass over a modality: how many rows the files have, how many are refused, how many fall into each case. */
import type { Database } from '../database.ts';
import type { Interval } from '../intervals.ts';
import { type Relation, rejects } from '../readers/reader.ts';
import { mendedFolder, refusedReason } from '../tables/csv.ts';
import { namingDamaged } from '../tables/damage.ts';
import { createReach } from './reach.ts';

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
  /** Torn rows that were kept as far as they could be read, and the first of them in words where none was refused. */
  readonly recovered: number;
  readonly firstRecovered?: string;
  /** Rows per interval, by position. */
  readonly perInterval: readonly number[];
  /** First and last time in the files; absent without rows. */
  readonly range?: readonly [number, number];
  /** Slots of ten minutes since 1970 that have records, within two months of the middle interval; ascending. */
  readonly slots: readonly number[];
}

export const slotMs = 600_000;
const reachMs = 61 * 24 * 3_600_000;

/**
 * `intervals[k].id` must be k; `root` is that of the relation's files. Runs once per database: the table of refused rows is
 * that of this scan. Throws `MedxError` naming the files that are damaged.
 */
export async function readCoverage(
  db: Database,
  relation: Relation,
  intervals: readonly Interval[],
  root: string,
): Promise<Coverage> {
  return namingDamaged(db, root, relation.files, () => count(db, relation, intervals));
}

async function count(db: Database, relation: Relation, intervals: readonly Interval[]): Promise<Coverage> {
  const reach = createReach(
    Float64Array.from(intervals, ({ start }) => start),
    Float64Array.from(intervals, ({ end }) => end),
  );
  const middle = intervals[Math.floor(intervals.length / 2)]?.start ?? 0;
  const perInterval = new Array<number>(intervals.length).fill(0);
  const slots = new Set<number>();
  let [rows, timeless, repaired, lastSlot] = [0, 0, 0, Number.NaN];
  let why: string | undefined;
  let [first, last] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  const addTo = (index: number) => {
    perInterval[index] = (perInterval[index] as number) + 1;
  };
  // Of a row only numbers leave the scan: its texts moved through a join cost four times the reading. The hash makes the
  // parser read and check every column.
  const scan = (from: string, mended: string, used: string, reason: string) =>
    db.scan(
      `SELECT coalesce(r.time, 'NaN'::DOUBLE), CASE WHEN ${mended} THEN 1 ELSE 0 END, hash(${used}),
        CASE WHEN r.time IS NULL OR NOT isfinite(r.time) THEN ${reason} END FROM (${from}) r`,
      ([timeColumn, mendedColumn, , reasonColumn], count) => {
        if (!timeColumn || !mendedColumn || !reasonColumn) return;
        const [times, flags] = [timeColumn.doubles(), mendedColumn.ints()];
        rows += count;
        for (let row = 0; row < count; row++) {
          const time = times[row] as number;
          if (!Number.isFinite(time)) {
            timeless++;
            const text = reasonColumn.text(row);
            if (why === undefined || text < why) why = text;
            continue;
          }
          repaired += flags[row] as number;
          if (time < first) first = time;
          if (time > last) last = time;
          const slot = Math.floor(time / slotMs);
          if (slot !== lastSlot && Math.abs(time - middle) <= reachMs) {
            slots.add(slot);
            lastSlot = slot;
          }
          reach.find(time, addTo);
        }
      },
    );
  await scan(relation.rows, 'r.repaired', 'r.used', refusalText);
  const torn = await readRefusals(db);
  const scanned = rows;
  if (relation.recover && torn.refused > 0) await scan(relation.recover, 'false', 'r.time', "''");
  const recovered = rows - scanned;
  const broken = torn.refused - recovered;
  return {
    rows: rows + broken,
    refused: broken + timeless,
    first: broken > 0 ? torn.first : timeless > 0 ? exampleOf(why) : '',
    repaired,
    recovered,
    ...(recovered > 0 && broken === 0 ? { firstRecovered: torn.first } : {}),
    perInterval,
    slots: [...slots].sort((a, b) => a - b),
    ...(last >= first ? { range: [first, last] as const } : {}),
  };
}

/** `used` (see `touch`) of a refused row as one text: the smallest is the first row of the first file. */
const refusalText = `concat(r.used.file, chr(0), coalesce(lpad(CAST(r.used.at AS VARCHAR), 19, '0'), 'without'), chr(0), coalesce(r.used.why, 'no readable time'))`;

function exampleOf(text: string | undefined): string {
  const [file, row, reason] = (text ?? '').split('\0');
  if (!file) return 'a row without a readable time';
  const place = shortPath(file);
  return `${Number(row) > 0 ? `${place}, row ${Number(row)}` : place}: ${reason}`;
}

function shortPath(file: string): string {
  const parts = file.split('/').slice(-2);
  // A mended copy is told by the name of what it was made of.
  return (parts[0] === mendedFolder ? parts.slice(1) : parts).join('/');
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
