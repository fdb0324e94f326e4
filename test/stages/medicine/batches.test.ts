import { expect, test } from 'vitest';
import { batchesOf, batchSizes, gather, shuffled } from '../../../src/stages/medicine/batches.ts';

const cases = Array.from({ length: 76 }, (_, i) => i + 100);

test('an epoch visits every case once, in an order that seed and epoch decide', () => {
  const order = shuffled(cases, 3, 1);
  expect([...order].sort((a, b) => a - b)).toEqual(cases);
  expect(shuffled(cases, 3, 1)).toEqual(order);
  expect(shuffled(cases, 3, 2)).not.toEqual(order);
  expect(shuffled(cases, 4, 1)).not.toEqual(order);
});

test('no place favours a case: first places are spread evenly over many epochs', () => {
  const firsts = new Map<number, number>();
  for (let epoch = 0; epoch < 4000; epoch += 1) {
    const first = shuffled([0, 1, 2, 3], 7, epoch)[0]!;
    firsts.set(first, (firsts.get(first) ?? 0) + 1);
  }
  // 1000 expected each; six standard deviations are 164.
  for (const count of firsts.values()) expect(Math.abs(count - 1000)).toBeLessThan(164);
});

test('batches keep the order and the smaller last one', () => {
  const batches = batchesOf(cases, 32);
  expect(batches.map((batch) => batch.length)).toEqual([32, 32, 12]);
  expect(batches.flat()).toEqual(cases);
  expect(batchSizes(76, 32)).toEqual([32, 12]);
  expect(batchSizes(64, 32)).toEqual([32]);
  expect(batchSizes(9, 32)).toEqual([9]);
});

test('gathering copies whole rows and clears the places that stay empty', () => {
  const source = Float32Array.from([0, 1, 10, 11, 20, 21]);
  const target = new Float32Array(6).fill(9);
  gather(target, source, 2, [2, 0]);
  expect([...target]).toEqual([20, 21, 0, 1, 0, 0]);
});
