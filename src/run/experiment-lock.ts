/**
 * What the numbers of a file's experiments stand on: data, splits, seeds, text models, engine, versions. Kept in every run's
 * record; `medx lock` puts it into `medx.lock` beside the file, and a run against a lock says what differs. Nothing here differs
 * between two runs of the same thing.
 */
import { createHash } from 'node:crypto';
import { canonicalJson } from '../graph/hash.ts';
import type { Plan, PlannedExperiment, StageNode } from '../graph/plan.ts';
import type { Json, JsonObject } from '../stages/stage.ts';
import { readVersions, type Versions } from './machine.ts';
import { engineOf } from './results.ts';
import { hasArtefact, readMeta, type Store } from './store.ts';

export type LockedSplit = {
  readonly seed: number;
  readonly fold?: number;
  /** Seed of the split itself, which a file may fix for all seeds. */
  readonly drawn_with?: number;
  /** SHA-256 of which case is in which part; absent if the store does not hold the split. */
  readonly cases?: string;
};

export type LockedExperiment = {
  readonly data: {
    readonly name: string;
    readonly simulated: boolean;
    /** Parameters of its reading, the digest of its files among them, or of its simulation. */
    readonly source: JsonObject;
  };
  /** Settings of all splits: shares or folds, what is kept together. */
  readonly split: JsonObject;
  readonly splits: readonly LockedSplit[];
  readonly seeds: readonly number[];
  /** SHA-256 of the weights by text model. */
  readonly models: Readonly<Record<string, string>>;
  readonly engine: string;
  /** Row → digest of everything that its jobs stand on. */
  readonly rows: Readonly<Record<string, string>>;
};

export type ExperimentLock = {
  readonly versions: Versions;
  /** Version of each kind of stage in use. */
  readonly stages: Readonly<Record<string, number>>;
  readonly experiments: Readonly<Record<string, LockedExperiment>>;
};

export function lockPlan(store: Store, plan: Plan): ExperimentLock {
  const nodes = new Map(plan.stages.map((node) => [node.hash, node]));
  const kinds = plan.stages.map(({ kind, version }) => [kind, version] as const);
  return {
    versions: readVersions(),
    stages: Object.fromEntries(kinds.toSorted(([a], [b]) => (a < b ? -1 : 1))),
    experiments: Object.fromEntries(plan.experiments.map((one) => [one.name, lockOf(one, nodes, store)])),
  };
}

function lockOf(
  experiment: PlannedExperiment,
  nodes: ReadonlyMap<string, StageNode>,
  store: Store,
): LockedExperiment {
  const jobs = experiment.rows.flatMap((row) => row.jobs);
  const below = belowOf([experiment.cases, ...jobs.map(({ hash }) => hash)], nodes);
  const simulated = below.find(({ kind }) => kind === 'simulate');
  const cases = nodes.get(experiment.cases);
  const splits = new Map<string, LockedSplit & { readonly params: JsonObject }>();
  for (const { seed, fold, hash } of jobs) {
    const split = nodes.get(nodes.get(hash)?.inputs.split ?? '');
    if (!split) continue;
    const contents = hasArtefact(store, split.hash)
      ? readMeta(store, split.hash)?.files['split.json']?.sha256
      : undefined;
    splits.set(`${seed} ${fold}`, {
      seed,
      ...(fold === undefined ? {} : { fold }),
      ...(typeof split.params.seed === 'number' ? { drawn_with: split.params.seed } : {}),
      ...(contents ? { cases: contents } : {}),
      params: split.params,
    });
  }
  const { seed: _, fold: __, ...split } = [...splits.values()][0]?.params ?? {};
  return {
    data: {
      name: experiment.data,
      simulated: experiment.simulated,
      source: { ...simulated?.params, ...cases?.params },
    },
    split,
    splits: [...splits.values()].map(({ params: _params, ...one }) => one),
    seeds: [...new Set(jobs.map(({ seed }) => seed))],
    models: modelsOf(below),
    engine: engineOf(experiment, nodes),
    rows: Object.fromEntries(
      experiment.rows.map((row) => [row.name, digest(row.jobs.map(({ hash }) => hash))]),
    ),
  };
}

function belowOf(hashes: readonly string[], nodes: ReadonlyMap<string, StageNode>): StageNode[] {
  const found = new Map<string, StageNode>();
  const visit = (hash: string): void => {
    const node = nodes.get(hash);
    if (!node || found.has(hash)) return;
    found.set(hash, node);
    for (const input of Object.values(node.inputs)) visit(input);
  };
  for (const hash of hashes) visit(hash);
  return [...found.values()];
}

function modelsOf(stages: readonly StageNode[]): Record<string, string> {
  const models = stages.flatMap(({ kind, params }) => {
    const { embedder } = params as { embedder?: { model?: string; digest?: string } };
    return kind === 'embed' && embedder?.model && embedder.digest
      ? [[embedder.model, embedder.digest] as const]
      : [];
  });
  return Object.fromEntries(models.toSorted(([a], [b]) => (a < b ? -1 : 1)));
}

