/**
 * Files of one artefact: JSON, dense arrays, anything else a stage writes, and `meta.json`, written last, which lists them
 * with size and SHA-256. Where artefacts live and how they get there is the store's business.
 */
import { createHash } from 'node:crypto';
import { createReadStream, existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { endianness } from 'node:os';
import { join } from 'node:path';
import { runCodes } from '../diagnostics/codes/run.ts';
import { MedxError, report } from '../diagnostics/diagnostic.ts';
import type { StageNode } from '../graph/plan.ts';
import type {
  ArtefactReader,
  ArtefactWriter,
  JsonObject,
  NamedArray,
  Notice,
  NumberArray,
} from '../stages/stage.ts';
import { guardStore } from './failures.ts';

export type ElementType = 'float32' | 'float64' | 'int32' | 'uint8';

/** `meta.json`. Holds nothing that differs between two makings of the same artefact, such as a time. */
export interface ArtefactMeta {
  readonly format: 1;
  readonly hash: string;
  readonly kind: string;
  readonly version: number;
  readonly params: JsonObject;
  readonly inputs: Readonly<Record<string, string>>;
  /** Arrays by name: raw little-endian elements in `NAME.bin`. */
  readonly arrays: Readonly<
    Record<string, { readonly type: ElementType; readonly shape: readonly number[] }>
  >;
  /** Every file but this one, by path inside the artefact. */
  readonly files: Readonly<Record<string, { readonly bytes: number; readonly sha256: string }>>;
  readonly notices: readonly Notice[];
}

const elementTypes = {
  float32: Float32Array,
  float64: Float64Array,
  int32: Int32Array,
  uint8: Uint8Array,
} as const;

function typeOf(data: NumberArray): ElementType {
  if (data instanceof Float32Array) return 'float32';
  if (data instanceof Float64Array) return 'float64';
  return data instanceof Int32Array ? 'int32' : 'uint8';
}

/** Array files are little-endian whatever the machine is. Swaps in place where it is not. */
function swapIfNeeded(bytes: Buffer, width: number): Buffer {
  if (endianness() === 'LE' || width === 1) return bytes;
  return width === 4 ? bytes.swap32() : bytes.swap64();
}

export interface OpenWriter extends ArtefactWriter {
  /** Describes what was written. Call it once, after the stage has returned. */
  finish(notices: readonly Notice[]): Promise<ArtefactMeta>;
}

export function createWriter(folder: string, node: StageNode): OpenWriter {
  const arrays: Record<string, { type: ElementType; shape: readonly number[] }> = {};
  return {
    json(name, value) {
      const text = JSON.stringify(value, (key, item: unknown) => {
        if (typeof item === 'number' && !Number.isFinite(item)) refuse(node, `${name}.${key}`, item, 0);
        return item;
      });
      const path = join(folder, `${name}.json`);
      guardStore('write', path, () => writeFileSync(path, text));
    },
    array(name, { shape, data }) {
      const count = shape.reduce((product, size) => product * size, 1);
      if (count !== data.length) {
        throw new Error(`array ${name}: shape [${shape.join(', ')}] does not hold ${data.length} elements`);
      }
      const type = typeOf(data);
      if (type === 'float32' || type === 'float64') {
        for (let i = 0; i < data.length; i++) {
          if (!Number.isFinite(data[i])) refuse(node, name, data[i]!, i);
        }
      }
      const view = Buffer.from(data.buffer, data.byteOffset, data.byteLength);
      const bytes = swapIfNeeded(endianness() === 'LE' ? view : Buffer.from(view), data.BYTES_PER_ELEMENT);
      const path = join(folder, `${name}.bin`);
      guardStore('write', path, () => writeFileSync(path, bytes));
      arrays[name] = { type, shape: [...shape] };
    },
    path: (name) => join(folder, name),
    async finish(notices) {
      const files: Record<string, { bytes: number; sha256: string }> = {};
      for (const path of listFiles(folder)) {
        const absolute = join(folder, path);
        files[path] = { bytes: statSync(absolute).size, sha256: await hashFile(absolute) };
      }
      const meta: ArtefactMeta = {
        format: 1,
        hash: node.hash,
        kind: node.kind,
        version: node.version,
        params: node.params,
        inputs: node.inputs,
        arrays: Object.fromEntries(Object.entries(arrays).sort(([a], [b]) => (a < b ? -1 : 1))),
        files,
        notices,
      };
      const path = join(folder, 'meta.json');
      guardStore('write', path, () => writeFileSync(path, `${JSON.stringify(meta, null, 1)}\n`));
      return meta;
    },
  };
}

function refuse(node: StageNode, name: string, value: number, index: number): never {
  throw new MedxError(report(runCodes, 'MED4011', { label: node.label, name, value: String(value), index }));
}

function listFiles(folder: string, prefix = ''): string[] {
  return readdirSync(join(folder, prefix), { withFileTypes: true })
    .flatMap((entry) => {
      const path = prefix === '' ? entry.name : `${prefix}/${entry.name}`;
      return entry.isDirectory() ? listFiles(folder, path) : [path];
    })
    .sort();
}

async function hashFile(path: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(path, { highWaterMark: 1 << 20 })) hash.update(chunk as Buffer);
  return hash.digest('hex');
}

