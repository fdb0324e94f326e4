/**
 * What happens during a run, one JSON object per line in `runs/RUN/events.jsonl`. The terminal screen, the plain lines and
 * `--json` read these and nothing else. Schema: `schemas/event.schema.json`.
 */
import { closeSync, openSync, readFileSync, writeSync } from 'node:fs';
import type { Diagnostic, Mishap } from '../diagnostics/diagnostic.ts';
import type { Expectation, Provenance, PublishedNumbers } from '../graph/plan.ts';
import type { Detection } from '../stages/contracts.ts';
import type { JsonObject, Notice, Progress } from '../stages/stage.ts';
import { guardStore } from './failures.ts';

export type StageState = 'cached' | 'running' | 'done' | 'failed' | 'skipped' | 'stopped';

export interface JobPlace {
  readonly seed: number;
  readonly fold?: number;
  readonly repeat?: number;
  /** The stage whose predictions are scored. Rows may share it. */
  readonly hash: string;
}

export interface StartedEvent {
  readonly type: 'started';
  readonly run: string;
  readonly medx: string;
  readonly file: string;
  readonly store: string;
  /** Stages run at the same time, at most. */
  readonly jobs: number;
  readonly experiments: readonly {
    readonly name: string;
    readonly data: string;
    readonly simulated: boolean;
    readonly standIns: readonly string[];
    readonly notes: readonly string[];
    readonly engine: string;
    readonly rows: readonly {
      readonly name: string;
      readonly kind: 'variant' | 'baseline';
      readonly jobs: readonly JobPlace[];
    }[];
  }[];
  readonly stages: { readonly total: number; readonly cached: number; readonly toRun: number };
}

export interface StageEvent {
  readonly type: 'stage';
  readonly hash: string;
  readonly kind: string;
  readonly label: string;
  readonly cost: 'light' | 'train';
  readonly state: StageState;
  /** With `done`: how long it took. */
  readonly seconds?: number;
  /** With `failed`: why. */
  readonly diagnostics?: readonly Diagnostic[];
  /** With `skipped`: hash of the failed stage it depends on. */
  readonly because?: string;
}

/** A stage ended by a mishap that may pass: it runs again after a while. `running` follows, or the run ends before. */
export interface RetryEvent {
  readonly type: 'retry';
  readonly hash: string;
  readonly label: string;
  readonly mishap: Mishap;
  /** 2 for the second try. */
  readonly attempt: number;
  readonly wait_seconds: number;
  readonly diagnostics: readonly Diagnostic[];
}

export interface ProgressEvent extends Progress {
  readonly type: 'progress';
  readonly hash: string;
}

export interface NoticeEvent extends Notice {
  readonly type: 'notice';
  /** Absent if it is about the run as a whole. */
  readonly hash?: string;
}

export interface ScoreSummary {
  /** Over seeds. */
  readonly mean: number;
  /** Sample standard deviation (n − 1) over seeds; null with a single seed. */
  readonly sd: number | null;
  /** Of the mean: 95%, Student's t over seeds; null with fewer than three. */
  readonly interval: readonly [low: number, high: number] | null;
}

/** What a row is beside the others of its table; how it is found is said in `src/report/statistics`. */
export interface RowStatistics {
  /** 1 = the highest mean weighted F1 of the table; equal means share a rank. */
  readonly rank: number;
  /** True for the row that the file wants all others compared with; without one that is the best row. */
  readonly reference?: true;
  /** In the tie group: the row that all others are compared with, and the rows that cannot be told from it. */
  readonly tied: boolean;
  /** Test cases, each counted once however many seeds asked it. */
  readonly distinct_cases: number;
  /** Of the accuracy: 95%, Wilson over the distinct cases. */
  readonly accuracy_interval: readonly [low: number, high: number];
  /** With the reference row of the table. Absent for that row, and where they have no test case in common. */
  readonly comparison?: RowComparison;
}

/** On the test cases, seed by seed, that both rows have. Differences are this row's score less the reference row's. */
export interface RowComparison {
  readonly cases: number;
  readonly seeds: number;
  /** Cases that this row answered rightly in more seeds than the reference row, and the other way round. */
  readonly wins: number;
  readonly losses: number;
  /** Exact, two-sided, not corrected. */
  readonly mcnemar_p: number;
  /** Of weighted F1, with the 95% percentile interval and the p (not corrected) of a paired bootstrap over cases. */
  readonly f1_difference: number;
  readonly f1_difference_interval: readonly [low: number, high: number];
  readonly bootstrap_p: number;
  readonly resamples: number;
  /** The larger of the two, corrected after Holm for the rows of the table. */
  readonly p: number;
  /** Cases that would show this difference in accuracy, at 5% over all rows, four times out of five; null if there is none. */
  readonly cases_needed: number | null;
}

