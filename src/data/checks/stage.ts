/**
 * Raw telemetry → one narrow Parquet file per group of files: what the checks read. The wide text is parsed once, in the
 * order of the files, and memory stays flat.
 *
 * Columns: file (number), time (epoch ms), entity, id (64-bit hash; equal ids are copies; null = cannot tell), and
 * - log: nothing more;
 * - metric: kpi, value (null if it is no finite number);
 * - trace: parent (hash like `id`; null for a root), duration_us.
 */
import { join } from 'node:path';
import { makeFolder } from '../../disk/write.ts';
import type { Modality } from '../../stages/contracts.ts';
import { type Database, sqlText } from '../database.ts';
import type { DatasetFiles, DatasetReader, ReaderOptions } from '../readers/reader.ts';
import type { Staged } from './check.ts';

const columns: Readonly<Record<Modality, string>> = {
  log: `instance AS entity, CASE WHEN key IS NOT NULL THEN hash(time, instance, key, message) END AS id`,
  metric: `entity, hash(entity, kpi, time) AS id, kpi, CASE WHEN isfinite(value) THEN value END AS value`,
  trace: `entity, hash(trace, span) AS id, CASE WHEN parent IS NOT NULL THEN hash(trace, parent) END AS parent, duration_us`,
};

/** Files that one statement reads: a dataset of thousands of small files is no statement of thousands of parts. */
const filesPerPart = 64;

export async function stageModality(
  db: Database,
  reader: DatasetReader,
  files: DatasetFiles,
  modality: Modality,
  options: ReaderOptions,
  folder: string,
): Promise<Staged> {
  const target = join(folder, modality);
  makeFolder(target);
  const list = files[modality];
  const parts: string[] = [];
  // Rows stay in the order of the files: clocks are judged by it.
  await db.run('SET preserve_insertion_order = true');
  for (let from = 0; from < list.length; from += filesPerPart) {
    const selects = list.slice(from, from + filesPerPart).map((file, i) => {
      const one = reader.relation({ ...files, [modality]: [file] }, modality, options);
      return `SELECT ${from + i} AS file, time, ${columns[modality]} FROM (${one.records}) WHERE isfinite(time)`;
    });
    const part = join(target, `${String(parts.length).padStart(5, '0')}.parquet`);
    await db.run(
      `COPY (${selects.join(' UNION ALL ')}) TO ${sqlText(part)} (FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE 122880)`,
    );
    parts.push(part);
  }
  const from = `read_parquet([${parts.map(sqlText).join(', ')}])`;
  const [records = 0] = await db.numbers(`SELECT count(*) FROM ${from}`);
  return {
    from,
    records,
    files: list,
    nameOf: reader.relation(files, modality, options).nameOf,
  };
}
