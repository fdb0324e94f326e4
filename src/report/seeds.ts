/** The unit that is scored: the test cases of all folds of a seed, pooled. With several foldings per seed, each for itself. */
import type { AnsweredExperiment, AnsweredJob, AnsweredRow, TestSet } from '../run/answers.ts';

/** Test cases of a job and the classes that it answered. */
export interface AnsweredTest extends TestSet {
  readonly answer: readonly number[];
}

export interface SeedAnswers {
  readonly seed: number;
  /** Tells the foldings of a seed apart; 0 where there is one. */
  readonly repeat: number;
  /** One per fold. */
  readonly tests: readonly AnsweredTest[];
}

/** Seeds of which every job has a result, in the order of the plan. One that lacks a fold would be scored on other cases. */
export function poolSeeds(
  { tests }: Pick<AnsweredExperiment, 'tests'>,
  { jobs }: Pick<AnsweredRow, 'jobs'>,
): SeedAnswers[] {
  const seeds = new Map<string, AnsweredJob[]>();
  for (const job of jobs) {
    const key = `${job.seed} ${job.repeat ?? 0}`;
    const folds = seeds.get(key);
    if (folds) folds.push(job);
    else seeds.set(key, [job]);
  }
  return [...seeds.values()].flatMap((folds) => {
    const answered = folds.flatMap(({ answers }) => {
      const test = answers && tests[answers.test];
      return test ? [{ ids: test.ids, truth: test.truth, answer: answers.answer }] : [];
    });
    const { seed = 0, repeat = 0 } = folds[0] ?? {};
    return answered.length === folds.length ? [{ seed, repeat, tests: answered }] : [];
  });
}
