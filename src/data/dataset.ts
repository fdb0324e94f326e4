/** Where a dataset is, and what it is: its place on disk, its files, and a digest of their contents for the plan. */
import { isUtf8 } from 'node:buffer';
import { createHash } from 'node:crypto';
import {
  createReadStream,
  existsSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { basename, dirname, isAbsolute, join } from 'node:path';
import { PassThrough, Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import { dataCodes } from '../diagnostics/codes/data.ts';
import { type Diagnostic, MedxError, report } from '../diagnostics/diagnostic.ts';
import { checkZstd, DamagedArchive } from './packed.ts';
import { readers } from './readers/index.ts';
import type { DatasetFiles, DatasetReader, ReaderOptions } from './readers/reader.ts';
import { formatOf, packingOf } from './tables/formats.ts';

export type DatasetLocation =
  | { readonly found: true; readonly reader: DatasetReader; readonly files: DatasetFiles }
  | { readonly found: false; readonly diagnostic: Diagnostic };

/** Looks for a dataset below the data root. Absent is an answer, not an exception: the file may name a stand-in. */
export function findDataset(
  dataRoot: string,
  format: string,
  root: string,
  options: ReaderOptions = {},
): DatasetLocation {
  const reader = readers[format];
  if (!reader) {
    const expected = Object.keys(readers).join(' or ');
    return {
      found: false,
      diagnostic: report(dataCodes, 'MED3017', { setting: 'format', found: `\`${format}\``, expected }),
    };
  }
  const folder = isAbsolute(root) ? root : join(dataRoot, root);
  const { looksFor } = reader;
  if (!existsSync(folder) || !statSync(folder).isDirectory())
    return { found: false, diagnostic: report(dataCodes, 'MED3001', { format, root, folder, looksFor }) };
  const files = reader.find(folder, options);
  const empty = files.log.length + files.metric.length + files.trace.length === 0;
  if (empty || files.labels.length === 0) {
    const what = files.labels.length === 0 ? 'labels' : 'telemetry files';
    return { found: false, diagnostic: report(dataCodes, 'MED3002', { format, folder, what, looksFor }) };
  }
  return { found: true, reader, files };
}

/** Whether the folder holds telemetry that `medx data simulate` wrote: its `dataset.json` says so. */
export function isSimulated(root: string): boolean {
  try {
    const origin: unknown = JSON.parse(readFileSync(join(root, 'dataset.json'), 'utf8'));
    return (
      typeof origin === 'object' && origin !== null && 'simulated' in origin && origin.simulated === true
    );
  } catch {
    // No such file, or one of another kind.
    return false;
  }
}

/**
 * SHA-256 over the relative paths and contents of every file the reader takes. Gzip files are unpacked on the way: a
 * truncated one is an error here, because a CSV parser takes it for a short file. So is a file that is not UTF-8. Per file the answer is kept in
 * `cacheDir` under path, size and time of change. Throws `MedxError` if the dataset is absent or damaged.
 */
export async function digestDataset(
  format: string,
  folder: string,
  cacheDir: string,
  options: ReaderOptions = {},
): Promise<string> {
  const location = findDataset(dirname(folder), format, basename(folder), options);
  if (!location.found) throw new MedxError(location.diagnostic);
  const { root, labels, log, metric, trace } = location.files;
  const cachePath = join(cacheDir, 'dataset-digests.json');
  const cache = readCache(cachePath);
  const damaged: Diagnostic[] = [];
  const total = createHash('sha256');
  let changed = false;
  for (const file of [...labels, ...log, ...metric, ...trace].sort()) {
    const path = join(root, file);
    const { size, mtimeMs } = statSync(path);
    const key = `${path}\n${size}\n${mtimeMs}`;
    let digest = cache[key];
    if (digest === undefined) {
      try {
        digest = await digestFile(path);
      } catch (error) {
        const problem = error instanceof Error ? error.message : String(error);
        const packing =
          error instanceof DamagedArchive
            ? error.packing
            : error instanceof Error && 'code' in error && String(error.code).startsWith('Z_') && 'gzip';
        damaged.push(
          packing
            ? report(dataCodes, 'MED3005', { packing, problem }, { place: file })
            : report(dataCodes, 'MED3013', { problem }, { place: file }),
        );
        continue;
      }
      cache[key] = digest;
      changed = true;
    }
    total.update(`${file}\0${digest}\n`);
  }
  if (changed) writeCache(cachePath, cache);
  if (damaged.length > 0) throw new MedxError(damaged);
  return total.digest('hex');
}

/**
 * Digest of the bytes as they lie; a `.gz` file is also unpacked, which checks its length and checksum. Throws `NotText`
 * if the text is not UTF-8.
 */
async function digestFile(path: string): Promise<string> {
  const hash = createHash('sha256');
  const source = createReadStream(path, { highWaterMark: 1 << 20 });
  const tap = new PassThrough();
  tap.on('data', (chunk: Buffer) => hash.update(chunk));
  const packing = packingOf(path);
  if (packing === 'zstd') checkZstd(path);
  if (packing === 'gzip') await pipeline(source, tap, createGunzip({ chunkSize: 1 << 18 }), utf8Check());
  else if (packing === 'zstd' || formatOf(path) === 'parquet') {
    tap.resume();
    await pipeline(source, tap);
  } else await pipeline(source, tap, utf8Check());
  return hash.digest('hex');
}

class NotText extends Error {}

/** Refuses what is not UTF-8: the CSV parser cannot be trusted with it. Only whole lines are checked at a time. */
function utf8Check(): Writable {
  let rest = Buffer.alloc(0);
  let at = 0;
  const check = (text: Buffer): Error | null => {
    if (isUtf8(text)) {
      at += text.length;
      return null;
    }
    return new NotText(`not UTF-8 text near byte ${at}; convert it, for example with iconv`);
  };
  return new Writable({
    write(chunk: Buffer, _encoding, done) {
      const whole = rest.length > 0 ? Buffer.concat([rest, chunk]) : chunk;
      const end = whole.lastIndexOf(10) + 1;
      rest = Buffer.from(whole.subarray(end));
      done(check(whole.subarray(0, end)));
    },
    final: (done) => done(check(rest)),
  });
}

function readCache(path: string): Record<string, string> {
  try {
    return JSON.parse(readFileSync(path, 'utf8')) as Record<string, string>;
  } catch {
    // No cache yet, or a damaged one: digests are computed anew.
    return {};
  }
}

function writeCache(path: string, cache: Record<string, string>): void {
  const beside = `${path}.${process.pid}`;
  try {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(beside, JSON.stringify(cache));
    renameSync(beside, path);
  } catch {
    // A full or read-only disk costs the next digest its time, not this one its answer.
    rmSync(beside, { force: true });
  }
}
