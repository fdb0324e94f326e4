/**
 * A run as one file that can be sent: what was asked (the `.med` files, `--set`), what the numbers stand on (lock), what came out
 * (record with predictions and scores), not the data. Shape: `schemas/pack.schema.json`; the container is in `tar.ts`.
 */
import { createHash } from 'node:crypto';
import { readFileSync, statSync } from 'node:fs';
import { basename, dirname, relative } from 'node:path';
import { storeCodes } from '../diagnostics/codes/store.ts';
import { MedxError, report } from '../diagnostics/diagnostic.ts';
import { writeBeside } from '../disk/write.ts';
import type { JsonObject } from '../stages/stage.ts';
import type { ExperimentLock } from './experiment-lock.ts';
import { guardStore } from './failures.ts';
import { readVersions } from './machine.ts';
import type { RunRecord } from './record.ts';
import { shapeProblem } from './shapes.ts';
import { packTar, type TarLimits, unpackTar } from './tar.ts';

export interface PackManifest {
  readonly format: 1;
  readonly medx: string;
  readonly run: string;
  readonly entry: string;
  readonly set: readonly string[];
  readonly experiments?: readonly string[];
  readonly device?: 'auto' | 'gpu' | 'cpu';
  readonly tolerance: number;
  readonly files: Readonly<Record<string, string>>;
}

export interface Pack {
  readonly manifest: PackManifest;
  /** Text of the `.med` files by path, as they import each other. */
  readonly sources: ReadonlyMap<string, string>;
  readonly lock: ExperimentLock;
  readonly record: RunRecord;
  /** SHA-256 of the file. */
  readonly digest: string;
}

/** Of a table of a thousand rows a record has some ten MiB. */
export const packLimits: TarLimits = {
  packedBytes: 64 * 2 ** 20,
  unpackedBytes: 256 * 2 ** 20,
  files: 1000,
};

/** Writes the pack of a finished run beside and renames it. Returns its size in bytes. */
export async function writePack(
  record: RunRecord,
  lock: ExperimentLock,
  tolerance: number,
  path: string,
): Promise<number> {
  const { file, sources, set, experiments, device_option: device } = record.about;
  const folder = dirname(file);
  const short = (name: string) => relative(folder, name).replaceAll('\\', '/');
  const specs = Object.entries(sources).map(([name, text]) => [short(name), text] as const);
  const about = { ...record.about, file: basename(file), sources: Object.fromEntries(specs) };
  const packed: RunRecord = {
    ...record,
    about: { ...about, resolved: withoutFolder(record.about.resolved as JsonObject, folder) },
  };
  const contents = new Map<string, Buffer>([
    ...specs.map(([name, text]) => [`spec/${name}`, Buffer.from(text)] as const),
    ['lock.json', jsonBytes(lock)],
    ['record.json', jsonBytes(packed)],
  ]);
  const manifest: PackManifest = {
    format: 1,
    medx: readVersions().medx,
    run: record.run,
    entry: basename(file),
    set,
    ...(experiments ? { experiments } : {}),
    ...(device ? { device: device as 'auto' | 'gpu' | 'cpu' } : {}),
    tolerance,
    files: Object.fromEntries([...contents].map(([name, bytes]) => [name, sha256(bytes)])),
  };
  const bytes = packTar(new Map([['pack.json', jsonBytes(manifest)], ...contents]));
  // What nobody could read is better found out now.
  await parsePack(bytes, path);
  guardStore('write', path, () => writeBeside(path, bytes));
  return bytes.length;
}

/** Where values came from is said by paths below the folder of the file: where that folder was is nobody's business. */
function withoutFolder(resolved: JsonObject, folder: string): JsonObject {
  const { values } = resolved;
  if (!Array.isArray(values)) return resolved;
  const moved = (values as readonly { readonly origin: string }[]).map((value) => ({
    ...value,
    origin: value.origin.startsWith(`${folder}/`) ? value.origin.slice(folder.length + 1) : value.origin,
  }));
  return { ...resolved, values: moved };
}

const jsonBytes = (value: unknown) => Buffer.from(`${JSON.stringify(value, null, 1)}\n`);
const sha256 = (bytes: Buffer) => createHash('sha256').update(bytes).digest('hex');

/**
 * Reads a pack that anybody may have made. Nothing of it is run or written.
 * @throws MedxError MED4001 (no such file), MED6110 to MED6113
 */
export async function readPack(path: string): Promise<Pack> {
  const size = guardStore('read', path, () => statSync(path).size);
  if (size > packLimits.packedBytes)
    throw new MedxError(report(storeCodes, 'MED6112', { file: path, what: `it has ${size} bytes` }));
  return parsePack(
    guardStore('read', path, () => readFileSync(path)),
    path,
  );
}

async function parsePack(bytes: Buffer, path: string): Promise<Pack> {
  const wrong = (problem: string) => new MedxError(report(storeCodes, 'MED6113', { file: path, problem }));
  const files = unpackTar(bytes, packLimits, path);
  const text = (name: string): string => {
    const found = files.get(name);
    if (!found) throw wrong(`it has no \`${name}\``);
    return found.toString('utf8');
  };
  const json = async <T>(
    name: string,
    shape: Parameters<typeof shapeProblem>[0],
    wrap?: string,
  ): Promise<T> => {
    let value: unknown;
    try {
      value = JSON.parse(text(name));
    } catch (error) {
      if (error instanceof MedxError) throw error;
      throw wrong(`\`${name}\` is no JSON: ${(error as Error).message}`);
    }
    const whole = wrap === undefined ? value : { format: 1, files: { [wrap]: value } };
    const problem = await shapeProblem(shape, whole);
    if (problem) throw wrong(`\`${name}\`: ${problem}`);
    return value as T;
  };
  const manifest = await json<PackManifest>('pack.json', 'pack');
  for (const [name, found] of files) {
    if (name === 'pack.json') continue;
    const listed = Object.hasOwn(manifest.files, name) ? manifest.files[name] : undefined;
    if (listed === undefined) throw wrong(`\`${name}\` is not listed in \`pack.json\``);
    if (listed !== sha256(found)) throw wrong(`the contents of \`${name}\` have changed`);
  }
  for (const name of Object.keys(manifest.files)) text(name);
  text(`spec/${manifest.entry}`);
  return {
    manifest,
    sources: new Map(
      [...files].flatMap(([name, found]) =>
        name.startsWith('spec/') ? [[name.slice('spec/'.length), found.toString('utf8')] as const] : [],
      ),
    ),
    lock: await json<ExperimentLock>('lock.json', 'lock', manifest.entry),
    record: await json<RunRecord>('record.json', 'run-record'),
    digest: sha256(bytes),
  };
}
