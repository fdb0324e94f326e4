/** The unit that is scored: the test cases of all folds of a seed, pooled. */
import type { JobResult } from '../run/record.ts';
import type { CasePrediction } from '../stages/contracts.ts';

export interface SeedPredictions {
  readonly seed: number;
  /** Test cases of all folds together. */
  readonly test: readonly CasePrediction[];
}

/** Seeds of which every job has a result, in the order of the plan. A seed that lacks a fold would be scored on other cases. */
export function poolSeeds(jobs: readonly JobResult[]): SeedPredictions[] {
  const seeds = new Map<number, JobResult[]>();
  for (const job of jobs) {
    const folds = seeds.get(job.seed);
    if (folds) folds.push(job);
    else seeds.set(job.seed, [job]);
  }
  return [...seeds].flatMap(([seed, folds]) => {
    const tests = folds.map((job) => job.test);
    return tests.every((test) => test !== undefined) ? [{ seed, test: tests.flat() }] : [];
  });
}
