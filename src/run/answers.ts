/**
 * The answers of a run alone: `runs/RUN/answers.json`, beside the record and made of it. Tables of many runs need no more than
 * who answered what, and a record has a hundred bytes of probabilities and blanks for every such answer.
 */
import { readFileSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { CasePrediction } from '../stages/contracts.ts';
import {
  type ExperimentResult,
  type JobResult,
  type RowResult,
  type RunRecord,
  readRecordFile,
} from './record.ts';
import { type Store, writeWhole } from './store.ts';

/** What tables are made of: a whole record, or what `readAnswers` gives. */
export interface RunAnswers {
  readonly run: string;
  readonly experiments: readonly AnsweredExperiment[];
}

export interface AnsweredExperiment extends Omit<ExperimentResult, 'rows'> {
  readonly rows: readonly AnsweredRow[];
}

export interface AnsweredRow extends Omit<RowResult, 'jobs'> {
  readonly jobs: readonly AnsweredJob[];
}

export interface AnsweredJob extends Omit<JobResult, 'test'> {
  readonly test?: readonly CaseAnswer[];
}

export type CaseAnswer = Pick<CasePrediction, 'id' | 'truth' | 'answer'>;

/** In columns; `ids` are those of the experiment. */
interface PackedAnswers {
  readonly case: readonly number[];
  readonly truth: readonly number[];
  readonly answer: readonly number[];
}

interface PackedRun {
  readonly format: 1;
  readonly run: string;
  readonly experiments: readonly (Omit<ExperimentResult, 'rows'> & {
    readonly ids: readonly string[];
    readonly rows: readonly (Omit<RowResult, 'jobs'> & {
      readonly jobs: readonly (Omit<JobResult, 'test'> & { readonly test?: PackedAnswers })[];
    })[];
  })[];
}

const fileName = 'answers.json';

export function writeAnswers(store: Store, record: RunRecord): void {
  writeWhole(store, join('runs', record.run, fileName), packAnswers(record), { compact: true });
}

export function packAnswers({ run, experiments }: RunRecord): PackedRun {
  return {
    format: 1,
    run,
    experiments: experiments.map((experiment) => {
      const ids = new Map<string, number>();
      const numberOf = (id: string) => {
        if (!ids.has(id)) ids.set(id, ids.size);
        return ids.get(id) ?? 0;
      };
      const rows = experiment.rows.map((row) => ({
        ...row,
        jobs: row.jobs.map(({ test, ...job }) => ({
          ...job,
          ...(test
            ? {
                test: {
                  case: test.map(({ id }) => numberOf(id)),
                  truth: test.map(({ truth }) => truth),
                  answer: test.map(({ answer }) => answer),
                },
              }
            : {}),
        })),
      }));
      return { ...experiment, rows, ids: [...ids.keys()] };
    }),
  };
}

/** From the answers beside the record at `path`, or from the record where they are missing, older or damaged. Throws MED4013. */
export function readAnswers(path: string): RunAnswers {
  return readPacked(path) ?? readRecordFile(path);
}

function readPacked(path: string): RunAnswers | undefined {
  const file = join(dirname(path), fileName);
  const [own, record] = [file, path].map((one) => statSync(one, { throwIfNoEntry: false })?.mtimeMs);
  if (own === undefined || record === undefined || own < record) return undefined;
  try {
    const packed = JSON.parse(readFileSync(file, 'utf8')) as PackedRun;
    return packed.format === 1 ? unpack(packed) : undefined;
  } catch {
    // Made of the record, which has everything.
    return undefined;
  }
}

function unpack({ run, experiments }: PackedRun): RunAnswers {
  return {
    run,
    experiments: experiments.map(({ ids, ...experiment }) => ({
      ...experiment,
      rows: experiment.rows.map((row) => ({
        ...row,
        jobs: row.jobs.map(({ test, ...job }) => ({
          ...job,
          ...(test ? { test: answersOf(test, ids) } : {}),
        })),
      })),
    })),
  };
}

function answersOf({ case: cases, truth, answer }: PackedAnswers, ids: readonly string[]): CaseAnswer[] {
  return cases.map((at, i) => ({ id: ids[at] ?? '', truth: truth[i] ?? 0, answer: answer[i] ?? 0 }));
}
