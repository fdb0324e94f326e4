/** Values for completion, read from the store, the data root and `.med` files. What cannot be read has no values. */
import { nearestName } from '../../../diagnostics/nearest.ts';
import { listRecords, type RunRecord, readRecord } from '../../../run/record.ts';
import type { ResolvedSpec } from '../../../spec/resolved.ts';
import type { Values } from './candidates.ts';

export interface ValueSources {
  readonly store: string;
  readonly publicSets: readonly string[];
  readonly datasets: readonly string[];
  /** The file as it resolves; undefined where it has mistakes. */
  readonly resolve: (file: string) => ResolvedSpec | undefined;
  /** Paths that `--set` takes in a file. */
  readonly settings: (file: string) => readonly string[];
  /** Names of the experiments of a file, mistakes or not. */
  readonly experiments: (file: string) => readonly string[];
}

export function readValues({
  store,
  publicSets,
  datasets,
  resolve,
  settings,
  experiments,
}: ValueSources): Values {
  const root = { root: store };
  const record = (run: string | undefined): RunRecord | undefined =>
    attempt(() => readRecord(root, run ?? 'last', nearestName));
  const experimentsOf = (run: string | undefined) => record(run)?.experiments ?? [];
  const unique = (names: readonly string[]) => [...new Set(names)];
  const rows = (run: string | undefined) =>
    unique(experimentsOf(run).flatMap((one) => one.rows.map(({ name }) => name)));
  const spec = (file: string | undefined) => (file === undefined ? undefined : attempt(() => resolve(file)));
  return {
    runs: () => attempt(() => listRecords(root)) ?? [],
    rows,
    experiments: (run) => unique(experimentsOf(run).map(({ name }) => name)),
    cases: (run) =>
      unique(
        experimentsOf(run).flatMap((one) =>
          one.rows.flatMap((row) => row.jobs.flatMap(({ test = [] }) => test.map(({ id }) => id))),
        ),
      ),
    ownExperiments: (file) => attempt(() => experiments(file)) ?? [],
    variants: (file) =>
      file === undefined
        ? rows(undefined)
        : unique((spec(file)?.experiments ?? []).flatMap((one) => one.variants.map(({ name }) => name))),
    settings: (file) => (file === undefined ? [] : (attempt(() => settings(file)) ?? [])),
    datasets: () => datasets,
    publicSets: () => publicSets,
  };
}

/** Completion never complains: the command itself will. */
function attempt<V>(read: () => V): V | undefined {
  try {
    return read();
  } catch {
    return undefined;
  }
}
