/**
 * Rows of a table from the predictions of a run: scores each seed once, over all its folds together, gives mean, sample
 * standard deviation and interval over seeds, and compares the rows with one of them.
 */
import type { Expectation } from '../graph/plan.ts';
import type { AnsweredExperiment, AnsweredJob, AnsweredRow } from '../run/answers.ts';
import type { ResultRow, ScoreName, ScoreSummary, Spread } from '../run/events.ts';

import { scoreAnswers, scoreNames } from './scores.ts';
import { poolSeeds, type SeedPredictions } from './seeds.ts';
import { type ComparedRow, withStatistics } from './statistics/compare.ts';
import { meanInterval } from './statistics/intervals.ts';

export function summariseResults(results: readonly AnsweredExperiment[]): ResultRow[] {
  return results.flatMap((experiment) => withStatistics(comparedRows(experiment), experiment.against));
}

/** The rows of an experiment with their scores, ready to be compared with each other or with those of other runs. */
export function comparedRows(experiment: AnsweredExperiment): ComparedRow[] {
  return experiment.rows.map((row) => {
    const seeds = poolSeeds(row.jobs);
    return { seeds, classes: experiment.classes, result: summariseRow(experiment, row, seeds) };
  });
}

function summariseRow(
  experiment: AnsweredExperiment,
  row: AnsweredRow,
  seeds: readonly SeedPredictions[],
): ResultRow {
  const scored = seeds.map(({ test }) => scoreAnswers(test, experiment.classes));
  const scores: Partial<Record<ScoreName, ScoreSummary>> = {};
  if (scored.length > 0) {
    for (const name of scoreNames) scores[name] = summarise(scored.map((one) => one[name]));
  }
  const tested = seeds.reduce((sum, { test }) => sum + test.length, 0);
  const repeats = new Set(row.jobs.map((job) => job.repeat)).size;
  const folds = new Set(row.jobs.map((job) => job.fold)).size / Math.max(1, repeats);
  return {
    experiment: experiment.name,
    name: row.name,
    kind: row.kind,
    ...(row.provenance ? { provenance: row.provenance } : {}),
    data: experiment.data,
    simulated: experiment.simulated,
    cases: experiment.cases,
    seeds: seeds.length,
    ...(repeats > 1 ? { repeats } : {}),
    folds: Math.max(1, folds),
    test_cases: seeds.length === 0 ? 0 : tested / seeds.length,
    missing_jobs: row.jobs.filter((job) => job.test === undefined).length,
    ...(row.point ? { point: row.point } : {}),
    ...(row.corrupted ? { corrupted: row.corrupted } : {}),
    ...(row.expect ? { expected: row.expect.map((one) => ({ ...one, met: isMet(one, scores) })) } : {}),
    ...summariseCost(row.jobs),
    ...(row.published ? { published: row.published } : {}),
    scores,
  };
}

/** A mean that is off by the tolerance to the last digit is met: the file has it in decimals. */
function isMet({ score, value, tolerance }: Expectation, scores: ResultRow['scores']): boolean {
  const mean = scores[score]?.mean;
  return mean !== undefined && Math.abs(mean - value) <= tolerance + 1e-12;
}

function summariseCost(jobs: readonly AnsweredJob[]): Pick<ResultRow, 'cost'> {
  const costs = jobs.flatMap(({ cost }) => cost ?? []);
  const answered = costs.flatMap((one) => one.answer_seconds);
  if (answered.length === 0) return {};
  const fitted = costs.flatMap((one) => one.fit_seconds ?? []);
  const detected = costs.flatMap((one) => one.detect_seconds ?? []);
  return {
    cost: {
      ...(fitted.length > 0 ? { fit_seconds: fitted.reduce((a, b) => a + b) / fitted.length } : {}),
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

/** Of two values the interval is nine standard deviations to either side: wider than any score, it tells a reader nothing. */
const fewestSeeds = 3;

/** Mean, sample standard deviation (n − 1; null for one value) and interval (null for fewer than three). */
export function summarise(values: readonly number[]): ScoreSummary {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  if (values.length < 2) return { mean, sd: null, interval: null };
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  const sd = Math.sqrt(squares / (values.length - 1));
  return { mean, sd, interval: values.length < fewestSeeds ? null : meanInterval(mean, sd, values.length) };
}
