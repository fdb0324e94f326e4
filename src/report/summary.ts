/**
 * Rows of a table from the predictions of a run: pools the folds of a seed, scores each seed once, and gives mean and sample
 * standard deviation over seeds. A seed that lacks a fold is not scored: its scores would be of another test set.
 */
import type { ResultRow, ScoreName, ScoreSummary } from '../run/events.ts';
import type { ExperimentResult, JobResult, RowResult } from '../run/record.ts';
import type { CasePrediction } from '../stages/contracts.ts';
import type { StageCost } from '../stages/stage.ts';
import { scoreAnswers, scoreNames } from './scores.ts';

export interface SeedPredictions {
  readonly seed: number;
  /** Test cases of all folds together. */
  readonly test: readonly CasePrediction[];
}

/** Seeds of which every job has a result, in the order of the plan. */
export function poolSeeds(jobs: readonly JobResult[]): SeedPredictions[] {
  const seeds = new Map<number, JobResult[]>();
  for (const job of jobs) seeds.set(job.seed, [...(seeds.get(job.seed) ?? []), job]);
  return [...seeds].flatMap(([seed, folds]) => {
    const tests = folds.map((job) => job.test);
    return tests.every((test) => test !== undefined) ? [{ seed, test: tests.flat() }] : [];
  });
}

export function summariseResults(results: readonly ExperimentResult[]): ResultRow[] {
  return results.flatMap((experiment) => experiment.rows.map((row) => summariseRow(experiment, row)));
}

function summariseRow(experiment: ExperimentResult, row: RowResult): ResultRow {
  const seeds = poolSeeds(row.jobs);
  const scored = seeds.map(({ test }) => scoreAnswers(test, experiment.classes));
  const scores: Partial<Record<ScoreName, ScoreSummary>> = {};
  if (scored.length > 0) {
    for (const name of scoreNames) scores[name] = summarise(scored.map((one) => one[name]));
  }
  const tested = seeds.reduce((sum, { test }) => sum + test.length, 0);
  const folds = new Set(row.jobs.map((job) => job.fold)).size;
  return {
    experiment: experiment.name,
    name: row.name,
    kind: row.kind,
    ...(row.provenance ? { provenance: row.provenance } : {}),
    data: experiment.data,
    simulated: experiment.simulated,
    cases: experiment.cases,
    seeds: seeds.length,
    folds: Math.max(1, folds),
    test_cases: seeds.length === 0 ? 0 : tested / seeds.length,
    missing_jobs: row.jobs.filter((job) => job.test === undefined).length,
    ...(row.point ? { point: row.point } : {}),
    ...(row.corrupted ? { corrupted: row.corrupted } : {}),
    ...meanCost(row.jobs),
    scores,
  };
}

function meanCost(jobs: readonly JobResult[]): Pick<ResultRow, 'cost'> {
  const costs = jobs.flatMap(({ cost }) => cost ?? []);
  if (costs.length === 0) return {};
  const mean = (of: (cost: StageCost) => number) =>
    costs.reduce((sum, one) => sum + of(one), 0) / costs.length;
  return {
    cost: {
      fit_seconds: mean((one) => one.fit_seconds),
      answer_seconds_per_case: mean((one) => one.answer_seconds_per_case),
    },
  };
}

/** Mean and sample standard deviation (n − 1). With one value the deviation is unknown: null. */
export function summarise(values: readonly number[]): ScoreSummary {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  if (values.length < 2) return { mean, sd: null };
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  return { mean, sd: Math.sqrt(squares / (values.length - 1)) };
}
