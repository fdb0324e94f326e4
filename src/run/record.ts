/**
 * What stays of a run: `runs/RUN/record.json`, written once at its end beside and renamed, and one line at its start and end
 * in `runs.jsonl`. Holds the predictions of every scored case, so tables can be made again without the artefacts.
 */
import { randomBytes } from 'node:crypto';
import { appendFileSync, existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { basename, join } from 'node:path';
import { runCodes } from '../diagnostics/codes/run.ts';
import { type Diagnostic, MedxError, report } from '../diagnostics/diagnostic.ts';
import { makeFolder } from '../disk/write.ts';
import type { Expectation, Provenance, PublishedNumbers } from '../graph/plan.ts';
import type { CasePrediction, SearchResult } from '../stages/contracts.ts';
import type { Json, JsonObject, Notice, StageCost } from '../stages/stage.ts';
import type { DetectorAnswers, ResultRow, RunState, StageState } from './events.ts';
import type { ExperimentLock } from './experiment-lock.ts';
import { guardStore } from './failures.ts';
import type { Machine, Versions } from './machine.ts';
import { withoutOldTimes } from './old-times.ts';
import { listStarted } from './started.ts';
import { type Store, writeWhole } from './store.ts';

/** A seed, and with cross-validation a fold, of a row. */
export interface JobResult {
  readonly seed: number;
  readonly fold?: number;
  /** Which folding of the seed, where there are several: scored for itself. */
  readonly repeat?: number;
  readonly hash: string;
  /** Settings that were tried, where the row searches for some, and which one was chosen. */
  readonly search?: Pick<SearchResult, 'tried' | 'chosen'>;
  /** Test cases. Absent if the job has no result. */
  readonly test?: readonly CasePrediction[];
  /** What fitting and answering took when it was made; absent where the stage does not tell. */
  readonly cost?: StageCost & { readonly detector?: DetectorAnswers };
}

export interface RowResult {
  readonly name: string;
  readonly kind: 'variant' | 'baseline';
  readonly provenance?: Provenance;
  readonly point?: JsonObject;
  /** What is wrong with its telemetry: `at test: log drop 30%`. Absent if nothing is. */
  readonly corrupted?: readonly string[];
  /** What was published of it. */
  readonly published?: PublishedNumbers;
  /** What the file said its scores should be. */
  readonly expect?: readonly Expectation[];
  readonly jobs: readonly JobResult[];
}

export interface ExperimentResult {
  readonly name: string;
  readonly data: string;
  readonly simulated: boolean;
  readonly standIns: readonly string[];
  readonly notes: readonly string[];
  /** Where the published numbers of its rows are from. */
  readonly paper?: string;
  /** The row that the others are compared with; absent for the best. */
  readonly against?: string;
  /** For example `onnx on cpu, 1 thread`. */
  readonly engine: string;
  /** Hash of the `cases` stage. */
  readonly cases_stage: string;
  readonly classes: readonly string[];
  readonly cases: number;
  readonly refused: readonly { readonly id: string; readonly reason: string }[];
  /** Counted once per distinct message, over all stages of the experiment. */
  readonly notices: readonly CountedNotice[];
  readonly rows: readonly RowResult[];
}

export interface CountedNotice extends Notice {
  /** Stages that said it. */
  readonly stages: number;
}

/** What the caller knows of the run beforehand. */
export interface RunAbout {
  /** Path as the user gave it. */
  readonly file: string;
  /** Text of the file and of what it imports, by path. */
  readonly sources: Readonly<Record<string, string>>;
  readonly set: readonly string[];
  /** As given with `--experiment`; absent where all of the file ran. */
  readonly experiments?: readonly string[];
  /** As given with `--device`. */
  readonly device_option?: string;
  /** The resolved spec. */
  readonly resolved: Json;
  /** Engine and device, and why: `cpu: no GPU provider was found`. */
  readonly device: string;
}

export interface StageRecord {
  readonly hash: string;
  readonly kind: string;
  readonly label: string;
  /** `unneeded`: nothing that was still to do needs it, and the store does not hold it. */
  readonly state: StageState | 'unneeded';
  /** Seconds it took to make, in this run or in the one that made it. */
  readonly seconds?: number;
}

export interface RunRecord {
  readonly format: 1;
  readonly run: string;
  readonly state: RunState;
  /** ISO 8601, UTC. */
  readonly started: string;
  readonly finished: string;
  readonly seconds: number;
  readonly versions: Versions;
  readonly machine: Machine;
  readonly about: RunAbout;
  readonly jobs: number;
  readonly stages: readonly StageRecord[];
  readonly experiments: readonly ExperimentResult[];
  readonly rows: readonly ResultRow[];
  readonly failures: readonly Diagnostic[];
  /** Absent in records of medx before it kept one. */
  readonly lock?: ExperimentLock;
}

export const runFolder = (store: Store, run: string) => join(store.root, 'runs', run);
export const recordPath = (store: Store, run: string) => join(runFolder(store, run), 'record.json');

/** Creates the folder of a new run and returns its readable id: `d3_ablation-20261122-194455-k3f9`. */
export function createRun(store: Store, name: string, now: Date): string {
  const stamp = now.toISOString().replace(/[-:]/g, '').replace('T', '-').slice(0, 15);
  const readable = name.replace(/[^A-Za-z0-9_]+/g, '_').slice(0, 40) || 'run';
  const letters = 'abcdefghjkmnpqrstuvwxyz23456789';
  const tail = [...randomBytes(4)].map((byte) => letters[byte % letters.length]).join('');
  const run = `${readable}-${stamp}-${tail}`;
  const folder = runFolder(store, run);
  guardStore('write', folder, () => makeFolder(folder));
  return run;
}

/** Adds a line to the list of runs. */
export function listRun(store: Store, line: JsonObject): void {
  const path = join(store.root, 'runs.jsonl');
  guardStore('write', path, () => appendFileSync(path, `${JSON.stringify(line)}\n`));
}

export function writeRecord(store: Store, record: RunRecord): void {
  writeWhole(store, join('runs', record.run, 'record.json'), record);
}

/** Ids of the runs that have a record, latest first. */
export function listRecords(store: Store): string[] {
  const folder = join(store.root, 'runs');
  if (!existsSync(folder)) return [];
  return guardStore('read', folder, () =>
    readdirSync(folder)
      .filter((run) => existsSync(join(folder, run, 'record.json')))
      .map((run) => ({ run, at: statSync(join(folder, run, 'record.json')).mtimeMs }))
      .sort((a, b) => b.at - a.at || (a.run < b.run ? 1 : -1))
      .map(({ run }) => run),
  );
}

/** Like `readRecord` of `findRecord`. */
export function readRecord(
  store: Store,
  wanted: string,
  nearest: (word: string, among: readonly string[]) => string | undefined,
): RunRecord {
  return readRecordFile(findRecord(store, wanted, nearest));
}

/**
 * The path of a record by run id, the first letters of one run's id, `last` (which is no preparation), or the path of a record or
 * its folder. `list` gives the ids of the store's runs, latest first. Throws MED4012 (no such run).
 */
export function findRecord(
  store: Store,
  wanted: string,
  nearest: (word: string, among: readonly string[]) => string | undefined,
  list: () => readonly string[] = () => listRecords(store),
): string {
  for (const file of [join(wanted, 'record.json'), wanted]) {
    if (/[/.]/.test(wanted) && statSync(file, { throwIfNoEntry: false })?.isFile()) return file;
  }
  const all = list();
  const runs = wanted === 'last' ? all.filter((run) => !preparations(store).has(run)) : all;
  const match =
    wanted === 'last'
      ? runs[0]
      : (runs.find((run) => run === wanted) ?? runs.find((run) => run.startsWith(wanted)));
  if (match !== undefined && wanted !== '') return recordPath(store, match);
  // Runs are near by the name of their experiment: nobody types the stamp.
  const experiment = nearest(wanted, [...new Set(runs.map((run) => run.split('-')[0]!))]);
  const near = nearest(wanted, runs) ?? runs.find((run) => run.split('-')[0] === experiment);
  const params = { run: wanted, store: store.root, known: runs.slice(0, 3) };
  throw new MedxError(report(runCodes, 'MED4012', near === undefined ? params : { ...params, near }));
}

const preparations = (store: Store): ReadonlySet<string> =>
  new Set(listStarted(store).flatMap(({ run, prepares }) => (prepares ? [run] : [])));

/** Without times of older shapes. Throws MED4013 if it cannot be read. */
export function readRecordFile(file: string): RunRecord {
  const text = guardStore('read', file, () => readFileSync(file, 'utf8'));
  try {
    const record = JSON.parse(text) as RunRecord;
    if (record.format === 1 && Array.isArray(record.experiments))
      return { ...record, experiments: record.experiments.map(withoutOldTimes) };
    throw new SyntaxError(`it is not a record of format 1 (${basename(file)})`);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new MedxError(report(runCodes, 'MED4013', { file, reason }));
  }
}