export type ScoreName =
  | 'precision_weighted'
  | 'recall_weighted'
  | 'f1_weighted'
  | 'precision_macro'
  | 'recall_macro'
  | 'f1_macro'
  | 'accuracy';

/** Seconds per case, over the test cases of all jobs. */
export interface Spread {
  readonly median: number;
  /** 95th percentile. */
  readonly p95: number;
}

/** How near a detector's answers were to those of the model. */
export interface DetectorAnswers extends Pick<Detection, 'numbers' | 'difference' | 'other_answers'> {
  readonly cases: number;
}

export interface RowCost {
  /** Mean over the jobs that were not interrupted. */
  readonly fit_seconds?: number;
  /** From the features or records that the method was given. */
  readonly answer_seconds: Spread;
  /** From the records of the case in memory; absent where it was not measured. */
  readonly detect_seconds?: Spread;
  /** From the end of the last window, the records before it taken as they came. */
  readonly online_seconds?: Spread;
  /** Of the two: how near the detector's answers were. */
  readonly detector?: DetectorAnswers;
}

export interface ResultRow {
  readonly experiment: string;
  readonly name: string;
  readonly kind: 'variant' | 'baseline';
  /** Of a baseline: how near it is to what its authors did. */
  readonly provenance?: Provenance;
  /** Name of the dataset block. */
  readonly data: string;
  readonly simulated: boolean;
  /** Cases of the dataset, training cases included. */
  readonly cases: number;
  /** Seeds that are scored: those of which every fold has finished. Each repeat of the folds counts. */
  readonly seeds: number;
  /** Foldings per seed; absent for one. */
  readonly repeats?: number;
  /** 1 without cross-validation. */
  readonly folds: number;
  /** Scored cases per seed, over all folds; the mean if seeds differ. */
  readonly test_cases: number;
  /** Jobs without a result. */
  readonly missing_jobs: number;
  readonly point?: JsonObject;
  /** What is wrong with its telemetry: `at test: log drop 30%`. Absent if nothing is. */
  readonly corrupted?: readonly string[];
  /** What fitting and answering took; absent where its stages do not tell. */
  readonly cost?: RowCost;
  /** What was published of the row, where the file asks for it. */
  readonly published?: PublishedNumbers;
  /** Empty if no seed is complete. */
  readonly scores: Partial<Readonly<Record<ScoreName, ScoreSummary>>>;
  /** What the file said its scores should be, and whether they are. Absent where nothing is expected. */
  readonly expected?: readonly (Expectation & { readonly met: boolean })[];
  /** Absent where it has no scores. */
  readonly statistics?: RowStatistics;
}

export type RunState = 'finished' | 'failed' | 'stopped';

export interface FinishedEvent {
  readonly type: 'finished';
  readonly run: string;
  readonly state: RunState;
  readonly seconds: number;
  readonly record: string;
  readonly rows: readonly ResultRow[];
  readonly failures: readonly Diagnostic[];
}

export type RunEventBody =
  | StartedEvent
  | StageEvent
  | RetryEvent
  | ProgressEvent
  | NoticeEvent
  | FinishedEvent;
/** `at`: ISO 8601, UTC. */
export type RunEvent = RunEventBody & { readonly at: string };

export interface EventLog {
  emit(event: RunEventBody): void;
  close(): void;
}

/** Appends each event to the file, then tells the listeners. Throws MED4001 or MED4002 if the file cannot be written. */
export function openEventLog(path: string, listeners: readonly ((event: RunEvent) => void)[]): EventLog {
  const file = guardStore('write', path, () => openSync(path, 'a'));
  return {
    emit(body) {
      const event: RunEvent = { ...body, at: new Date().toISOString() };
      guardStore('write', path, () => writeSync(file, `${JSON.stringify(event)}\n`));
      for (const listener of listeners) listener(event);
    },
    close: () => closeSync(file),
  };
}

/** Reads a log back. A last line that a kill cut short is left out. */
export function readEvents(path: string): RunEvent[] {
  const text = guardStore('read', path, () => readFileSync(path, 'utf8'));
  const end = text.lastIndexOf('\n');
  if (end < 0) return [];
  return text
    .slice(0, end)
    .split('\n')
    .map((line) => JSON.parse(line) as RunEvent);
}