const digest = (value: Json) => createHash('sha256').update(canonicalJson(value)).digest('hex').slice(0, 32);

/** Something that two locks do not agree in. */
export interface LockDifference {
  /** `data`: other telemetry, splits, seeds or text models, so the numbers answer another question. */
  readonly about: 'data' | 'settings' | 'versions';
  /** `experiment ablation, data boutique: digest`. */
  readonly what: string;
  readonly locked: string;
  readonly now: string;
}

/** What is locked of the experiments that another lock has, and nothing else. */
export function narrowLock(lock: ExperimentLock, to: ExperimentLock): ExperimentLock {
  const sharing = <V>(of: Readonly<Record<string, V>>, other: object) =>
    Object.fromEntries(Object.entries(of).filter(([name]) => Object.hasOwn(other, name)));
  return {
    ...lock,
    stages: sharing(lock.stages, to.stages),
    experiments: sharing(lock.experiments, to.experiments),
  };
}

/** The one lock with the experiments of the other in place of its own. Both are of the same versions. */
export const joinLocks = (lock: ExperimentLock, other: ExperimentLock): ExperimentLock => ({
  ...lock,
  stages: { ...lock.stages, ...other.stages },
  experiments: { ...lock.experiments, ...other.experiments },
});

/** In which versions two locks cannot be one; a kind of stage that only one of them uses is no matter. */
export function versionsApart(lock: ExperimentLock, other: ExperimentLock): LockDifference[] {
  const found = compareLocks({ ...lock, experiments: {} }, { ...other, experiments: {} });
  return found.filter(
    ({ what, locked, now }) => !(what.startsWith('stage ') && [locked, now].includes('none')),
  );
}

/** What differs, data first. Rows are compared where all they stand on is the same: else they must differ too. */
export function compareLocks(locked: ExperimentLock, now: ExperimentLock): LockDifference[] {
  const found: LockDifference[] = [];
  const compare = (
    about: LockDifference['about'],
    what: string,
    a: Json | undefined,
    b: Json | undefined,
  ) => {
    if (textOf(a) !== textOf(b)) found.push({ about, what, locked: textOf(a), now: textOf(b) });
  };
  const each = (
    about: LockDifference['about'],
    what: (name: string) => string,
    a: JsonObject | undefined,
    b: JsonObject | undefined,
  ) => {
    for (const name of namesOf(a, b)) compare(about, what(name), a?.[name], b?.[name]);
  };
  const shared: [string, LockedExperiment, LockedExperiment][] = [];
  for (const name of namesOf(locked.experiments, now.experiments)) {
    const [a, b] = [locked.experiments[name], now.experiments[name]];
    if (!a || !b) compare('settings', `experiment ${name}`, a ? 'there' : 'none', b ? 'there' : 'none');
    else shared.push([name, a, b]);
  }
  for (const [name, a, b] of shared) {
    const place = `experiment ${name}`;
    compare('data', `${place}, data`, a.data.name, b.data.name);
    compare('data', `${place}, simulated data`, a.data.simulated, b.data.simulated);
    each('data', (one) => `${place}, data ${b.data.name}: ${one}`, a.data.source, b.data.source);
    compare('data', `${place}, seeds`, a.seeds, b.seeds);
    each('data', (one) => `${place}, split: ${one}`, a.split, b.split);
    for (const split of b.splits) {
      const other = a.splits.find(({ seed, fold }) => seed === split.seed && fold === split.fold);
      const where = `seed ${split.seed}${split.fold === undefined ? '' : ` fold ${split.fold + 1}`}`;
      if (other)
        compare('data', `${place}, seed of the split of ${where}`, other.drawn_with, split.drawn_with);
      if (other?.cases && split.cases)
        compare('data', `${place}, split of ${where}: its cases`, other.cases, split.cases);
    }
    each('data', (one) => `${place}, text model ${one}`, a.models, b.models);
    compare('versions', `${place}, engine`, a.engine, b.engine);
  }
  compare('versions', 'medx', locked.versions.medx, now.versions.medx);
  compare('versions', 'Node', locked.versions.node, now.versions.node);
  each('versions', (one) => one, locked.versions.packages, now.versions.packages);
  each('versions', (one) => `stage ${one}`, locked.stages, now.stages);
  const deep = found.some(({ about, what }) => about === 'data' || /engine$|^stage /.test(what));
  if (!deep) {
    for (const [name, a, b] of shared)
      for (const row of namesOf(a.rows, b.rows)) {
        const [was, is] = [a.rows[row], b.rows[row]];
        if (was === is) continue;
        const words = (one: string | undefined) => (one ? `settings ${one.slice(0, 12)}` : 'none');
        compare('settings', `experiment ${name}, row ${row}`, words(was), words(is));
      }
  }
  return found;
}

const namesOf = (a: object | undefined, b: object | undefined) =>
  [...new Set([...Object.keys(a ?? {}), ...Object.keys(b ?? {})])].sort();

function textOf(value: Json | undefined): string {
  if (value === undefined) return 'none';
  return typeof value === 'string' ? value : canonicalJson(value);
}
