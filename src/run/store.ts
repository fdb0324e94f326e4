/**
 * The content-addressed store: `artefacts/HASH/` (finished, never changed again), `nodes/HASH.json` (what each stage is, so that
 * `medx stage HASH` needs nothing else), `tmp/`, `work/HASH/` (checkpoints), `locks/`, `timings/`, `cache/`, `damaged/`, `runs/`.
 * An artefact is written in `tmp/` and renamed, so what is in `artefacts/` is whole.
 */
import { randomBytes } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { runCodes } from '../diagnostics/codes/run.ts';
import { MedxError, report } from '../diagnostics/diagnostic.ts';
import { makeFolder, writeBeside } from '../disk/write.ts';
import type { StageNode } from '../graph/plan.ts';
import type { ArtefactReader, StageCost } from '../stages/stage.ts';
import { type ArtefactMeta, createReader, inspectArtefact } from './artefact.ts';
import { guardStore } from './failures.ts';
import { tryLock } from './lock.ts';

export interface Store {
  /** Absolute. */
  readonly root: string;
}

const folders = ['artefacts', 'nodes', 'tmp', 'work', 'locks', 'timings', 'cache', 'runs'] as const;

/** Creates the folders that are missing. Throws MED4001 where the store cannot be written, MED4002 on a full disk. */
export function openStore(root: string): Store {
  const store = { root: resolve(root) };
  guardStore('use the store', store.root, () => {
    for (const folder of folders) makeFolder(join(store.root, folder));
    const ignore = join(store.root, '.gitignore');
    if (!existsSync(ignore)) writeFileSync(ignore, '*\n');
  });
  return store;
}

export const artefactPath = (store: Store, hash: string) => join(store.root, 'artefacts', hash);
export const lockPath = (store: Store, hash: string) => join(store.root, 'locks', `${hash}.lock`);
export const workPath = (store: Store, hash: string) => join(store.root, 'work', hash);
export const cachePath = (store: Store) => join(store.root, 'cache');

/** Cheap: a rename is the last step of making an artefact, so a folder there is a finished one. */
export function hasArtefact(store: Store, hash: string): boolean {
  return existsSync(artefactPath(store, hash));
}

/** Undefined if absent. A damaged artefact is set aside, so that its stage runs again, and MED4003 is thrown. */
export function readMeta(store: Store, hash: string): ArtefactMeta | undefined {
  if (!hasArtefact(store, hash)) return undefined;
  const found = inspectArtefact(artefactPath(store, hash));
  if ('damage' in found) throw setAside(store, hash, '', found.damage);
  return found;
}

/** Opens a finished artefact. Throws MED4003 when it is damaged and MED4004 when it is not there. */
export function openArtefact(store: Store, hash: string): ArtefactReader {
  const meta = readMeta(store, hash);
  if (!meta) throw new MedxError(report(runCodes, 'MED4004', { hash, store: store.root }));
  return createReader(artefactPath(store, hash), meta, (found, reason) =>
    setAside(store, hash, found.kind, reason),
  );
}

/** Moves a damaged artefact out of the way and returns the error that says so. */
function setAside(store: Store, hash: string, kind: string, reason: string): MedxError {
  const moved = join(store.root, 'damaged', `${hash}-${randomBytes(3).toString('hex')}`);
  try {
    makeFolder(join(store.root, 'damaged'));
    renameSync(artefactPath(store, hash), moved);
    return new MedxError(report(runCodes, 'MED4003', { hash, kind, reason, moved }));
  } catch {
    return new MedxError(report(runCodes, 'MED4003', { hash, kind, reason }));
  }
}

/** An empty folder of its own to write an artefact in. */
export function beginArtefact(store: Store, hash: string): string {
  const folder = join(store.root, 'tmp', `${hash}-${randomBytes(6).toString('hex')}`);
  guardStore('write', folder, () => makeFolder(folder));
  return folder;
}

/** Renames a finished folder into place. If another process was first, its equal artefact stays and this one goes. */
export function commitArtefact(store: Store, hash: string, folder: string): void {
  try {
    guardStore('write', artefactPath(store, hash), () => renameSync(folder, artefactPath(store, hash)));
  } catch (error) {
    if (!hasArtefact(store, hash)) throw error;
    rmSync(folder, { recursive: true, force: true });
  }
  rmSync(workPath(store, hash), { recursive: true, force: true });
}

