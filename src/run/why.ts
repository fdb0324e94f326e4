/**
 * Why a job will run, or was found in the store: what its address is made of, beside that of the nearest job that was made
 * before. Reads descriptions of stages (`nodes/`) and times; knows nothing of files and plans.
 */
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { StageNode } from '../graph/plan.ts';
import type { Json } from '../stages/stage.ts';
import { hasArtefact, readTiming, type Store } from './store.ts';

export interface Change {
  /** Label of the stage at which the two ways part. */
  readonly stage: string;
  /** Kinds from that stage to the job: `drain`, `features.log`, `train`. */
  readonly way: readonly string[];
  /** Parameter path, `version`, or `input NAME`. */
  readonly what: string;
  /** As JSON; absent if there was, or is, none. */
  readonly old?: Json;
  readonly new?: Json;
}

export interface JobSummary {
  readonly hash: string;
  readonly kind: string;
  readonly label: string;
  /** ISO 8601, UTC; absent where it has not been made or its time is not known. */
  readonly made?: string;
  readonly seconds?: number;
}

export interface Why {
  readonly job: JobSummary;
  readonly state: 'cached' | 'to_run';
  /** Its artefact was found damaged and moved away. */
  readonly set_aside: boolean;
  /** The last run, if the job failed in it. */
  readonly failed_in?: string;
  /** Stages below the job. */
  readonly below: number;
  /** The nearest finished job of the same kind; absent if nothing of the kind has been made. */
  readonly nearest?: JobSummary;
  /** What differs from the nearest job, in the way of the data: the first caused all that follows. */
  readonly changes: readonly Change[];
}

export type FindNode = (hash: string) => StageNode | undefined;

/** Candidates whose whole way is compared; a cheap look at their own parameters picks them. */
const compared = 24;

/** `find` has to know the stages below the job; `earlier` are the finished jobs it may be compared with. */
export function explainJob(store: Store, job: StageNode, find: FindNode, earlier: readonly StageNode[]): Why {
  const cached = hasArtefact(store, job.hash);
  const about = {
    job: summarise(store, job),
    state: cached ? ('cached' as const) : ('to_run' as const),
    set_aside: !cached && wasSetAside(store, job.hash),
    below: countBelow(job, find),
  };
  if (cached) return { ...about, changes: [] };
  const ranked = earlier
    .filter((one) => one.kind === job.kind && one.hash !== job.hash)
    .map((node) => ({ node, rank: cheapRank(node, job) }))
    .sort((a, b) => a.rank - b.rank)
    .slice(0, compared)
    .map(({ node }) => ({ node, changes: changesBetween(node, job, find) }));
  const made = (node: StageNode) => readTiming(store, node.hash)?.at ?? '';
  const [best] = ranked.sort(
    (a, b) =>
      Number(a.node.label !== job.label) - Number(b.node.label !== job.label) ||
      a.changes.length - b.changes.length ||
      (made(a.node) < made(b.node) ? 1 : -1),
  );
  if (!best) return { ...about, changes: [] };
  return { ...about, nearest: summarise(store, best.node), changes: best.changes };
}

function summarise(store: Store, { hash, kind, label }: StageNode): JobSummary {
  const timing = hasArtefact(store, hash) ? readTiming(store, hash) : undefined;
  return { hash, kind, label, ...(timing ? { made: timing.at, seconds: timing.seconds } : {}) };
}

function wasSetAside(store: Store, hash: string): boolean {
  const folder = join(store.root, 'damaged');
  return existsSync(folder) && readdirSync(folder).some((name) => name.startsWith(`${hash}-`));
}

function countBelow(job: StageNode, find: FindNode): number {
  const seen = new Set<string>();
  const visit = (node: StageNode | undefined): void => {
    for (const hash of Object.values(node?.inputs ?? {})) {
      if (seen.has(hash)) continue;
      seen.add(hash);
      visit(find(hash));
    }
  };
  visit(job);
  return seen.size;
}

/** Jobs of the same name first; then by the number of own parameters and inputs that differ. */
function cheapRank(node: StageNode, job: StageNode): number {
  const inputs = new Set([...Object.keys(node.inputs), ...Object.keys(job.inputs)]);
  const others = [...inputs].filter((name) => node.inputs[name] !== job.inputs[name]).length;
  const own = leafChanges(node.params, job.params).length + Number(node.version !== job.version);
  return (node.label === job.label ? 0 : 1000) + own + others;
}

/** Every difference once, upstream first. */
export function changesBetween(old: StageNode, now: StageNode, find: FindNode): Change[] {
  const seen = new Set<string>();
  const changes: Change[] = [];
  const compare = (before: StageNode, after: StageNode, above: readonly string[]): void => {
    if (before.hash === after.hash || seen.has(`${before.hash} ${after.hash}`)) return;
    seen.add(`${before.hash} ${after.hash}`);
    const way = [after.kind, ...above];
    const add = (what: string, values: { old?: Json | undefined; new?: Json | undefined }) => {
      const { old: was, new: is } = values;
      changes.push({
        stage: after.label,
        way,
        what,
        ...(was === undefined ? {} : { old: was }),
        ...(is === undefined ? {} : { new: is }),
      });
    };
    for (const name of [...new Set([...Object.keys(before.inputs), ...Object.keys(after.inputs)])].sort()) {
      const [a, b] = [before.inputs[name], after.inputs[name]];
      if (a === b) continue;
      const from = a === undefined ? undefined : find(a);
      const to = b === undefined ? undefined : find(b);
      if (from && to && from.kind === to.kind) compare(from, to, way);
      else add(`input ${name}`, { old: from?.label ?? a, new: to?.label ?? b });
    }
    if (before.version !== after.version) add('version', { old: before.version, new: after.version });
    for (const change of leafChanges(before.params, after.params)) add(change.what, change);
  };
  compare(old, now, []);
  return changes;
}

interface Leaf {
  readonly what: string;
  readonly old?: Json | undefined;
  readonly new?: Json | undefined;
}

function leafChanges(old: Json | undefined, now: Json | undefined, path = ''): Leaf[] {
  if (JSON.stringify(old) === JSON.stringify(now)) return [];
  const [a, b] = [asObject(old), asObject(now)];
  if (!a || !b) return [{ what: path, old, new: now }];
  const names = [...new Set([...Object.keys(a), ...Object.keys(b)])].sort();
  return names.flatMap((name) => leafChanges(a[name], b[name], path === '' ? name : `${path}.${name}`));
}

/** Lists of steps too are followed place by place, so that one changed number is one change. */
function asObject(value: Json | undefined): Record<string, Json> | undefined {
  if (value === null || typeof value !== 'object') return undefined;
  return Array.isArray(value) && value.every((one) => one === null || typeof one !== 'object')
    ? undefined
    : (value as Record<string, Json>);
}
