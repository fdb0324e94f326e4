/** Which folders below the data root hold datasets, to a depth of three, and what their manifests say. */
import { existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { MedxError } from '../../diagnostics/diagnostic.ts';
import type { JsonObject } from '../../stages/stage.ts';
import { findDataset } from '../dataset.ts';
import { readers } from '../readers/index.ts';
import type { DatasetFiles, DatasetReader } from '../readers/reader.ts';
import { compareFiles } from './checksums.ts';
import { type Manifest, manifestName, readManifest } from './manifest.ts';

export interface ListedDataset {
  /** Folder below the data root. */
  readonly root: string;
  readonly format: string;
  readonly options: JsonObject;
  readonly files: {
    readonly labels: number;
    readonly log: number;
    readonly metric: number;
    readonly trace: number;
  };
  readonly bytes: number;
  /** Labels that can be used; null if they cannot be read (`problem` says why). */
  readonly labels: number | null;
  readonly problem?: string;
  readonly manifest?: Pick<Manifest, 'name' | 'title' | 'licence' | 'citation' | 'homepage'>;
  /** Against the manifest's checksums; absent without any. */
  readonly matches?: {
    readonly by: 'size' | 'sha256';
    readonly ok: boolean;
    readonly differ: readonly string[];
  };
}

const depth = 3;

export async function listDatasets(dataRoot: string, verify: boolean): Promise<ListedDataset[]> {
  return existsSync(dataRoot) ? datasetsBelow(dataRoot, '', 0, verify) : [];
}

/**
 * Readers look into all folders below, so a folder of datasets looks like one, and a dataset's folders of labels and of
 * telemetry like parts of one. What one reader alone can read is a dataset. Else the datasets in the folders below count;
 * without any, whatever takes this one does.
 */
async function datasetsBelow(
  dataRoot: string,
  folder: string,
  level: number,
  verify: boolean,
): Promise<ListedDataset[]> {
  const here = folder === '' ? [] : await datasetsAt(dataRoot, folder, verify);
  const readable = here.filter(({ labels }) => labels !== null && labels > 0);
  const names = level < depth ? subfolders(join(dataRoot, folder)) : [];
  const nested = names.some((name) => existsSync(join(dataRoot, folder, name, manifestName)));
  if (!nested && readable.length === 1) return readable;
  if (!nested && here.some(({ manifest }) => manifest)) return here;
  const below: ListedDataset[] = [];
  for (const name of names)
    below.push(
      ...(await datasetsBelow(dataRoot, folder === '' ? name : `${folder}/${name}`, level + 1, verify)),
    );
  const whole = below.filter(hasTelemetry);
  if (whole.length > 0 || here.length === 0)
    return below.length > 0 || folder === '' ? below : labelsOnly(dataRoot, folder);
  return readable.length > 0 ? readable : here;
}

const hasTelemetry = ({ files }: ListedDataset) => files.log + files.metric + files.trace > 0;

function subfolders(path: string): string[] {
  return readdirSync(path, { withFileTypes: true })
    .filter(({ name }) => !name.startsWith('.'))
    .filter((entry) => entry.isDirectory() || (entry.isSymbolicLink() && isFolder(join(path, entry.name))))
    .map(({ name }) => name)
    .sort();
}

const isFolder = (path: string) => statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;

/** What the manifest says, or else every reader that takes the folder. */
async function datasetsAt(dataRoot: string, root: string, verify: boolean): Promise<ListedDataset[]> {
  let manifest: Manifest | undefined;
  let problem: string | undefined;
  try {
    manifest = await readManifest(join(dataRoot, root));
  } catch (error) {
    if (!(error instanceof MedxError)) throw error;
    problem = error.diagnostics[0]?.message;
  }
  const formats = manifest ? [manifest.reader.format] : Object.keys(readers);
  const found: ListedDataset[] = [];
  for (const format of formats) {
    const options = manifest?.reader.options ?? {};
    const location = tryFind(dataRoot, format, root, options);
    if (!location) continue;
    found.push(await describe({ root, format, options, manifest, problem, verify }, location));
  }
  return found;
}

/** A folder with labels and no telemetry, such as a run table on its own: the first reader that takes them. */
async function labelsOnly(dataRoot: string, root: string): Promise<ListedDataset[]> {
  for (const [format, reader] of Object.entries(readers)) {
    let files: DatasetFiles;
    try {
      files = reader.find(join(dataRoot, root), {});
      if (files.labels.length === 0) continue;
      await reader.labels(files, {});
    } catch (error) {
      if (error instanceof MedxError) continue;
      throw error;
    }
    const problem = 'labels only: no telemetry files';
    return [
      await describe(
        { root, format, options: {}, manifest: undefined, problem, verify: false },
        { reader, files },
      ),
    ];
  }
  return [];
}

interface Located {
  readonly reader: DatasetReader;
  readonly files: DatasetFiles;
}

/** A reader that needs arguments which nobody gave takes nothing here. */
function tryFind(dataRoot: string, format: string, root: string, options: JsonObject): Located | undefined {
  try {
    const location = findDataset(dataRoot, format, root, options);
    return location.found ? location : undefined;
  } catch (error) {
    if (error instanceof MedxError) return undefined;
    throw error;
  }
}

async function describe(
  about: {
    readonly root: string;
    readonly format: string;
    readonly options: JsonObject;
    readonly manifest: Manifest | undefined;
    readonly problem: string | undefined;
    readonly verify: boolean;
  },
  { reader, files }: Located,
): Promise<ListedDataset> {
  const { root, format, options, manifest, verify } = about;
  const all = [...new Set([...files.labels, ...files.log, ...files.metric, ...files.trace])];
  let labels: number | null = null;
  let { problem } = about;
  try {
    labels = (await reader.labels(files, options)).rows.length;
  } catch (error) {
    if (!(error instanceof MedxError)) throw error;
    problem ??= error.diagnostics[0]?.message;
  }
  const compared = manifest?.files
    ? await compareFiles(files.root, manifest, all, verify ? 'sha256' : 'size')
    : undefined;
  return {
    root,
    format,
    options,
    files: {
      labels: files.labels.length,
      log: files.log.length,
      metric: files.metric.length,
      trace: files.trace.length,
    },
    bytes: all.reduce(
      (sum, file) => sum + (statSync(join(files.root, file), { throwIfNoEntry: false })?.size ?? 0),
      0,
    ),
    labels,
    ...(problem === undefined ? {} : { problem }),
    ...(manifest ? { manifest: aboutOf(manifest) } : {}),
    ...(compared ? { matches: matchOf(compared) } : {}),
  };
}

function aboutOf({
  name,
  title,
  licence,
  citation,
  homepage,
}: Manifest): NonNullable<ListedDataset['manifest']> {
  return {
    name,
    licence,
    ...(title ? { title } : {}),
    ...(citation ? { citation } : {}),
    ...(homepage ? { homepage } : {}),
  };
}

function matchOf({
  missing,
  changed,
  by,
}: Awaited<ReturnType<typeof compareFiles>>): NonNullable<ListedDataset['matches']> {
  const differ = [...missing, ...changed];
  return { by, ok: differ.length === 0, differ };
}
