/** Isolation forest against scikit-learn's (`fixtures/make_isolation.py`); the cut tree against what can be seen by eye. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { fitCutTree } from '../../../src/stages/baselines/learners/cut-tree.ts';
import { averagePath, fitIsolationForest } from '../../../src/stages/baselines/learners/isolation-forest.ts';

interface Recorded {
  readonly name: string;
  readonly rows: readonly number[][];
  readonly asked: readonly number[][];
  readonly scores: readonly number[];
}

const recorded = JSON.parse(
  readFileSync(join(import.meta.dirname, 'fixtures', 'isolation.json'), 'utf8'),
) as readonly Recorded[];

const floats = (rows: readonly (readonly number[])[]) => rows.map((row) => Float64Array.from(row));

describe('isolation forest', () => {
  test.each(recorded.map((one) => [one.name, one] as const))('%s: scores are scikit-learn’s', (_, one) => {
    const scoreOf = fitIsolationForest(floats(one.rows), { trees: 3000, seed: 1 });
    floats(one.asked).forEach((row, i) => {
      expect(Math.abs(scoreOf(row) - (one.scores[i] ?? Number.NaN)), String(row)).toBeLessThan(0.012);
    });
  });

  test('the same seed gives the same forest, another one another', () => {
    const rows = floats(recorded[0]?.rows ?? []);
    const scores = (seed: number) => {
      const scoreOf = fitIsolationForest(rows, { trees: 20, seed });
      return rows.map(scoreOf);
    };
    expect(scores(1)).toEqual(scores(1));
    expect(scores(1)).not.toEqual(scores(2));
  });

  test('average path lengths are those of the paper', () => {
    expect([0, 1, 2].map(averagePath)).toEqual([0, 0, 1]);
    // 2 H(255) − 2 · 255/256, with the harmonic number summed up; the paper's logarithm is its approximation.
    const harmonic = Array.from({ length: 255 }, (_, i) => 1 / (i + 1)).reduce((a, b) => a + b, 0);
    expect(averagePath(256)).toBeCloseTo(2 * harmonic - 510 / 256, 2);
  });
});

describe('cut tree', () => {
  const labels = [0, 0, 1, 1, 2, 2];
  const rows = floats([
    [9, 1, 0],
    [8, 1, 0],
    [1, 5, 0],
    [1, 6, 0],
    [1, 1, 3],
    [1, 1, 2],
  ]);

  test('cuts the widest feature where the sides are farthest apart, and names leaves after their rows', () => {
    const shares = fitCutTree(rows, labels, { classes: 3, leaves: 3 });
    expect(rows.map((row) => shares(row).indexOf(1))).toEqual(labels);
    expect(shares(Float64Array.of(20, 1, 0))).toEqual([1, 0, 0]);
    expect(shares(Float64Array.of(0, 9, 9))).toEqual([0, 1, 0]);
  });

  test('joins the leaves that are most alike', () => {
    const two = fitCutTree(rows, labels, { classes: 3, leaves: 2 });
    expect(two(Float64Array.of(20, 1, 0))).toEqual([1, 0, 0]);
    expect(two(Float64Array.of(0, 9, 9))).toEqual([0, 0.5, 0.5]);
    const one = fitCutTree(rows, labels, { classes: 3, leaves: 1 });
    for (const share of one(Float64Array.of(20, 1, 0))) expect(share).toBeCloseTo(1 / 3, 12);
  });

  test('rows without a difference, and a single row, are one leaf', () => {
    const equal = fitCutTree(floats([[0.1], [0.1], [0.1]]), [0, 1, 1], { classes: 2, leaves: 5 });
    expect(equal(Float64Array.of(7)).map((share) => Math.round(3 * share))).toEqual([1, 2]);
    expect(fitCutTree(floats([[0, 0]]), [1], { classes: 2, leaves: 5 })(Float64Array.of(1, 1))).toEqual([
      0, 1,
    ]);
  });

  test('a feature is cut once in the whole tree', () => {
    const line = floats([[0], [1], [5], [9]]);
    const shares = fitCutTree(line, [0, 1, 2, 3], { classes: 4, leaves: 9 });
    const leaves = new Set(line.map((row) => JSON.stringify(shares(row))));
    expect(leaves.size).toBe(2);
  });
});
