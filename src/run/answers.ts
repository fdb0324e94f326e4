/**
 * What tables need of a run, in columns: `runs/RUN/answers.json`, beside the record and made of it (`src/report/answers.ts`). A
 * record has a hundred bytes of probabilities and blanks for every answer, which tables of many runs would only read to drop.
 */
import { readFileSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { MedxError } from '../diagnostics/diagnostic.ts';
import type { RowCost } from './events.ts';
import { type ExperimentResult, type JobResult, type RowResult, recordPath } from './record.ts';
import { type Store, writeWhole } from './store.ts';

export interface RunAnswers {
  readonly run: string;
  readonly experiments: readonly AnsweredExperiment[];
}

export interface AnsweredExperiment extends Omit<ExperimentResult, 'rows'> {
  /** Those that its jobs were asked: the rows of a seed share one. */
  readonly tests: readonly TestSet[];
  readonly rows: readonly AnsweredRow[];
}

/** Test cases of a job: ids and numbers of their classes, side by side. */
export interface TestSet {
  readonly ids: readonly string[];
  readonly truth: readonly number[];
}

export interface AnsweredRow extends Omit<RowResult, 'jobs'> {
  /** Of all its jobs together; absent where none tells. */
  readonly cost?: RowCost;
  readonly jobs: readonly AnsweredJob[];
}

export interface AnsweredJob extends Omit<JobResult, 'test' | 'cost'> {
  /** Absent if the job has no result. */
  readonly answers?: {
    /** Its place in `tests` of the experiment. */
    readonly test: number;
    /** Number of the class, per case. */
    readonly answer: readonly number[];
  };
}

interface AnswersFile extends RunAnswers {
  readonly format: 2;
  /** Size of the record that it was made of. */
  readonly record_bytes: number;
}

const fileName = 'answers.json';

/** After the record is written. */
export function writeAnswers(store: Store, { run, experiments }: RunAnswers): void {
  const record_bytes = statSync(recordPath(store, run)).size;
  const file: AnswersFile = { format: 2, run, record_bytes, experiments };
  writeWhole(store, join('runs', run, fileName), file, { compact: true });
}

/** Writes answers that had to be made of the record at `path` again. Not beside records elsewhere, and a store may be for reading alone. */
export function keepAnswers(store: Store, path: string, answers: RunAnswers): void {
  if (path !== recordPath(store, answers.run)) return;
  try {
    writeAnswers(store, answers);
  } catch (error) {
    if (!(error instanceof MedxError)) throw error;
  }
}

/** Those beside the record at `path`. Undefined where they are missing, damaged or made of another record: it has everything. */
export function readAnswers(path: string): RunAnswers | undefined {
  const file = join(dirname(path), fileName);
  const [own, record] = [file, path].map((one) => statSync(one, { throwIfNoEntry: false }));
  if (!own || !record || own.mtimeMs < record.mtimeMs) return undefined;
  try {
    const { format, record_bytes, ...answers } = JSON.parse(readFileSync(file, 'utf8')) as AnswersFile;
    return format === 2 && record_bytes === record.size ? answers : undefined;
  } catch {
    return undefined;
  }
}
