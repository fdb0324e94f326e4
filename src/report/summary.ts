/**
 * Rows of a table from the predictions of a run: scores each seed once, over all its folds together, gives mean, sample
 * standard deviation and interval over seeds, and compares the rows with one of them.
 */
import type { Expectation } from '../graph/plan.ts';
import type { AnsweredExperiment, AnsweredRow } from '../run/answers.ts';
import type { ResultRow, ScoreName, ScoreSummary } from '../run/events.ts';
import type { ExperimentResult } from '../run/record.ts';
import type { RunSummary } from '../run/run-plan.ts';

import { answerColumns } from './answers.ts';
import { scoreAnswers, scoreNames } from './scores.ts';
import { poolSeeds, type SeedAnswers } from './seeds.ts';
import { type ComparedRow, withStatistics } from './statistics/compare.ts';
import { meanIntervals } from './statistics/intervals.ts';

/** For the end of a run: its answers in columns, and its rows. */
export function summariseResults(results: readonly ExperimentResult[]): RunSummary {
  const answers = results.map(answerColumns);
  const rows = answers.flatMap((one) => withStatistics(comparedRows(one), one.against));
  return { answers, rows };
}

/** The rows of an experiment with their scores, ready to be compared with each other or with those of other runs. */
export function comparedRows(experiment: AnsweredExperiment): ComparedRow[] {
  return experiment.rows.map((row) => {
    const seeds = poolSeeds(experiment, row);
    return { seeds, classes: experiment.classes, result: summariseRow(experiment, row, seeds) };
  });
}

function summariseRow(
  experiment: AnsweredExperiment,
  row: AnsweredRow,
  seeds: readonly SeedAnswers[],
): ResultRow {
  const scored = seeds.map(({ tests }) => scoreAnswers(tests, experiment.classes));
  const scores: Partial<Record<ScoreName, ScoreSummary>> = {};
  if (scored.length > 0) {
    const intervalOf = meanIntervals(scored.length);
    for (const name of scoreNames)
      scores[name] = summarise(
        scored.map((one) => one[name]),
        intervalOf,
      );
  }
  const tested = seeds.reduce((sum, { tests }) => tests.reduce((n, { ids }) => n + ids.length, sum), 0);
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
    missing_jobs: row.jobs.filter((job) => job.answers === undefined).length,
    ...(row.point ? { point: row.point } : {}),
    ...(row.corrupted ? { corrupted: row.corrupted } : {}),
    ...(row.expect ? { expected: row.expect.map((one) => ({ ...one, met: isMet(one, scores) })) } : {}),
    ...(row.cost ? { cost: row.cost } : {}),
    ...(row.published ? { published: row.published } : {}),
    scores,
  };
}

/** A mean that is off by the tolerance to the last digit is met: the file has it in decimals. */
function isMet({ score, value, tolerance }: Expectation, scores: ResultRow['scores']): boolean {
  const mean = scores[score]?.mean;
  return mean !== undefined && Math.abs(mean - value) <= tolerance + 1e-12;
}

/** Of two values the interval is nine standard deviations to either side: wider than any score, it tells a reader nothing. */
const fewestSeeds = 3;

/** Mean, sample standard deviation (n − 1; null for one value) and interval (null for fewer than three). */
export function summarise(
  values: readonly number[],
  intervalOf = meanIntervals(values.length),
): ScoreSummary {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  if (values.length < 2) return { mean, sd: null, interval: null };
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  const sd = Math.sqrt(squares / (values.length - 1));
  return { mean, sd, interval: values.length < fewestSeeds ? null : intervalOf(mean, sd) };
}
