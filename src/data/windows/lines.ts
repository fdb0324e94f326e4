/** Log lines of all cases in one pass. Templates are mined elsewhere. */
import { join } from 'node:path';
import type { CaseTable } from '../../stages/contracts.ts';
import { type Database, sqlText } from '../database.ts';
import { within } from '../intervals.ts';
import type { Relation } from '../readers/reader.ts';
import { readRefusals } from './coverage.ts';
import { type Block, createSpool } from './spool.ts';
import { createCases, windowOf, writeParquet } from './stage.ts';

export interface LineCounts {
  readonly lines: number;
  readonly copies: number;
}

/**
 * Writes case, window, time (epoch ms), instance, message, level (as written, empty where no field of its own says it); a
 * line that lies in two cases is there twice. White space in messages is folded to single spaces, so that a message is one
 * line. Copies of one row (same time, instance, text and key) are left out.
 */
export async function writeLines(
  db: Database,
  relation: Relation,
  table: CaseTable,
  path: string,
): Promise<LineCounts> {
  await createCases(db, table);
  const select = (from: string) =>
    `SELECT i.id AS "case", ${windowOf('r.time', 'i.start', table)} AS "window", r.time, coalesce(r.instance, '') AS instance,
      ${folded("coalesce(r.message, '')")} AS message, r.key, coalesce(r.level, '') AS level
    FROM (${from}) r JOIN (SELECT c.*, s.start_ms AS start FROM cases c JOIN starts s USING (id)) i ON ${within('r', 'i')}`;
  // What is selected lies in a file, not in memory; a table that spills costs twice as much.
  const stage = async (name: string, from: string) => {
    const path = join(db.folder, name);
    await db.run(`COPY (${select(from)}) TO ${sqlText(path)} (FORMAT parquet, ROW_GROUP_SIZE 16384)`);
    return path;
  };
  const parts = [await stage('lines-0.parquet', relation.records)];
  if (relation.recover && (await readRefusals(db)).refused > 0)
    parts.push(await stage('lines-1.parquet', relation.recover));
  const staged = `(SELECT *, CAST(f AS BIGINT) * 4294967296 + file_row_number AS at FROM (${parts
    .map((path, f) => `SELECT *, ${f} AS f FROM read_parquet(${sqlText(path)}, file_row_number = true)`)
    .join(' UNION ALL ')}))`;
  const { read, copies } = await findCopies(db, staged, table.cases.length);
  await writeParquet(
    db,
    `SELECT l."case", l."window", l.time, l.instance, l.message, l.level FROM ${staged} l
    ${copies > 0 ? 'ANTI JOIN copies() c ON l.at = c.at' : ''}
    ORDER BY l."case", l.time, l.instance, l.message, l.key, l.level`,
    path,
    16_384,
  );
  return { lines: read - copies, copies };
}

/**
 * Rows are copies if time, instance, text and key agree; compared by a 64-bit hash, case by case. Makes the table function
 * `copies` (at), the rows to leave out: all but one of each.
 */
async function findCopies(
  db: Database,
  staged: string,
  cases: number,
): Promise<{ readonly read: number; readonly copies: number }> {
  const spool = createSpool(join(db.folder, 'lines.spool'), cases, { doubles: 1, ints: 2 });
  const found: number[] = [];
  let read = 0;
  try {
    await db.stream(
      `SELECT l."case", hash(l.time, l.instance, l.message, l.key), CAST(l.at AS DOUBLE), CASE WHEN l.key IS NULL THEN 1 ELSE 0 END FROM ${staged} l`,
      ([caseColumn, hash, at, unkeyed], rows) => {
        if (!caseColumn || !hash || !at || !unkeyed) return;
        const [caseOf, halves, places] = [caseColumn.ints(), hash.halves(), at.doubles()];
        const withoutKey = unkeyed.ints();
        read += rows;
        for (let row = 0; row < rows; row++) {
          if (withoutKey[row]) continue;
          const block = spool.open(caseOf[row] as number);
          const i = block.count++;
          (block.doubles[0] as Float64Array)[i] = places[row] as number;
          (block.ints[0] as Int32Array)[i] = halves[2 * row] as number;
          (block.ints[1] as Int32Array)[i] = halves[2 * row + 1] as number;
        }
      },
    );
    for (let part = 0; part < cases; part++) addCopies(spool.read(part), found);
  } finally {
    spool.close();
  }
  let next = 0;
  await db.feed('copies', {
    columns: { at: 'DOUBLE' },
    fill([column], room) {
      const rows = Math.min(room, found.length - next);
      for (let i = 0; i < rows; i++) (column as Float64Array)[i] = found[next++] as number;
      return rows;
    },
  });
  return { read, copies: found.length };
}

/** Appends the places of all but one row of each hash. */
function addCopies({ count, doubles, ints }: Block, found: number[]): void {
  const [places] = doubles as [Float64Array];
  const [low, high] = ints as [Int32Array, Int32Array];
  let mask = 15;
  while (mask < 2 * count) mask = 2 * mask + 1;
  const slots = new Int32Array(mask + 1);
  for (let i = 0; i < count; i++) {
    let slot = ((low[i] as number) ^ Math.imul(high[i] as number, 0x9e3779b1)) & mask;
    for (;;) {
      const other = (slots[slot] as number) - 1;
      if (other < 0) {
        slots[slot] = i + 1;
        break;
      }
      if (low[other] === low[i] && high[other] === high[i]) {
        found.push(places[i] as number);
        break;
      }
      slot = (slot + 1) & mask;
    }
  }
}

/** White space folded to single spaces and trimmed; the regular expression runs only where there is something to fold. */
function folded(text: string): string {
  const needs = ["'  '", 'chr(9)', 'chr(10)', 'chr(13)']
    .map((part) => `contains(${text}, ${part})`)
    .join(' OR ');
  return `trim(CASE WHEN ${needs} THEN regexp_replace(${text}, '\\s+', ' ', 'g') ELSE ${text} END)`;
}
