import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { countConfusion, type Scores, scoreAnswers, scoreClasses } from '../../src/report/scores.ts';
import { summarise, summariseResults } from '../../src/report/summary.ts';
import type { ExperimentResult, JobResult } from '../../src/run/record.ts';
import { recordOf } from './support.ts';

interface Recorded {
  readonly name: string;
  readonly classes: number;
  readonly truth: readonly number[];
  readonly answer: readonly number[];
  readonly scores: Scores;
  readonly per_class: readonly { precision: number; recall: number; f1: number; support: number }[];
  readonly confusion: readonly (readonly number[])[];
}

const recorded = JSON.parse(readFileSync(new URL('fixtures/scores.json', import.meta.url), 'utf8')) as {
  readonly sets: readonly Recorded[];
};

describe('scores equal those of scikit-learn', () => {
  test.each(recorded.sets)('$name', (set) => {
    const names = Array.from({ length: set.classes }, (_, k) => `class ${k}`);
    const scores = scoreAnswers([set], names);
    for (const [name, value] of Object.entries(set.scores)) {
      expect(scores[name as keyof Scores], name).toBeCloseTo(value, 12);
    }
    const matrix = countConfusion([set], set.classes);
    expect(matrix).toEqual(set.confusion);
    for (const [k, found] of scoreClasses(matrix, names).entries()) {
      const { precision, recall, f1, support } = set.per_class[k]!;
      expect(found.precision).toBeCloseTo(precision, 12);
      expect(found.recall).toBeCloseTo(recall, 12);
      expect(found.f1).toBeCloseTo(f1, 12);
      expect(found.support).toBe(support);
    }
  });
});

test('weighted F1 is the weighted mean of class F1, not made from weighted P and R', () => {
  const answers = [
    { truth: [0, 0, 0], answer: [0, 1, 1] },
    { truth: [1], answer: [1] },
  ];
  const { f1_weighted, precision_weighted: p, recall_weighted: r } = scoreAnswers(answers, ['a', 'b']);
  expect(f1_weighted).toBeCloseTo(0.5, 12);
  expect((2 * p * r) / (p + r)).toBeCloseTo(0.625, 12);
});

test('no answers at all score 0, never NaN', () => {
  expect(Object.values(scoreAnswers([], ['a', 'b']))).toEqual([0, 0, 0, 0, 0, 0, 0]);
});

test('mean and sample deviation over seeds; a single seed has no deviation', () => {
  expect(summarise([0.5, 0.7])).toMatchObject({ mean: 0.6, sd: expect.closeTo(Math.SQRT2 / 10, 12) });
  expect(summarise([0.5])).toEqual({ mean: 0.5, sd: null, interval: null });
});

const right = { truth: 0, answer: 0, probabilities: [1, 0] };
const wrong = { truth: 1, answer: 0, probabilities: [1, 0] };

function experimentOf(jobs: readonly JobResult[]): ExperimentResult {
  const [experiment] = recordOf().experiments;
  return { ...experiment!, classes: ['a', 'b'], rows: [{ name: 'full', kind: 'variant', jobs }] };
}

test('the folds of a seed are pooled before they are scored', () => {
  const job = (fold: number, test: JobResult['test']): JobResult =>
    test ? { seed: 1, fold, hash: `${fold}`, test } : { seed: 1, fold, hash: `${fold}` };
  const folds = [
    job(0, [{ id: 'x', ...right }]),
    job(1, [
      { id: 'y', ...wrong },
      { id: 'z', ...right },
    ]),
  ];
  const [row] = summariseResults([experimentOf(folds)]).rows;
  expect(row).toMatchObject({ seeds: 1, folds: 2, test_cases: 3, missing_jobs: 0 });
  expect(row!.scores.accuracy).toEqual({ mean: 2 / 3, sd: null, interval: null });
  // The mean of the folds' own accuracies would be 0.75.
});

test('a seed that lacks a fold is not scored and is counted', () => {
  const [row] = summariseResults([
    experimentOf([
      { seed: 1, fold: 0, hash: 'a', test: [{ id: 'x', ...right }] },
      { seed: 1, fold: 1, hash: 'b' },
    ]),
  ]).rows;
  expect(row).toMatchObject({ seeds: 0, missing_jobs: 1, scores: {} });
});
