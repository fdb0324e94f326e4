/**
 * Any dataset → normalised Parquet by day, read by `readers/converted.ts` to the same cases and features.
 *
 *     OUT/labels.json             the labels as the reader gives them, refused ones too
 *     OUT/log/DAY.parquet         time (epoch ms), entity, instance, message, key, level
 *     OUT/metric/DAY.parquet      time, entity, instance, kpi, value
 *     OUT/trace/DAY.parquet       time, trace, span, parent, entity, instance, operation, duration_us, status
 *
 * `entity` is what the source wrote (a pod, mostly), `instance` the name that its reader gives it. Days are UTC. Rows are
 * sorted by all columns, so the same input gives the same bytes. Everything is written in `OUT.part` and renamed at the
 * end; finished days are kept there, and an interrupted conversion goes on with them.
 */
import { existsSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { modalities } from '../../catalog/modalities.ts';
import { datasetCodes } from '../../diagnostics/codes/datasets.ts';
import { MedxError, report } from '../../diagnostics/diagnostic.ts';
import { makeFolder, writeBeside } from '../../disk/write.ts';
import type { Modality } from '../../stages/contracts.ts';
import { type Database, openDatabase, sqlText } from '../database.ts';
import type { DatasetFiles, DatasetReader, LabelSet, ReaderOptions, Relation } from '../readers/reader.ts';
import { readCoverage, readRefusals } from '../windows/coverage.ts';

export interface ConvertRequest {
  readonly reader: DatasetReader;
  readonly files: DatasetFiles;
  readonly options: ReaderOptions;
  /** Absolute; must not exist. */
  readonly out: string;
  /** Of the input and of what else decides the output: finished parts of another conversion are not used. */
  readonly digest: string;
  /** The files with those replaced that no parser can be trusted with; copies go into the folder given. */
  readonly mend?: (folder: string) => Promise<DatasetFiles>;
  readonly onStep?: (text: string) => void;
}

export interface ModalityCounts {
  /** Rows of the files, and those that cannot be read. */
  readonly read: number;
  readonly refused: number;
  /** Records: a row of a wide table has many. */
  readonly written: number;
  readonly days: readonly string[];
}

export interface Converted {
  readonly counts: { readonly [modality in Modality]?: ModalityCounts };
  readonly labels: LabelSet;
}

/** Columns behind `time, entity, instance`, and the order of the rows after time. */
const columns: Readonly<Record<Modality, { readonly entity: string; readonly rest: readonly string[] }>> = {
  log: { entity: 'instance', rest: ['message', 'key', 'level'] },
  metric: { entity: 'entity', rest: ['kpi', 'value'] },
  trace: { entity: 'entity', rest: ['trace', 'span', 'parent', 'operation', 'duration_us', 'status'] },
};

/** Throws MedxError if the source has no raw records, or `out` is there. `finish` writes more into the folder before it is renamed. */
export async function convertDataset(
  request: ConvertRequest,
  finish: (folder: string, converted: Converted) => Promise<void>,
): Promise<Converted> {
  const { reader, files, options, out, digest } = request;
  if (reader.events) throw new MedxError(report(datasetCodes, 'MED3307', { format: reader.format }));
  if (existsSync(out)) throw new MedxError(report(datasetCodes, 'MED3306', { path: out }));
  const part = `${out}.part`;
  const progress = openProgress(part, digest);
  const labels = await reader.labels(files, options);
  const counts: { [modality in Modality]?: ModalityCounts } = {};
  const waiting = modalities.some((modality) => files[modality].length > 0 && !progress.done[modality]);
  const mended = join(part, '.mended');
  const readable = waiting && request.mend ? await request.mend(mended) : files;
  for (const modality of modalities) {
    if (files[modality].length === 0) continue;
    counts[modality] =
      progress.done[modality] ?? (await convertModality({ ...request, files: readable }, modality, part));
    progress.keep(modality, counts[modality]);
  }
  rmSync(mended, { recursive: true, force: true });
  writeFileSync(
    join(part, 'labels.json'),
    `${JSON.stringify({ format: 1, rows: labels.rows, refused: labels.refused }, null, 1)}\n`,
  );
  await finish(part, { counts, labels });
  rmSync(join(part, progressName), { force: true });
  renameSync(part, out);
  return { counts, labels };
}

const progressName = '.convert.json';

interface Progress {
  readonly done: { readonly [modality in Modality]?: ModalityCounts };
  keep(modality: Modality, counts: ModalityCounts): void;
}

function openProgress(part: string, digest: string): Progress {
  const path = join(part, progressName);
  let done: { [modality in Modality]?: ModalityCounts } = {};
  try {
    const kept = JSON.parse(readFileSync(path, 'utf8')) as { digest: string; done: typeof done };
    if (kept.digest === digest) done = kept.done;
  } catch {
    // No earlier attempt, or one that did not come to its first modality.
  }
  if (Object.keys(done).length === 0) rmSync(part, { recursive: true, force: true });
  makeFolder(part);
  return {
    done: { ...done },
    keep(modality, counts) {
      done[modality] = counts;
      writeBeside(path, JSON.stringify({ digest, done }));
    },
  };
}

async function convertModality(
  { reader, files, options, onStep }: ConvertRequest,
  modality: Modality,
  part: string,
): Promise<ModalityCounts> {
  const relation = reader.relation(files, modality, options);
  const work = join(part, '.work');
  const target = join(part, modality);
  rmSync(target, { recursive: true, force: true });
  makeFolder(target);
  onStep?.(`${modality}: counting rows`);
  const { rows, refused } = await withDatabase(join(work, 'count'), (db) =>
    readCoverage(db, relation, [], files.root),
  );
  return withDatabase(join(work, 'records'), async (db) => {
    onStep?.(`${modality}: reading`);
    const staged = join(work, 'staged.parquet');
    const { rest, entity } = columns[modality];
    const select = (from: string) =>
      `SELECT time, CAST(floor(time / 86400000) AS INTEGER) AS day, ${entity} AS entity, ${rest.join(', ')} FROM (${from}) WHERE isfinite(time)`;
    const torn =
      relation.recover && (await scanRefusals(db, relation)) > 0
        ? ` UNION ALL ${select(relation.recover)}`
        : '';
    await db.run(
      `COPY (${select(relation.records)}${torn}) TO ${sqlText(staged)} (FORMAT parquet, COMPRESSION snappy)`,
    );
    const from = `read_parquet(${sqlText(staged)})`;
    await nameEntities(db, from, relation);
    const days = await db.rows(`SELECT day, count(*) AS n FROM ${from} GROUP BY day ORDER BY day`);
    const names: string[] = [];
    let written = 0;
    for (const row of days) {
      const name = new Date(Number(row.day) * 86_400_000)
        .toISOString()
        .replace(/T.*$/, '')
        .replace(/^\+/, '');
      onStep?.(`${modality}: writing ${name}`);
      await db.run(`
        COPY (SELECT r.time, r.entity, n.name AS instance, ${rest.map((column) => `r.${column}`).join(', ')}
          FROM (SELECT * FROM ${from} WHERE day = ${Number(row.day)}) r LEFT JOIN names n ON r.entity = n.entity ORDER BY ALL)
        TO ${sqlText(join(target, `${name}.parquet`))} (FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE ${modality === 'log' ? 16_384 : 122_880})`);
      names.push(name);
      written += Number(row.n);
    }
    return { read: rows, refused, written, days: names };
  }).finally(() => rmSync(work, { recursive: true, force: true }));
}

/** The rows that the parser refuses are known after a scan only. */
async function scanRefusals(db: Database, relation: Relation): Promise<number> {
  await db.run(`SELECT count(time), count(used) FROM (${relation.rows})`);
  return (await readRefusals(db)).refused;
}

/** Table `names` (entity, name): the reader's function is called once per distinct entity. */
async function nameEntities(db: Database, from: string, relation: Relation): Promise<void> {
  const rows = await db.rows(`SELECT DISTINCT entity FROM ${from} WHERE entity IS NOT NULL ORDER BY entity`);
  await db.run('CREATE OR REPLACE TABLE names (entity VARCHAR, name VARCHAR)');
  const values = rows.map(
    ({ entity }) => `(${sqlText(String(entity))}, ${sqlText(relation.nameOf(String(entity)))})`,
  );
  for (let at = 0; at < values.length; at += 1000)
    await db.run(`INSERT INTO names VALUES ${values.slice(at, at + 1000).join(', ')}`);
}

async function withDatabase<T>(folder: string, work: (db: Database) => Promise<T>): Promise<T> {
  // Sorting a day of wide text needs more than the usual limit before it spills.
  const db = await openDatabase({ folder, memoryMb: 1024 });
  try {
    return await work(db);
  } finally {
    db.close();
  }
}
