/** `medx.lock`: one JSON file per folder of experiments, what each of its files was locked to. Shape: `schemas/lock.schema.json`. */
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { storeCodes } from '../diagnostics/codes/store.ts';
import { MedxError, report } from '../diagnostics/diagnostic.ts';
import { makeFolder, writeBeside } from '../disk/write.ts';
import type { ExperimentLock } from './experiment-lock.ts';
import { guardStore } from './failures.ts';
import { shapeProblem } from './shapes.ts';
import { type Store, writeWhole } from './store.ts';

interface LockFile {
  readonly format: 1;
  /** By name of the `.med` file beside the lock. */
  readonly files: Readonly<Record<string, ExperimentLock>>;
}

/** Where the lock of a `.med` file is. */
export const lockFileOf = (file: string): string => join(dirname(file), 'medx.lock');

/** What the `.med` file is locked to; undefined if it is not. Throws MED6105 if the lock cannot be read. */
export async function readLock(file: string): Promise<ExperimentLock | undefined> {
  const found = await readLockFile(lockFileOf(file));
  const name = basename(file);
  return found && Object.hasOwn(found.files, name) ? found.files[name] : undefined;
}

async function readLockFile(path: string): Promise<LockFile | undefined> {
  if (!existsSync(path)) return undefined;
  const text = guardStore('read', path, () => readFileSync(path, 'utf8'));
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw unreadable(path, (error as Error).message);
  }
  const problem = await shapeProblem('lock', value);
  if (problem) throw unreadable(path, problem);
  return value as LockFile;
}

const unreadable = (path: string, problem: string) =>
  new MedxError(report(storeCodes, 'MED6105', { path, problem }));

/**
 * Writes the lock of one file, keeping those of others, and pins its stages in the store; with `keepOthers` beside those that were
 * pinned for the file before. Returns the lock's path.
 */
export async function writeLock(
  store: Store,
  file: string,
  lock: ExperimentLock,
  { stages, keepOthers }: { readonly stages: readonly string[]; readonly keepOthers: boolean },
): Promise<string> {
  const path = lockFileOf(file);
  const before = await readLockFile(path);
  const files = { ...before?.files, [basename(file)]: lock };
  const sorted = Object.fromEntries(Object.entries(files).sort(([a], [b]) => (a < b ? -1 : 1)));
  const whole: LockFile = { format: 1, files: sorted };
  guardStore('write', path, () => writeBeside(path, `${JSON.stringify(whole, null, 2)}\n`));
  const name = pinName(resolve(path), basename(file));
  const earlier = keepOthers ? (listPins(store).get(name)?.stages ?? []) : [];
  const pin: Pin = {
    lock: resolve(path),
    file: basename(file),
    stages: [...new Set([...earlier, ...stages])],
  };
  guardStore('write', store.root, () => makeFolder(join(store.root, 'pins')));
  writeWhole(store, join('pins', name), pin);
  return path;
}

/** What a lock stands on in this store, so that `medx gc` keeps it. */
export interface Pin {
  /** Absolute path of the lock. */
  readonly lock: string;
  readonly file: string;
  readonly stages: readonly string[];
}

const pinName = (lock: string, file: string) =>
  `${createHash('sha256').update(`${lock}\0${file}`).digest('hex').slice(0, 32)}.json`;

/** Pins by file name. */
export function listPins(store: Store): Map<string, Pin> {
  const folder = join(store.root, 'pins');
  if (!existsSync(folder)) return new Map();
  const names = guardStore('read', folder, () => readdirSync(folder)).filter((name) =>
    name.endsWith('.json'),
  );
  return new Map(names.map((name) => [name, JSON.parse(readFileSync(join(folder, name), 'utf8')) as Pin]));
}

/** Whether the lock file still locks the file: one that was removed keeps nothing. */
export function isPinned({ lock, file }: Pin): boolean {
  try {
    const { files } = JSON.parse(readFileSync(lock, 'utf8')) as LockFile;
    return Object.hasOwn(files, file);
  } catch (error) {
    // A lock that is there and cannot be read is kept: its owner may mend it.
    return (error as NodeJS.ErrnoException).code !== 'ENOENT';
  }
}
