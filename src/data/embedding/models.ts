/**
 * Finds a text model: in a folder, in the cache of earlier downloads, or on the hub. Nothing is loaded or downloaded
 * here; the hub is only asked whether it has the model, with a time limit, so that being off-line is quick.
 */
import { createHash } from 'node:crypto';
import { createReadStream, readdirSync, readFileSync, statSync } from 'node:fs';
import { isAbsolute, join, resolve } from 'node:path';
import { makeFolder, writeBeside } from '../../disk/write.ts';

/** Below a model's folder. The weights are the float32 export, whatever others lie beside it. */
export const modelFiles = [
  'config.json',
  'tokenizer.json',
  'tokenizer_config.json',
  'onnx/model.onnx',
] as const;
const weightsFile = 'onnx/model.onnx';

export type FoundEmbedder =
  | {
      readonly available: true;
      /** `folder`: given by the user; `cache`: downloaded before; `hub`: has to be downloaded. */
      readonly where: 'folder' | 'cache' | 'hub';
      /** Folder that holds `modelFiles`; absent for `hub`. */
      readonly folder?: string;
      /** SHA-256 of the weights: the same wherever the model was found. */
      readonly digest: string;
    }
  | { readonly available: false /** Every place looked at, in words. */; readonly reason: string };

export interface FindOptions {
  readonly dataRoot: string;
  readonly cacheDir: string;
  /** Whether the hub may be asked. */
  readonly allowRemote: boolean;
  /** Default `https://huggingface.co/`, or `HF_ENDPOINT`. */
  readonly remoteHost?: string;
  /** Milliseconds the hub may take to answer. Default 3000. */
  readonly timeoutMs?: number;
}

/** `Xenova/bert-base-uncased`, or with a revision: `Xenova/bert-base-uncased@5546055`. */
export function parseModelName(model: string): { readonly id: string; readonly revision: string } {
  const at = model.lastIndexOf('@');
  return at > 0 ? { id: model.slice(0, at), revision: model.slice(at + 1) } : { id: model, revision: 'main' };
}

/** Where downloads are kept. */
export function modelCache(cacheDir: string): string {
  return join(cacheDir, 'models');
}

/** Folder of a model in the cache of downloads; the library keeps `main` without its name. */
export function cachedModelFolder(model: string, cacheDir: string): string {
  const { id, revision } = parseModelName(model);
  return revision === 'main' ? join(modelCache(cacheDir), id) : join(modelCache(cacheDir), id, revision);
}

export function remoteHostOf(options: { readonly remoteHost?: string }): string {
  const host = options.remoteHost ?? process.env.HF_ENDPOINT ?? 'https://huggingface.co/';
  return host.endsWith('/') ? host : `${host}/`;
}

/** Looks in folders (absolute, below the data root or its `models/`, `./models/`), then the cache, then asks the hub. */
export async function findEmbedder(model: string, options: FindOptions): Promise<FoundEmbedder> {
  const { dataRoot, cacheDir } = options;
  const tried: string[] = [];
  const folders = isAbsolute(model)
    ? [model]
    : [join(dataRoot, model), join(dataRoot, 'models', model), resolve('models', model)];
  const places = [
    ...folders.map((folder) => ({ where: 'folder' as const, folder })),
    ...(isAbsolute(model) ? [] : [{ where: 'cache' as const, folder: cachedModelFolder(model, cacheDir) }]),
  ];
  for (const { where, folder } of places) {
    const missing = modelFiles.filter((file) => !isFile(join(folder, file)));
    if (missing.length === 0) {
      return {
        available: true,
        where,
        folder,
        digest: await weightsDigest(join(folder, weightsFile), cacheDir),
      };
    }
    // A folder that holds part of a model is worth a word; one that is not there is not.
    if (missing.length < modelFiles.length) tried.push(`${folder} lacks ${missing.join(', ')}`);
  }
  if (tried.length === 0) tried.push(`no folder ${folders.join(' or ')}`);
  if (isAbsolute(model)) return { available: false, reason: tried.join('; ') };
  if (!options.allowRemote) return { available: false, reason: `${tried.join('; ')}; the hub was not asked` };
  const answer = await askHub(model, options);
  if ('digest' in answer) return { available: true, where: 'hub', digest: answer.digest };
  return { available: false, reason: `${tried.join('; ')}; ${answer.problem}` };
}

interface HubFile {
  readonly rfilename?: string;
  readonly lfs?: { readonly sha256?: string };
}

async function askHub(
  model: string,
  options: FindOptions,
): Promise<{ readonly digest: string } | { readonly problem: string }> {
  const host = remoteHostOf(options);
  const { id, revision } = parseModelName(model);
  const path = id.split('/').map(encodeURIComponent).join('/');
  const url = `${host}api/models/${path}/revision/${encodeURIComponent(revision)}?blobs=true`;
  let files: readonly HubFile[];
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(options.timeoutMs ?? 3000) });
    if (!response.ok) return { problem: `${new URL(host).host} answers ${response.status} for ${model}` };
    files = ((await response.json()) as { siblings?: readonly HubFile[] }).siblings ?? [];
  } catch {
    return { problem: `${new URL(host).host} cannot be reached` };
  }
  const missing = modelFiles.filter((file) => !files.some(({ rfilename }) => rfilename === file));
  if (missing.length > 0) return { problem: `${model} on ${new URL(host).host} lacks ${missing.join(', ')}` };
  const digest = files.find(({ rfilename }) => rfilename === weightsFile)?.lfs?.sha256;
  return digest ? { digest } : { problem: `${new URL(host).host} does not say the SHA-256 of the weights` };
}

function isFile(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isFile() ?? false;
}

/**
 * SHA-256 of the weights. Hundreds of megabytes take a second, so the answer is kept in the cache under the file's path,
 * size and time of change.
 */
async function weightsDigest(path: string, cacheDir: string): Promise<string> {
  const { size, mtimeMs } = statSync(path);
  const key = createHash('sha256')
    .update(`${resolve(path)}\n${size}\n${mtimeMs}`)
    .digest('hex');
  const kept = join(cacheDir, 'digests', key);
  try {
    const text = readFileSync(kept, 'utf8');
    if (/^[0-9a-f]{64}$/.test(text)) return text;
  } catch {
    // Not kept yet.
  }
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(path, { highWaterMark: 1 << 20 })) hash.update(chunk as Buffer);
  const digest = hash.digest('hex');
  try {
    makeFolder(join(cacheDir, 'digests'));
    writeBeside(kept, digest);
  } catch {
    // A cache that cannot be written costs time, not the answer.
  }
  return digest;
}

/** Folders below `models/` of the data root that hold a usable model, for `medx doctor`. */
export function listModels(dataRoot: string): string[] {
  const root = join(dataRoot, 'models');
  const folders = (at: string): string[] =>
    statSync(at, { throwIfNoEntry: false })?.isDirectory()
      ? readdirSync(at, { withFileTypes: true })
          .filter((entry) => entry.isDirectory())
          .map(({ name }) => name)
      : [];
  const names = folders(root).flatMap((name) => [
    name,
    ...folders(join(root, name)).map((sub) => `${name}/${sub}`),
  ]);
  return names.filter((name) => modelFiles.every((file) => isFile(join(root, name, file)))).sort();
}
