/**
 * Vectors from a pretrained text model (paper equation 4): the mean of the last hidden state over the tokens of a text,
 * through `@huggingface/transformers` on ONNX Runtime. The library is imported only when a text is not in the cache.
 *
 * A batch holds texts of one length in tokens: then nothing is padded, and a text's vector does not depend on the texts
 * that happen to be computed beside it.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { logCodes } from '../../diagnostics/codes/log.ts';
import { MedxError, report } from '../../diagnostics/diagnostic.ts';
import { openVectorCache } from './cache.ts';
import {
  cachedModelFolder,
  type FindOptions,
  findEmbedder,
  modelCache,
  parseModelName,
  remoteHostOf,
} from './models.ts';

export interface EmbedOptions extends FindOptions {
  /** SHA-256 of the weights that the plan found; another one is refused. */
  readonly digest?: string;
  readonly progress: (done: number, all: number, note: string) => void;
}

export interface Embedded {
  readonly dim: number;
  /** `[texts.length, dim]`, row-major. */
  readonly vectors: Float32Array;
  readonly digest: string;
  /** Texts that had to be computed; the others came from the cache. */
  readonly computed: number;
}

const batchTokens = 2048;

/**
 * @throws MedxError if the model cannot be found (MED3520), is another one than planned (MED3521) or cannot be loaded
 * (MED3522)
 */
export async function embedBert(
  texts: readonly string[],
  model: string,
  options: EmbedOptions,
): Promise<Embedded> {
  const found = await findEmbedder(model, options);
  if (!found.available) throw new MedxError(report(logCodes, 'MED3520', { model, reason: found.reason }));
  if (options.digest !== undefined && options.digest !== found.digest) {
    throw new MedxError(
      report(logCodes, 'MED3521', {
        model,
        planned: options.digest,
        found: found.digest,
        where: found.where,
      }),
    );
  }
  const folder = found.folder ?? (await download(model, found.digest, options));
  const dim = hiddenSize(model, folder);
  // The number counts changes of how texts become vectors.
  const cache = openVectorCache(options.cacheDir, `mean of the last hidden state 1\n${found.digest}`, dim);

  const rows = new Map<string, number[]>();
  texts.forEach((text, row) => {
    const same = rows.get(text);
    if (same) same.push(row);
    else rows.set(text, [row]);
  });
  const vectors = new Float32Array(texts.length * dim);
  const keep = (text: string, vector: Float32Array): void => {
    for (const row of rows.get(text) ?? []) vectors.set(vector, row * dim);
  };
  const missing: string[] = [];
  for (const text of rows.keys()) {
    const vector = cache.get(text);
    if (vector) keep(text, vector);
    else missing.push(text);
  }
  if (missing.length > 0) {
    let done = 0;
    await compute(missing, model, folder, dim, (text, vector) => {
      cache.put(text, vector);
      keep(text, vector);
      done++;
      if (done % 16 === 0 || done === missing.length)
        options.progress(done, missing.length, 'templates embedded');
    });
  }
  return { dim, vectors, digest: found.digest, computed: missing.length };
}

interface Tokenized {
  readonly text: string;
  readonly ids: readonly number[];
  readonly types?: readonly number[];
}

async function compute(
  texts: readonly string[],
  model: string,
  folder: string,
  dim: number,
  keep: (text: string, vector: Float32Array) => void,
): Promise<void> {
  const { AutoModel, AutoTokenizer, Tensor } = await import('@huggingface/transformers');
  const local = { local_files_only: true } as const;
  const tokenizer = await loading(model, () => AutoTokenizer.from_pretrained(folder, local));
  const network = await loading(model, () =>
    AutoModel.from_pretrained(folder, { ...local, dtype: 'fp32', device: 'cpu' }),
  );
  try {
    const byLength = new Map<number, Tokenized[]>();
    const longest = longestInput(model, folder);
    for (const text of texts) {
      const tokens = tokenizer(text, { return_tensor: false }) as {
        input_ids: number[];
        token_type_ids?: number[];
      };
      const ids = shortened(tokens.input_ids, longest);
      const types = tokens.token_type_ids && shortened(tokens.token_type_ids, longest);
      const same = byLength.get(ids.length);
      const item = { text, ids, ...(types && { types }) };
      if (same) same.push(item);
      else byLength.set(ids.length, [item]);
    }
    for (const [length, group] of [...byLength].sort(([a], [b]) => a - b)) {
      const size = Math.max(1, Math.floor(batchTokens / length));
      for (let from = 0; from < group.length; from += size) {
        const batch = group.slice(from, from + size);
        const shape = [batch.length, length];
        const tensor = (rows: readonly (readonly number[])[]) =>
          new Tensor('int64', BigInt64Array.from(rows.flat(), BigInt), shape);
        const output = (await network({
          input_ids: tensor(batch.map(({ ids }) => ids)),
          attention_mask: tensor(batch.map(({ ids }) => ids.map(() => 1))),
          // Models without sentence types have tokenizers that give none.
          ...(batch[0]?.types && { token_type_ids: tensor(batch.map(({ types }) => types ?? [])) }),
        })) as { last_hidden_state?: { dims: readonly number[]; data: Float32Array } };
        const hidden = output.last_hidden_state;
        if (hidden?.dims[2] !== dim) {
          const problem = hidden
            ? `its vectors have ${hidden.dims[2]} values, its config says ${dim}`
            : 'it has no output `last_hidden_state`';
          throw new MedxError(report(logCodes, 'MED3522', { model, problem }));
        }
        batch.forEach(({ text }, i) => {
          keep(text, meanOf(hidden.data.subarray(i * length * dim, (i + 1) * length * dim), length, dim));
        });
      }
    }
  } finally {
    await network.dispose();
  }
}

