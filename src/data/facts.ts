/**
 * What one look through every file of a dataset tells: a digest of its bytes, whether it is whole, how many rows it has, and
 * whether its text has to be mended before it is read. Kept in a cache under path, size and time of change.
 */
import { isUtf8 } from 'node:buffer';
import { createHash } from 'node:crypto';
import { readFileSync, rmSync, statSync, symlinkSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { dataCodes } from '../diagnostics/codes/data.ts';
import { type Diagnostic, MedxError, report } from '../diagnostics/diagnostic.ts';
import { makeFolder, writeBeside } from '../disk/write.ts';
import { DamagedArchive, readUnpacked } from './packed.ts';
import type { DatasetFiles } from './readers/reader.ts';
import { formatOf } from './tables/formats.ts';
import { mendTable, vetTable } from './tables/mend.ts';
import { NoParquet, readParquetRows } from './tables/parquet-footer.ts';

export interface FileFacts {
  /** SHA-256 of the bytes as they lie on disk. */
  readonly digest: string;
  /** Rows of a table (see `TableText`); absent for other files. */
  readonly rows?: number;
  /** Why the file cannot be given to DuckDB as it is. */
  readonly flaw?: string;
}

export type DatasetFacts = ReadonlyMap<string, FileFacts>;

/** Facts by file, labels and telemetry. Throws `MedxError` naming every file that is damaged or unreadable. */
export async function readFacts(files: DatasetFiles, cacheDir: string): Promise<DatasetFacts> {
  const { root, labels, log, metric, trace } = files;
  const cachePath = join(cacheDir, 'dataset-files.json');
  const cache = readCache(cachePath);
  const damaged: Diagnostic[] = [];
  const facts = new Map<string, FileFacts>();
  const tables = new Set([...log, ...metric, ...trace]);
  let changed = false;
  for (const file of [...new Set([...labels, ...tables])].sort()) {
    const path = resolve(root, file);
    try {
      const { size, mtimeMs } = statSync(path);
      const key = `${tables.has(file) ? 'table' : 'labels'}\n${path}\n${size}\n${mtimeMs}`;
      const known = cache[key];
      const found = known ?? (await readFileFacts(path, tables.has(file)));
      facts.set(file, found);
      if (known) continue;
      cache[key] = found;
      changed = true;
    } catch (error) {
      const problem = error instanceof Error ? error.message : String(error);
      damaged.push(
        error instanceof DamagedArchive
          ? report(dataCodes, 'MED3005', { packing: error.packing, problem }, { place: file })
          : report(dataCodes, 'MED3013', { problem }, { place: file }),
      );
    }
  }
  if (changed) writeCache(cachePath, cache);
  if (damaged.length > 0) throw new MedxError(damaged);
  return facts;
}

/** SHA-256 over the relative paths and digests of all files. */
export function digestOf(facts: DatasetFacts): string {
  const total = createHash('sha256');
  for (const [file, { digest }] of [...facts].sort(([a], [b]) => (a < b ? -1 : 1)))
    total.update(`${file}\0${digest}\n`);
  return total.digest('hex');
}

/**
 * The files, those that need it replaced by mended copies: then all of them stand below `folder`, the others as links, so
 * that messages name files as their user does.
 */
export async function mendFiles(
  files: DatasetFiles,
  facts: DatasetFacts,
  folder: string,
): Promise<DatasetFiles> {
  const tables = [...files.log, ...files.metric, ...files.trace];
  if (tables.every((file) => facts.get(file)?.flaw === undefined)) return files;
  rmSync(folder, { recursive: true, force: true });
  const names = new Map<string, string>();
  for (const file of new Set([...files.labels, ...tables])) {
    const flawed = facts.get(file)?.flaw !== undefined;
    const name = flawed ? file.replace(/\.(gz|zst)$/i, '') : file;
    const target = join(folder, name);
    names.set(file, name);
    makeFolder(dirname(target));
    if (flawed) await mendTable(resolve(files.root, file), target);
    else symlinkSync(resolve(files.root, file), target);
  }
  const mended = (list: readonly string[]) => list.map((file) => names.get(file) ?? file);
  return {
    ...files,
    root: folder,
    log: mended(files.log),
    metric: mended(files.metric),
    trace: mended(files.trace),
  };
}

async function readFileFacts(path: string, table: boolean): Promise<FileFacts> {
  const hash = createHash('sha256');
  const seen = (bytes: Buffer) => hash.update(bytes);
  const format = formatOf(path);
  if (table && format === 'parquet') {
    for await (const _ of readUnpacked(path, seen));
    return { digest: hash.digest('hex'), rows: parquetRows(path) };
  }
  // JSON of another shape than lines is read by its reader as a whole.
  if (table && /\.json(\.gz|\.zst)?$/i.test(path)) await checkUtf8(path);
  if (table && format !== undefined) {
    const { rows, flaw } = await vetTable(path, seen);
    return { digest: hash.digest('hex'), rows, ...(flaw === undefined ? {} : { flaw }) };
  }
  // Label files are small: the whole text.
  const pieces: Buffer[] = [];
  for await (const piece of readUnpacked(path, seen)) pieces.push(piece);
  if (format !== 'parquet' && !isUtf8(Buffer.concat(pieces))) throw notUtf8();
  return { digest: hash.digest('hex') };
}

async function checkUtf8(path: string): Promise<void> {
  const decoder = new TextDecoder('utf-8', { fatal: true });
  try {
    for await (const piece of readUnpacked(path)) decoder.decode(piece, { stream: true });
    decoder.decode();
  } catch (error) {
    if (error instanceof TypeError) throw notUtf8();
    throw error;
  }
}

const notUtf8 = () => new Error('it is not UTF-8 text; convert it, for example with iconv');

function parquetRows(path: string): number {
  try {
    return readParquetRows(path);
  } catch (error) {
    throw error instanceof NoParquet ? new Error(`it is no Parquet file: ${error.message}`) : error;
  }
}

function readCache(path: string): Record<string, FileFacts> {
  try {
    return JSON.parse(readFileSync(path, 'utf8')) as Record<string, FileFacts>;
  } catch {
    // No cache yet, or a damaged one: everything is looked at anew.
    return {};
  }
}

function writeCache(path: string, cache: Record<string, FileFacts>): void {
  try {
    makeFolder(dirname(path));
    writeBeside(path, JSON.stringify(cache));
  } catch {
    // A full or read-only disk costs the next look its time, not this one its answer.
  }
}
