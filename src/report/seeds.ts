/** The unit that is scored: the test cases of all folds of a seed, pooled. With several foldings per seed, each for itself. */
import type { AnsweredJob, CaseAnswer } from '../run/answers.ts';

export interface SeedPredictions {
  readonly seed: number;
  /** Tells the foldings of a seed apart; 0 where there is one. */
  readonly repeat: number;
  /** Test cases of all folds together. */
  readonly test: readonly CaseAnswer[];
}

/** Those of which every job has a result, in the order of the plan. One that lacks a fold would be scored on other cases. */
export function poolSeeds(jobs: readonly AnsweredJob[]): SeedPredictions[] {
  const seeds = new Map<string, AnsweredJob[]>();
  for (const job of jobs) {
    const key = `${job.seed} ${job.repeat ?? 0}`;
    const folds = seeds.get(key);
    if (folds) folds.push(job);
    else seeds.set(key, [job]);
  }
  return [...seeds.values()].flatMap((folds) => {
    const tests = folds.map((job) => job.test);
    const { seed = 0, repeat = 0 } = folds[0] ?? {};
    return tests.every((test) => test !== undefined) ? [{ seed, repeat, test: tests.flat() }] : [];
  });
}