/** At most `longest` tokens: the first ones and the one that ends the text (the library's own truncation loses that). */
function shortened(ids: readonly number[], longest: number): readonly number[] {
  return ids.length <= longest ? ids : [...ids.slice(0, longest - 1), ...ids.slice(-1)];
}

/** `[length, dim]` → `[dim]`. */
function meanOf(hidden: Float32Array, length: number, dim: number): Float32Array {
  const sums = new Float64Array(dim);
  for (let i = 0; i < hidden.length; i++) sums[i % dim] = (sums[i % dim] as number) + (hidden[i] as number);
  return Float32Array.from(sums, (sum) => sum / length);
}

async function loading<T>(model: string, load: () => Promise<T>): Promise<T> {
  try {
    return await load();
  } catch (error) {
    const problem = (error instanceof Error ? error.message : String(error)).split('\n')[0] ?? '';
    const code = isRefusal(problem) ? 'MED3523' : 'MED3522';
    throw new MedxError(report(logCodes, code, { model, problem }));
  }
}

/** Words of a hub that is busy or out of reach, as `fetch` and the library put them; a model that is not there is no such case. */
function isRefusal(problem: string): boolean {
  return /fetch failed|terminated|timed? ?out|ECONN|EAI_AGAIN|\b(429|50[0-4])\b|too many requests|rate limit|service unavailable|gateway/i.test(
    problem,
  );
}

/** Fetches the model into the cache of downloads (the library writes beside and renames); answers its folder. */
async function download(model: string, digest: string, options: EmbedOptions): Promise<string> {
  const { AutoModel, AutoTokenizer, env } = await import('@huggingface/transformers');
  env.remoteHost = remoteHostOf(options);
  const { id, revision } = parseModelName(model);
  const fetching = {
    revision,
    cache_dir: modelCache(options.cacheDir),
    progress_callback: (event: { status: string; file?: string; loaded?: number; total?: number }) => {
      if (event.status === 'progress' && event.total) {
        options.progress(event.loaded ?? 0, event.total, `bytes of ${event.file} fetched`);
      }
    },
  };
  await loading(model, () => AutoTokenizer.from_pretrained(id, fetching));
  const network = await loading(model, () =>
    AutoModel.from_pretrained(id, { ...fetching, dtype: 'fp32', device: 'cpu' }),
  );
  await network.dispose();
  const kept = await findEmbedder(cachedModelFolder(model, options.cacheDir), {
    ...options,
    allowRemote: false,
  });
  if (!kept.available) throw new MedxError(report(logCodes, 'MED3522', { model, problem: kept.reason }));
  if (kept.digest !== digest) {
    throw new MedxError(
      report(logCodes, 'MED3521', { model, planned: digest, found: kept.digest, where: kept.where }),
    );
  }
  return cachedModelFolder(model, options.cacheDir);
}

interface ModelConfig {
  readonly hidden_size?: number;
  readonly dim?: number;
  readonly d_model?: number;
  readonly max_position_embeddings?: number;
}

function configOf(model: string, folder: string): ModelConfig {
  try {
    return JSON.parse(readFileSync(join(folder, 'config.json'), 'utf8')) as ModelConfig;
  } catch {
    throw new MedxError(report(logCodes, 'MED3522', { model, problem: 'config.json cannot be read' }));
  }
}

function hiddenSize(model: string, folder: string): number {
  const { hidden_size, dim, d_model } = configOf(model, folder);
  const size = hidden_size ?? dim ?? d_model;
  if (size !== undefined && Number.isInteger(size) && size > 0) return size;
  throw new MedxError(
    report(logCodes, 'MED3522', { model, problem: 'config.json does not say `hidden_size`' }),
  );
}

/** Most tokens the model takes; 512 where it does not say. */
function longestInput(model: string, folder: string): number {
  return Math.min(512, configOf(model, folder).max_position_embeddings ?? 512);
}
