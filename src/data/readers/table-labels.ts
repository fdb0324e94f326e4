/** Labels from tables of any form. */
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openDatabase } from '../database.ts';
import { refusedReason, rejects } from '../tables/csv.ts';
import { namingDamaged } from '../tables/damage.ts';
import { mergeInjections } from './labels.ts';
import type { LabelRow, LabelSet } from './reader.ts';
import { type NamedColumns, scanTables } from './table-scan.ts';

/** Columns `time`, `service`, `type` and, where it is given, `instance`. Throws `MedxError` if a file lacks one. */
export async function readTableLabels(
  root: string,
  files: readonly string[],
  part: NamedColumns,
): Promise<LabelSet> {
  const types = { service: 'VARCHAR', type: 'VARCHAR', instance: 'VARCHAR' } as const;
  const { from, of } = scanTables(root, files, part, types);
  const db = await openDatabase({ folder: mkdtempSync(join(tmpdir(), 'medx-labels-')), threads: 1 });
  try {
    const columns = ['time', 'service', 'type', 'instance']
      .map((name) => `${of(name)} AS ${name}`)
      .join(', ');
    const found = await namingDamaged(db, root, files, () =>
      db.rows(`SELECT ${columns}, filename AS file, _why AS why FROM (${from}) ORDER BY ALL`),
    );
    const torn = (await db.rows(`SELECT table_name FROM duckdb_tables() WHERE table_name = '${rejects}'`))
      .length;
    const lost = torn
      ? await db.rows(
          `SELECT DISTINCT s.file_path AS file, r.line, ${refusedReason} AS why FROM ${rejects} r JOIN ${rejects}_scan s USING (scan_id, file_id) ORDER BY ALL`,
        )
      : [];
    const rows: LabelRow[] = [];
    const place = (file: unknown) => String(file).slice(root.length + 1);
    const refused = lost.map(({ file, line, why }) => ({
      id: `${place(file)}, line ${line}`,
      reason: String(why),
    }));
    for (const { time, service, type, instance, file, why } of found) {
      const id = place(file);
      if (time === null) refused.push({ id, reason: String(why ?? 'the time is missing') });
      else if (!service || !type)
        refused.push({ id, reason: `the ${service ? 'type' : 'service'} is missing (${Number(time)} ms)` });
      else
        rows.push({
          time: Number(time),
          service: String(service),
          instance: String(instance ?? service),
          type: String(type),
          place: id,
        });
    }
    return mergeInjections(rows, refused);
  } finally {
    db.close();
  }
}
