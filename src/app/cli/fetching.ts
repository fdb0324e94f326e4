/** Fetching a public dataset for a command: its licence, one fetch at a time, progress, Ctrl-C. */
import { join } from 'node:path';
import { knownDatasets } from '../../catalog/datasets/index.ts';
import type { KnownDataset } from '../../catalog/datasets/types.ts';
import { type Fetched, fetchDataset } from '../../data/fetch/fetch.ts';
import { datasetCodes } from '../../diagnostics/codes/datasets.ts';
import { MedxError, report } from '../../diagnostics/diagnostic.ts';
import { nearestName } from '../../diagnostics/nearest.ts';
import { makeFolder } from '../../disk/write.ts';
import { guardStore } from '../../run/failures.ts';
import { tryLock } from '../../run/lock.ts';
import { formatBytes } from '../format.ts';

export function findKnown(name: string, list: readonly KnownDataset[] = knownDatasets): KnownDataset {
  const found = list.find((one) => one.name === name);
  if (found) return found;
  const known = list.map((one) => one.name);
  const nearest = nearestName(name, known);
  throw new MedxError(report(datasetCodes, 'MED3304', { name, known, ...(nearest ? { nearest } : {}) }));
}

/** What has to be known before anything is fetched. */
export function licenceText({ title, licence, homepage, citation, notes, files }: KnownDataset): string {
  const known = files.reduce((sum, { bytes = 0 }) => sum + bytes, 0);
  const open = files.filter(({ bytes }) => bytes === undefined).length;
  const size =
    known > 0 ? `${formatBytes(known)}${open > 0 ? ` and ${open} files of unknown size` : ''}` : 'unknown';
  return [
    title,
    `  licence   ${licence}`,
    `  homepage  ${homepage}`,
    `  cite      ${citation}`,
    ...(files.length > 0 ? [`  download  ${size}`] : []),
    ...notes.map((note) => `  note      ${note}`),
  ].join('\n');
}

export interface FetchKnownOptions {
  readonly dataRoot: string;
  /** `--accept-licence`; otherwise a terminal is asked, and without one nothing is fetched. */
  readonly accepted: boolean;
  readonly say: (text: string) => void;
  readonly delayMs?: number;
}

/** Undefined after Ctrl-C: what has come is kept. Throws MedxError. */
export async function fetchKnown(
  known: KnownDataset,
  { dataRoot, accepted, say, delayMs }: FetchKnownOptions,
): Promise<(Fetched & { readonly sources: readonly string[] }) | undefined> {
  if (known.files.length > 0 && !accepted && !(await askForLicence(known)))
    throw new MedxError(report(datasetCodes, 'MED3308', { name: known.name, licence: known.licence }));
  const gather = join(dataRoot, '.fetch');
  guardStore('write', gather, () => makeFolder(gather));
  const lock = tryLock(join(gather, `${known.name}.lock`));
  if (!lock) throw new MedxError(report(datasetCodes, 'MED3314', { name: known.name }));
  const controller = new AbortController();
  const stop = () => controller.abort();
  for (const name of ['SIGINT', 'SIGTERM'] as const) process.once(name, stop);
  try {
    const fetched = await fetchDataset(known, {
      dataRoot,
      today: new Date().toISOString().slice(0, 10),
      signal: controller.signal,
      onStep: (text) => {
        clearLine();
        say(text);
      },
      onProgress: drawProgress,
      ...(delayMs === undefined ? {} : { delayMs }),
    });
    const { name, reader, roots } = known;
    const sources = roots.map((root) => `${reader.format}("${root === '.' ? name : `${name}/${root}`}")`);
    return { ...fetched, sources };
  } catch (error) {
    if (!controller.signal.aborted) throw error;
    say('Stopped. What has come is kept: the same command goes on from there.');
    return undefined;
  } finally {
    clearLine();
    for (const name of ['SIGINT', 'SIGTERM'] as const) process.off(name, stop);
    lock.release();
  }
}

async function askForLicence({ licence }: KnownDataset): Promise<boolean> {
  if (!process.stdin.isTTY || !process.stderr.isTTY) return false;
  const { createInterface } = await import('node:readline/promises');
  const line = createInterface({ input: process.stdin, output: process.stderr });
  try {
    const answer = await line.question(`Accept these terms (${licence})? [y/N] `);
    return /^y(es)?$/i.test(answer.trim());
  } finally {
    line.close();
  }
}

function drawProgress(path: string, done: number, total: number | undefined): void {
  if (!process.stderr.isTTY) return;
  const of =
    total === undefined
      ? ''
      : ` of ${formatBytes(total)} (${Math.floor((100 * done) / Math.max(1, total))}%)`;
  process.stderr.write(`\r\u001b[K${path}: ${formatBytes(done)}${of}`);
}

function clearLine(): void {
  if (process.stderr.isTTY) process.stderr.write('\r\u001b[K');
}
