/**
 * Rows of a table from the predictions of a run: pools the folds of a seed, scores each seed once, and gives mean and sample
 * standard deviation over seeds. A seed that lacks a fold is not scored: its scores would be of another test set.
 */
import type { ResultRow, ScoreName, ScoreSummary, Spread } from '../run/events.ts';
import type { ExperimentResult, JobResult, RowResult } from '../run/record.ts';
import type { CasePrediction } from '../stages/contracts.ts';
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
    ...summariseCost(row.jobs),
    scores,
  };
}

function summariseCost(jobs: readonly JobResult[]): Pick<ResultRow, 'cost'> {
  const costs = jobs.flatMap(({ cost }) => cost ?? []);
  const answered = costs.flatMap((one) => one.answer_seconds);
  if (answered.length === 0) return {};
  const detected = costs.flatMap((one) => one.detect_seconds ?? []);
  return {
    cost: {
      fit_seconds: costs.reduce((sum, one) => sum + one.fit_seconds, 0) / costs.length,
      answer_seconds: spreadOf(answered),
      ...(detected.length > 0 ? { detect_seconds: spreadOf(detected) } : {}),
    },
  };
}

/** Median and 95th percentile of at least one value, linear between neighbours as numpy has it. */
export function spreadOf(values: readonly number[]): Spread {
  const sorted = Float64Array.from(values).sort();
  const at = (share: number) => {
    const place = share * (sorted.length - 1);
    const [low, high] = [sorted[Math.floor(place)] ?? 0, sorted[Math.ceil(place)] ?? 0];
    return low + (high - low) * (place - Math.floor(place));
  };
  return { median: at(0.5), p95: at(0.95) };
}

/** Mean and sample standard deviation (n − 1). With one value the deviation is unknown: null. */
export function summarise(values: readonly number[]): ScoreSummary {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  if (values.length < 2) return { mean, sd: null };
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  return { mean, sd: Math.sqrt(squares / (values.length - 1)) };
}