/** Removes what dead processes left half-written. Call it with the lock of `hash` held. */
export function clearLeftovers(store: Store, hash: string): void {
  for (const name of readdirSync(join(store.root, 'tmp'))) {
    if (name.startsWith(`${hash}-`)) {
      rmSync(join(store.root, 'tmp', name), { recursive: true, force: true });
    }
  }
}

/** At the start of a run: clears the leftovers of every stage that no living process works on. */
export function sweepLeftovers(store: Store): void {
  guardStore('clean', store.root, () => {
    const left = new Set(readdirSync(join(store.root, 'tmp')).map((name) => name.split('-')[0]!));
    for (const hash of left) {
      const lock = tryLock(lockPath(store, hash));
      if (!lock) continue;
      clearLeftovers(store, hash);
      lock.release();
    }
  });
}

/** Describes a stage in the store. Written beside and renamed; an existing description is kept. */
export function writeNode(store: Store, node: StageNode): void {
  writeWhole(store, join('nodes', `${node.hash}.json`), node, { keep: true });
}

/** Finds a described stage by its hash or the first digits of it. Throws MED4004 or MED4005. */
export function findNode(store: Store, prefix: string): StageNode {
  if (/^[0-9a-f]{32}$/.test(prefix) && existsSync(join(store.root, 'nodes', `${prefix}.json`))) {
    return readNode(store, `${prefix}.json`);
  }
  const names = /^[0-9a-f]{4,}$/.test(prefix)
    ? guardStore('read', store.root, () => readdirSync(join(store.root, 'nodes'))).filter(
        (name) => name.startsWith(prefix) && name.endsWith('.json'),
      )
    : [];
  const nodes = names.sort().map((name) => readNode(store, name));
  if (nodes.length === 1) return nodes[0]!;
  if (nodes.length === 0) {
    throw new MedxError(report(runCodes, 'MED4004', { hash: prefix, store: store.root }));
  }
  const stages = nodes.map((node) => `${node.hash.slice(0, 16)} ${node.label}`);
  throw new MedxError(report(runCodes, 'MED4005', { hash: prefix, stages }));
}

/** Every described stage, by hash. A file that cannot be read is left out: it describes nothing any more. */
export function listNodes(store: Store): Map<string, StageNode> {
  const folder = join(store.root, 'nodes');
  if (!existsSync(folder)) return new Map();
  const names = guardStore('read', folder, () => readdirSync(folder)).filter((name) =>
    /^[0-9a-f]{32}\.json$/.test(name),
  );
  const nodes = names.sort().flatMap((name): StageNode[] => {
    try {
      return [readNode(store, name)];
    } catch {
      return [];
    }
  });
  return new Map(nodes.map((node) => [node.hash, node]));
}

function readNode(store: Store, name: string): StageNode {
  const path = join(store.root, 'nodes', name);
  return guardStore('read', path, () => JSON.parse(readFileSync(path, 'utf8')) as StageNode);
}

/** How long a stage took when it was made, in seconds. */
export interface Timing {
  readonly seconds: number;
  /** ISO 8601, UTC. */
  readonly at: string;
  /** What fitting and answering took, where the stage tells. */
  readonly cost?: StageCost;
}

export function writeTiming(store: Store, hash: string, timing: Timing): void {
  writeWhole(store, join('timings', `${hash}.json`), timing);
}

export function readTiming(store: Store, hash: string): Timing | undefined {
  try {
    return JSON.parse(readFileSync(join(store.root, 'timings', `${hash}.json`), 'utf8')) as Timing;
  } catch {
    // Timings feed estimates of the time left and the columns of times, which may be empty.
    return undefined;
  }
}

/** Writes a JSON file of the store beside and renames it. */
export function writeWhole(
  store: Store,
  name: string,
  value: unknown,
  options: { keep?: boolean; compact?: boolean } = {},
): void {
  const path = join(store.root, name);
  if (options.keep && statSync(path, { throwIfNoEntry: false })) return;
  guardStore('write', path, () =>
    writeBeside(path, `${JSON.stringify(value, null, options.compact ? 0 : 1)}\n`),
  );
}
