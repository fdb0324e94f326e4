/** Writes the tables of a dataset in another form, for tests: typed columns where the CSV text is a number. */
import { cpSync, mkdirSync, mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { openDatabase, sqlText } from '../../src/data/database.ts';

export const tableForms = ['csv', 'csv.gz', 'csv.zst', 'jsonl', 'ndjson.gz', 'jsonl.zst', 'parquet'] as const;
export type TableForm = (typeof tableForms)[number];

/** Copies a folder; its CSV files whose path `takes` come out in the given form, their rows in the order of `order`. */
export async function convertFolder(
  from: string,
  to: string,
  form: TableForm,
  takes: (path: string) => boolean,
  order = '',
): Promise<string> {
  const work = mkdtempSync(join(tmpdir(), 'convert-'));
  const db = await openDatabase({ folder: work, threads: 1 });
  try {
    for (const entry of readdirSync(from, { recursive: true, encoding: 'utf8' })) {
      const source = join(from, entry);
      if (statSync(source).isDirectory()) continue;
      const target = join(to, entry.replace(/\.csv(\.gz)?$/, ''));
      mkdirSync(dirname(target), { recursive: true });
      if (!/\.csv(\.gz)?$/.test(entry) || !takes(entry)) cpSync(source, join(to, entry));
      else
        await db.run(
          `COPY (SELECT * FROM read_csv(${sqlText(source)}, header = true, null_padding = true, parallel = false, sample_size = -1) ${order}) TO ${sqlText(`${target}.${form}`)} (${copyOptions(form)})`,
        );
    }
  } finally {
    db.close();
    rmSync(work, { recursive: true, force: true });
  }
  return to;
}

function copyOptions(form: TableForm): string {
  if (form === 'parquet') return 'FORMAT parquet';
  const packing = form.endsWith('.gz')
    ? ', COMPRESSION gzip'
    : form.endsWith('.zst')
      ? ', COMPRESSION zstd'
      : '';
  return `${form.startsWith('csv') ? 'FORMAT csv, HEADER' : 'FORMAT json'}${packing}`;
}
