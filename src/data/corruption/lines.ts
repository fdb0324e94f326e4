/** Corrupted log lines: a line is lost by chance, because it is late, or with its instance. */
import type { Corruption } from '../../stages/contracts.ts';
import { type Database, sqlText } from '../database.ts';
import { writeParquet } from '../windows/stage.ts';
import { all, type CorruptedCases, createAffected, createSilent, isOneOf, withOthers } from './corruption.ts';
import { uniform } from './random.ts';

export type LineCorruption = NonNullable<Corruption['log']> & { readonly mask?: number };

/**
 * Writes the lines that are left, in the columns of `lines.parquet`. A line is known by its time, instance and text, and by
 * its number among lines that agree in all three. `names` has the name of each instance (a pod) as the other modalities
 * have it.
 */
export async function corruptLines(
  db: Database,
  from: string,
  corruption: LineCorruption,
  names: Readonly<Record<string, string>>,
  cases: CorruptedCases,
  path: string,
): Promise<void> {
  const { drop = 0, delay = 0, mask = 0 } = corruption;
  await createAffected(db, cases);
  if (mask > 0) {
    const list = Object.entries(names).map(([code, name]) => ({ code: sqlText(code), name }));
    await createSilent(db, mask, list, 'VARCHAR');
  }
  const columnsOf = (prefix: string) =>
    ['"case"', '"window"', 'time', 'instance', 'message', 'level'].map((name) => prefix + name).join(', ');
  const columns = columnsOf('');
  const file = `read_parquet(${sqlText(from)})`;
  // The n-th of equal lines: without this they would all be lost or all be kept.
  const nth =
    drop > 0 ? 'row_number() OVER (PARTITION BY "case", time, instance, message ORDER BY level)' : '1';
  const left = all([
    drop > 0
      ? `${uniform('drop log', 'a.salt', ['l.time', 'l.instance', 'l.message', 'l.nth'])} >= ${drop}`
      : undefined,
    delay > 0 ? `l.time + ${delay} < a.end_ms` : undefined,
    mask > 0 ? 'NOT EXISTS (FROM silent q WHERE q."case" = l."case" AND q.code = l.instance)' : undefined,
  ]);
  const corrupted = `
    SELECT ${columnsOf('l.')}
    FROM (SELECT ${columns}, ${nth} AS nth FROM ${file} WHERE ${isOneOf(cases.affected)}) l
    JOIN affected a ON l."case" = a."case" WHERE ${left}`;
  const rows = withOthers(corrupted, cases, columns, file);
  await writeParquet(
    db,
    `SELECT ${columns} FROM (${rows}) ORDER BY "case", time, instance, message, level, "window"`,
    path,
    16_384,
  );
}
