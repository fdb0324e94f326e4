/** Log lines of all cases in one pass. Templates are mined elsewhere. */
import type { CaseTable } from '../../stages/contracts.ts';
import type { Database } from '../database.ts';
import { within } from '../intervals.ts';
import type { Relation } from '../readers/reader.ts';
import { readRefusals } from './coverage.ts';
import { createCases, windowOf, writeParquet } from './stage.ts';

export interface LineCounts {
  readonly lines: number;
  readonly copies: number;
}

/**
 * Writes case, window, time (epoch ms), instance, message; a line that lies in two cases is there twice. White space in
 * messages is folded to single spaces, so that a message is one line. Copies of one row (same time, instance, text and
 * key) are left out.
 */
export async function writeLines(
  db: Database,
  relation: Relation,
  table: CaseTable,
  path: string,
): Promise<LineCounts> {
  await createCases(db, table);
  const select = (from: string) =>
    `SELECT i.id, r.time, coalesce(r.instance, '') AS instance, coalesce(r.message, '') AS message, r.key FROM (${from}) r JOIN cases i ON ${within('r', 'i')}`;
  await db.run(`CREATE OR REPLACE TABLE staged AS ${select(relation.records)}`);
  if (relation.recover && (await readRefusals(db)).refused > 0)
    await db.run(`INSERT INTO staged ${select(relation.recover)}`);
  // Rows are compared by a hash of the text, within one time, instance and key: hashing all columns would move every text.
  await db.run(`
    CREATE OR REPLACE TABLE copies AS SELECT unnest(list_sort(list(rowid))[2:]) AS copy FROM staged WHERE key IS NOT NULL
    GROUP BY id, time, instance, key, hash(message) HAVING count(*) > 1`);
  const [read, copies] = await db.numbers(
    'SELECT (SELECT count(*) FROM staged), (SELECT count(*) FROM copies)',
  );
  await writeParquet(
    db,
    `SELECT l.id AS "case", ${windowOf('l.time', 's.start_ms', table)} AS "window", l.time, l.instance, ${folded('l.message')} AS message
    FROM staged l JOIN starts s USING (id) ANTI JOIN copies c ON l.rowid = c.copy
    ORDER BY l.id, l.time, l.instance, message, l.key`,
    path,
    16_384,
  );
  return { lines: (read ?? 0) - (copies ?? 0), copies: copies ?? 0 };
}

/** White space folded to single spaces and trimmed; the regular expression runs only where there is something to fold. */
function folded(text: string): string {
  const needs = ["'  '", 'chr(9)', 'chr(10)', 'chr(13)']
    .map((part) => `contains(${text}, ${part})`)
    .join(' OR ');
  return `trim(CASE WHEN ${needs} THEN regexp_replace(${text}, '\\s+', ' ', 'g') ELSE ${text} END)`;
}
