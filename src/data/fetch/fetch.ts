/**
 * A public dataset → a folder below the data root, with manifests. Everything is gathered in `DATA/.fetch/NAME` (downloads in
 * `files`, what they become in `tree`) and renamed at the end, so a folder with the dataset's name is whole. Files that were
 * put into `files` by hand are taken as if they had been fetched.
 */
import { createHash } from 'node:crypto';
import { copyFileSync, existsSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { KnownDataset, KnownFile } from '../../catalog/datasets/types.ts';
import { datasetCodes } from '../../diagnostics/codes/datasets.ts';
import { MedxError, report } from '../../diagnostics/diagnostic.ts';
import { makeFolder } from '../../disk/write.ts';
import { listFiles } from '../files.ts';
import { checksumOf } from '../manifest/checksums.ts';
import { type Manifest, type ManifestFile, manifestName, writeManifestText } from '../manifest/manifest.ts';
import { type DownloadRequest, download } from './download.ts';
import { checkSpace, unzip } from './unzip.ts';

export interface FetchOptions {
  /** Absolute. */
  readonly dataRoot: string;
  /** `2024-03-22`, for the manifest. */
  readonly today: string;
  readonly signal?: AbortSignal;
  readonly onStep?: (text: string) => void;
  readonly onProgress?: (path: string, done: number, total: number | undefined) => void;
  readonly delayMs?: number;
  readonly stallMs?: number;
}

export interface Fetched {
  readonly folder: string;
  readonly files: number;
  readonly bytes: number;
  /** False: for some files nothing was known beforehand. */
  readonly verified: boolean;
}

/** Where downloads of a dataset are gathered, and where files that were got by hand are put. */
export const gatherFolder = (dataRoot: string, { name }: KnownDataset) =>
  join(dataRoot, '.fetch', name, 'files');

/** Throws MedxError. A second call goes on where the first one stopped. */
export async function fetchDataset(known: KnownDataset, options: FetchOptions): Promise<Fetched> {
  const { dataRoot, onStep } = options;
  const folder = join(dataRoot, known.name);
  if (existsSync(folder)) throw new MedxError(report(datasetCodes, 'MED3306', { path: folder }));
  if (known.files.length === 0)
    throw new MedxError(report(datasetCodes, 'MED3313', { name: known.name, byHand: known.byHand }));
  const files = gatherFolder(dataRoot, known);
  const tree = join(files, '..', 'tree');
  makeFolder(files);
  const missing = known.files.filter(({ path }) => !existsSync(join(files, path)));
  checkSpace(
    files,
    missing.reduce((sum, { bytes = 0 }) => sum + bytes, 0),
  );
  const problems: MedxError[] = [];
  for (const file of known.files) {
    try {
      await gather(file, files, options);
    } catch (error) {
      // A file that cannot be had stops nothing: what has to be got by hand is told at once.
      if (!(error instanceof MedxError) || options.signal?.aborted) throw error;
      problems.push(error);
    }
  }
  if (problems.length > 0) throw new MedxError(problems.flatMap(({ diagnostics }) => diagnostics));

  rmSync(tree, { recursive: true, force: true });
  makeFolder(tree);
  for (const file of known.files) {
    const { path, unpack } = file;
    if (unpack) {
      onStep?.(`unpacking ${path}`);
      await unzip(join(files, path), join(tree, unpack.into), unpack);
    } else {
      makeFolder(dirname(join(tree, path)));
      // A copy: an interrupted fetch finds the download where it was.
      copyFileSync(join(files, path), join(tree, path));
    }
  }
  onStep?.('checksums');
  const listed: ManifestFile[] = [];
  for (const path of listFiles(tree)) listed.push(await checksumOf(tree, path));
  checkContents(known, listed);
  const verified = known.files.every(isKnown);
  await writeManifests(known, tree, listed, verified, options.today);
  renameSync(tree, folder);
  rmSync(join(files, '..'), { recursive: true, force: true });
  return { folder, files: listed.length, bytes: listed.reduce((sum, { bytes }) => sum + bytes, 0), verified };
}

/** Whether all that comes of a file is compared with something that was known before. */
function isKnown({ sha256, unpack }: KnownFile): boolean {
  if (sha256 !== undefined) return true;
  const contents = unpack?.contents ?? [];
  const only = unpack?.only?.filter((one) => one !== 'LICENSE') ?? [];
  const covered = (one: string) => contents.some(({ below }) => one === below || one.startsWith(`${below}/`));
  return only.length > 0 && only.every(covered);
}

async function gather(file: KnownFile, files: string, options: FetchOptions): Promise<void> {
  const target = join(files, file.path);
  makeFolder(dirname(target));
  const { signal, delayMs, stallMs, onProgress, onStep } = options;
  if (!existsSync(target)) onStep?.(file.url);
  const request: DownloadRequest = {
    url: file.url,
    target,
    ...(file.bytes === undefined ? {} : { bytes: file.bytes }),
    ...(file.sha256 === undefined ? {} : { sha256: file.sha256 }),
    ...(signal ? { signal } : {}),
    ...(delayMs === undefined ? {} : { delayMs }),
    ...(stallMs === undefined ? {} : { stallMs }),
    ...(onProgress ? { onProgress: (done, total) => onProgress(file.path, done, total) } : {}),
  };
  await download(request);
}

/** Compares what was unpacked with what is known of an archive's contents. */
function checkContents({ files }: KnownDataset, listed: readonly ManifestFile[]): void {
  for (const { url, unpack } of files) {
    for (const { below, files: count, sha256 } of unpack?.contents ?? []) {
      const own = listed.filter(({ path }) => path.startsWith(`${below}/`));
      const found = contentsDigest(own);
      if (own.length === count && found === sha256) continue;
      const params = {
        url,
        expected: `${count} files below ${below} with the digest ${sha256}`,
        found: `${own.length} files with ${found}`,
      };
      throw new MedxError(report(datasetCodes, 'MED3310', params));
    }
  }
}

/** SHA-256 over `PATH NUL SHA256 LF`, in order of path. */
export function contentsDigest(files: readonly ManifestFile[]): string {
  const hash = createHash('sha256');
  for (const { path, sha256 } of files.toSorted((a, b) => (a.path < b.path ? -1 : 1)))
    hash.update(`${path}\0${sha256}\n`);
  return hash.digest('hex');
}

/** One manifest per folder that is a dataset. */
async function writeManifests(
  { name, title, licence, citation, homepage, reader, roots, files }: KnownDataset,
  tree: string,
  listed: readonly ManifestFile[],
  verified: boolean,
  today: string,
): Promise<void> {
  for (const root of roots) {
    const folder = join(tree, root);
    if (!statSync(folder, { throwIfNoEntry: false })?.isDirectory()) continue;
    const own = root === '.' ? listed : listed.flatMap((file) => within(file, root));
    const manifest: Manifest = {
      format: 1,
      name: (root === '.' ? name : `${name}-${root.replaceAll('/', '-')}`).toLowerCase(),
      title,
      licence,
      citation,
      homepage,
      reader,
      origin: { sources: files.map(({ url }) => url), fetched: today, verified },
      files: own,
    };
    writeFileSync(join(folder, manifestName), await writeManifestText(manifest));
  }
}

function within(file: ManifestFile, root: string): ManifestFile[] {
  return file.path.startsWith(`${root}/`) ? [{ ...file, path: file.path.slice(root.length + 1) }] : [];
}