/** Why the artefact cannot be used, or its meta. Looks at sizes only: contents are checked when they are read. */
export function inspectArtefact(folder: string): ArtefactMeta | { readonly damage: string } {
  let meta: ArtefactMeta;
  try {
    meta = JSON.parse(readFileSync(join(folder, 'meta.json'), 'utf8')) as ArtefactMeta;
    if (meta.format !== 1 || typeof meta.files !== 'object') throw new SyntaxError('another format');
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT') return { damage: '`meta.json` is missing' };
    if (error instanceof SyntaxError) return { damage: '`meta.json` cannot be read' };
    guardStore('read', folder, () => {
      throw error;
    });
    throw error;
  }
  for (const [path, { bytes }] of Object.entries(meta.files)) {
    const found = statSync(join(folder, path), { throwIfNoEntry: false })?.size;
    if (found === undefined) return { damage: `\`${path}\` is missing` };
    if (found !== bytes) return { damage: `\`${path}\` has ${found} bytes, not ${bytes}` };
  }
  return meta;
}

/** Reads a finished artefact. JSON and arrays are checked against their SHA-256; `damaged` is told before the error is thrown. */
export function createReader(
  folder: string,
  meta: ArtefactMeta,
  damaged: (meta: ArtefactMeta, reason: string) => MedxError,
): ArtefactReader {
  const read = (path: string): Buffer => {
    const listed = meta.files[path];
    if (!listed) {
      throw new Error(`artefact ${meta.hash} of stage ${meta.kind} has no \`${path}\``);
    }
    const absolute = join(folder, path);
    const bytes = guardStore('read', absolute, () => readFileSync(absolute));
    if (createHash('sha256').update(bytes).digest('hex') !== listed.sha256) {
      throw damaged(meta, `the contents of \`${path}\` have changed`);
    }
    return bytes;
  };
  return {
    hash: meta.hash,
    json: <T>(name: string) => JSON.parse(read(`${name}.json`).toString('utf8')) as T,
    array<A extends NumberArray>(name: string): NamedArray<A> {
      const listed = meta.arrays[name];
      if (!listed) throw new Error(`artefact ${meta.hash} of stage ${meta.kind} has no array \`${name}\``);
      const elements = elementTypes[listed.type];
      const bytes = swapIfNeeded(read(`${name}.bin`), elements.BYTES_PER_ELEMENT);
      // A copy starts at offset 0, which typed arrays of wider elements need.
      const copy = new Uint8Array(bytes).buffer;
      return { shape: listed.shape, data: new elements(copy) as A };
    },
    has: (name) =>
      meta.arrays[name] !== undefined ||
      meta.files[`${name}.json`] !== undefined ||
      meta.files[name] !== undefined ||
      (existsSync(join(folder, name)) && statSync(join(folder, name)).isDirectory()),
    path: (name) => join(folder, name),
    async checkedPath(name) {
      for (const [path, { sha256 }] of Object.entries(meta.files)) {
        if (path !== name && !path.startsWith(`${name}/`)) continue;
        if ((await hashFile(join(folder, path))) !== sha256) {
          throw damaged(meta, `the contents of \`${path}\` have changed`);
        }
      }
      return join(folder, name);
    },
  };
}
