/**
 * Cleans a store: finds what neither the newest runs nor a lock reaches, with its size, and removes it. Records and tables of all
 * runs stay; of an older run the trained models and features go.
 */
import { randomBytes } from 'node:crypto';
import { existsSync, readdirSync, renameSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { StageNode } from '../graph/plan.ts';
import { inspectArtefact } from './artefact.ts';
import { readEvents } from './events.ts';
import { guardStore } from './failures.ts';
import { claimStore } from './in-use.ts';
import { isPinned, listPins } from './lock-file.ts';
import { runFolder } from './record.ts';
import { listStarted } from './started.ts';
import { artefactPath, listNodes, readTiming, type Store, sweepLeftovers, workPath } from './store.ts';

export interface Removal {
  /** `verification`: the store of a verification that was stopped. */
  readonly what: 'artefact' | 'checkpoint' | 'damaged' | 'verification';
  /** Hash or name. */
  readonly name: string;
  readonly label: string;
  readonly bytes: number;
  /** ISO 8601, UTC. */
  readonly made?: string;
}

export interface Cleaning {
  readonly removed: readonly Removal[];
  readonly kept: { readonly artefacts: number; readonly bytes: number };
  /** Runs whose stages were kept, newest first. */
  readonly runs: readonly string[];
  /** Lock files whose stages were kept. */
  readonly locks: readonly string[];
}

/** Removes nothing with `dryRun`. Throws MED6120 while the store is in use. */
export function cleanStore(
  store: Store,
  options: { readonly keep: number; readonly dryRun: boolean },
): Cleaning {
  const claim = claimStore(store);
  try {
    const nodes = listNodes(store);
    const runs = newestRuns(store, options.keep);
    const pins = [...listPins(store)].map(([name, pin]) => ({ name, pin, live: isPinned(pin) }));
    const live = pins.flatMap((one) => (one.live ? [one.pin] : []));
    const reached = reach(
      [...runs.flatMap((run) => jobsOf(store, run)), ...live.flatMap((one) => one.stages)],
      nodes,
    );
    const artefacts = list(store, 'artefacts');
    const removed = findRemovals(store, artefacts, reached, nodes);
    if (!options.dryRun) {
      for (const one of removed) remove(store, one);
      for (const hash of nodes.keys()) if (!reached.has(hash)) forget(store, hash);
      for (const { name, live: isLive } of pins)
        if (!isLive) rmSync(join(store.root, 'pins', name), { force: true });
      sweepLeftovers(store);
    }
    const kept = artefacts.filter((hash) => reached.has(hash));
    return {
      removed,
      kept: { artefacts: kept.length, bytes: sum(kept.map((hash) => sizeOf(artefactPath(store, hash)))) },
      runs,
      locks: [...new Set(live.map(({ lock }) => lock))],
    };
  } finally {
    claim.release();
  }
}

function newestRuns(store: Store, keep: number): string[] {
  return listStarted(store)
    .map(({ run }) => run)
    .filter((run) => existsSync(join(runFolder(store, run), 'events.jsonl')))
    .reverse()
    .slice(0, keep);
}

/** What the plan of a run asked for: jobs of rows, and every stage that its events name. */
function jobsOf(store: Store, run: string): string[] {
  return readEvents(join(runFolder(store, run), 'events.jsonl')).flatMap((event) => {
    if (event.type === 'stage') return [event.hash];
    if (event.type !== 'started') return [];
    return event.experiments.flatMap(({ rows }) => rows.flatMap(({ jobs }) => jobs.map(({ hash }) => hash)));
  });
}

function reach(roots: readonly string[], nodes: ReadonlyMap<string, StageNode>): Set<string> {
  const reached = new Set<string>();
  const visit = (hash: string): void => {
    if (reached.has(hash)) return;
    reached.add(hash);
    for (const input of Object.values(nodes.get(hash)?.inputs ?? {})) visit(input);
  };
  for (const hash of roots) visit(hash);
  return reached;
}

function findRemovals(
  store: Store,
  artefacts: readonly string[],
  reached: ReadonlySet<string>,
  nodes: ReadonlyMap<string, StageNode>,
): Removal[] {
  const labelOf = (hash: string) => nodes.get(hash)?.label ?? 'a stage that is not described';
  const unreached = (hash: string) => !reached.has(hash);
  return [
    ...artefacts.filter(unreached).map((hash): Removal => {
      const made = readTiming(store, hash)?.at;
      const bytes = sizeOf(artefactPath(store, hash));
      return { what: 'artefact', name: hash, label: labelOf(hash), bytes, ...(made ? { made } : {}) };
    }),
    ...list(store, 'work')
      .filter(unreached)
      .map((hash): Removal => {
        return { what: 'checkpoint', name: hash, label: labelOf(hash), bytes: sizeOf(workPath(store, hash)) };
      }),
    ...(['damaged', 'verify'] as const).flatMap((folder) =>
      list(store, folder).map((name): Removal => {
        const what = folder === 'damaged' ? 'damaged' : 'verification';
        const label = folder === 'damaged' ? labelOf(name.split('-')[0] ?? '') : name;
        return { what, name, label, bytes: sizeOf(join(store.root, folder, name)) };
      }),
    ),
  ];
}

const folders = {
  artefact: 'artefacts',
  checkpoint: 'work',
  damaged: 'damaged',
  verification: 'verify',
} as const;

/** An artefact is moved away first, by one rename: a kill in between leaves none in part. */
function remove(store: Store, { what, name }: Removal): void {
  const path = join(store.root, folders[what], name);
  const away = join(store.root, 'tmp', `${name.slice(0, 32)}-${randomBytes(6).toString('hex')}`);
  guardStore('remove', path, () => {
    renameSync(path, away);
    rmSync(away, { recursive: true, force: true });
  });
}

function forget(store: Store, hash: string): void {
  for (const folder of ['nodes', 'timings'])
    rmSync(join(store.root, folder, `${hash}.json`), { force: true });
}

function list(store: Store, folder: string): string[] {
  const path = join(store.root, folder);
  return existsSync(path) ? guardStore('read', path, () => readdirSync(path).sort()) : [];
}

/** Bytes of the files below a path. Of a whole artefact its meta tells them. */
function sizeOf(path: string): number {
  const stat = statSync(path, { throwIfNoEntry: false });
  if (!stat) return 0;
  if (!stat.isDirectory()) return stat.size;
  if (existsSync(join(path, 'meta.json'))) {
    const meta = inspectArtefact(path);
    if (!('damage' in meta)) return sum(Object.values(meta.files).map(({ bytes }) => bytes));
  }
  return sum(
    readdirSync(path, { withFileTypes: true }).map((one) =>
      one.isSymbolicLink() ? 0 : sizeOf(join(path, one.name)),
    ),
  );
}

const sum = (numbers: readonly number[]) => numbers.reduce((total, one) => total + one, 0);
