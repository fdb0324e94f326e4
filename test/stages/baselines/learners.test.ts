/** The classifiers against scikit-learn's answers (`fixtures/make_learners.py`). */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { fitForest } from '../../../src/stages/baselines/learners/forest.ts';
import { fitLogistic } from '../../../src/stages/baselines/learners/logistic.ts';

interface Recorded {
  readonly classes: number;
  readonly rows: readonly (readonly number[])[];
  readonly labels: readonly number[];
  readonly asked: readonly (readonly number[])[];
  readonly probabilities: readonly (readonly number[])[];
}

type RecordedLogistic = Recorded & { readonly c: number; readonly balanced: boolean };

const recorded = JSON.parse(readFileSync(join(import.meta.dirname, 'fixtures', 'learners.json'), 'utf8')) as {
  readonly logistic: readonly RecordedLogistic[];
  readonly balanced: readonly RecordedLogistic[];
  readonly trees: readonly (Recorded & { readonly balanced: boolean })[];
  readonly forest: Recorded;
};

const floats = (rows: Recorded['rows']) => rows.map((row) => Float64Array.from(row));

function worst(found: Recorded['rows'], expected: Recorded['rows']): number {
  return Math.max(
    ...expected.flatMap((row, i) => row.map((share, k) => Math.abs(share - (found[i]?.[k] ?? Number.NaN)))),
  );
}

test.each(
  [...recorded.logistic, ...recorded.balanced].map(
    (one) => [one.rows[0]?.length, one.balanced, one] as const,
  ),
)(
  'logistic regression on %i features (balanced: %s) answers as scikit-learn',
  (_, balanced, { rows, labels, classes, c, asked, probabilities }) => {
    const model = fitLogistic(floats(rows), labels, { classes, c, balanced });
    expect(model.converged).toBe(true);
    expect(worst(floats(asked).map(model.probabilities), probabilities)).toBeLessThan(1e-5);
  },
);

test('a class without a training row has probability 0', () => {
  const rows = floats([[0], [1], [2], [3]]);
  const model = fitLogistic(rows, [0, 0, 2, 2], { classes: 3, c: 1 });
  const [low, none, high] = model.probabilities(Float64Array.of(0));
  expect(none).toBe(0);
  expect(low).toBeGreaterThan(high ?? 1);
});

test.each(recorded.trees.map((one) => [one.balanced ? 'balanced' : 'as they are', one] as const))(
  'a tree on one feature, classes %s, is scikit-learn’s',
  (_, { rows, labels, classes, balanced, asked, probabilities }) => {
    const options = { classes, trees: 1, seed: 1, bootstrap: false, balanced };
    const forest = fitForest(floats(rows), labels, options);
    expect(worst(floats(asked).map(forest), probabilities)).toBeLessThan(1e-12);
  },
);

test('a large forest comes near scikit-learn’s, another seed changes little, the same one nothing', () => {
  const { rows, labels, classes, asked, probabilities } = recorded.forest;
  const grow = (seed: number) => {
    const forest = fitForest(floats(rows), labels, { classes, trees: 1000, seed });
    return floats(asked).map(forest);
  };
  const [one, again, other] = [grow(1), grow(1), grow(2)];
  // Of 1000 trees a share has a standard error of at most 0.016.
  expect(worst(one, probabilities)).toBeLessThan(0.08);
  expect(worst(other, one)).toBeLessThan(0.08);
  expect(again).toEqual(one);
  expect(other).not.toEqual(one);
});
