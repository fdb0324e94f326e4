/** Where a dataset is, and what it is: its place on disk, its files, and a digest of their contents for the plan. */
import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { basename, dirname, isAbsolute, join } from 'node:path';
import { fetchName } from '../catalog/datasets/index.ts';
import { dataCodes } from '../diagnostics/codes/data.ts';
import { type Diagnostic, MedxError, report } from '../diagnostics/diagnostic.ts';
import { digestOf, readFacts } from './facts.ts';
import { readers } from './readers/index.ts';
import type { DatasetFiles, DatasetReader, ReaderOptions } from './readers/reader.ts';

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
  if (!existsSync(folder) || !statSync(folder).isDirectory()) {
    const fetch = fetchName(format, root);
    const params = { format, root, folder, looksFor, ...(fetch ? { fetch } : {}) };
    return { found: false, diagnostic: report(dataCodes, 'MED3001', params) };
  }
  const files = reader.find(folder, options);
  const empty = files.log.length + files.metric.length + files.trace.length === 0;
  if (empty || files.labels.length === 0) {
    const what = files.labels.length === 0 ? 'labels' : 'telemetry files';
    return { found: false, diagnostic: report(dataCodes, 'MED3002', { format, folder, what, looksFor }) };
  }
  return { found: true, reader, files };
}

const originFile = 'dataset.json';

/** Says of a folder made of simulated telemetry that it is: `isSimulated` will know. */
export function markSimulated(root: string): void {
  writeFileSync(join(root, originFile), `${JSON.stringify({ simulated: true })}\n`);
}

/** Whether the folder holds telemetry that `medx data simulate` wrote, or that was made of it: its `dataset.json` says so. */
export function isSimulated(root: string): boolean {
  try {
    const origin: unknown = JSON.parse(readFileSync(join(root, originFile), 'utf8'));
    return (
      typeof origin === 'object' && origin !== null && 'simulated' in origin && origin.simulated === true
    );
  } catch {
    // No such file, or one of another kind.
    return false;
  }
}

/**
 * SHA-256 over the relative paths and contents of every file the reader takes. Packed files are unpacked on the way: a
 * truncated one is an error here, because a parser takes it for a short file. Throws `MedxError` if the dataset is absent
 * or damaged.
 */
export async function digestDataset(
  format: string,
  folder: string,
  cacheDir: string,
  options: ReaderOptions = {},
): Promise<string> {
  const location = findDataset(dirname(folder), format, basename(folder), options);
  if (!location.found) throw new MedxError(location.diagnostic);
  return digestOf(await readFacts(location.files, cacheDir));
}
