import { expect, test } from 'vitest';
import { fluctuationWeights } from '../../src/data/fluctuation.ts';

test('weights follow equations 1 to 3: a template that jumps outweighs a steady one', () => {
  // Template 0: 4 4 4; template 1: 1 8 8 (c′ = 0, 3, 0); template 2: 2 4 2 (c′ = 0, 1, 1).
  const w = fluctuationWeights([4, 4, 4, 1, 8, 8, 2, 4, 2], 3, 3, { log: 'log2', epsilon: 0, first: 'zero' });
  // w = max − mean: 0, 3 − 1 = 2, 1 − 2/3 = 1/3.
  expect(w[0]).toBe(0);
  expect(w[1]).toBeCloseTo(2 / (2 + 1 / 3), 12);
  expect(w[2]).toBeCloseTo(1 / 3 / (2 + 1 / 3), 12);
});

test('natural logarithm gives the same weights; dropping the first window changes the mean', () => {
  const counts = [1, 8, 8, 2, 4, 2];
  const two = fluctuationWeights(counts, 2, 3, { log: 'log2', epsilon: 1e-5, first: 'zero' });
  const ln = fluctuationWeights(counts, 2, 3, { log: 'ln', epsilon: 1e-5, first: 'zero' });
  expect(ln[0]).toBeCloseTo(two[0] as number, 12);
  const drop = fluctuationWeights(counts, 2, 3, { log: 'ln', epsilon: 1e-5, first: 'drop' });
  // Template 1 changes by the same factor both times: max = mean, so it carries no weight.
  expect([...drop]).toEqual([1, 0]);
});

test('0/0 is defined: all steady → equal weights of those that occur; nothing at all → 0', () => {
  expect([...fluctuationWeights([3, 3, 0, 0, 5, 5], 3, 2)]).toEqual([0.5, 0, 0.5]);
  expect([...fluctuationWeights([0, 0, 0, 0], 2, 2)]).toEqual([0, 0]);
  expect([...fluctuationWeights([7], 1, 1)]).toEqual([1]);
});
