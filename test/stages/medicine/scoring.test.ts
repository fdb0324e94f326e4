import { expect, test } from 'vitest';
import type { CaseTable } from '../../../src/stages/contracts.ts';
import {
  accuracy,
  classWeights,
  crossEntropy,
  predictionsOf,
  probabilitiesOf,
} from '../../../src/stages/medicine/scoring.ts';

const logits = { classes: 2, data: Float32Array.from([0, 0, Math.log(3), 0, 0, 200]) };

test('probabilities are the softmax of the logits and survive large ones', () => {
  expect(probabilitiesOf(logits, 0)).toEqual([0.5, 0.5]);
  expect(probabilitiesOf(logits, 1)[0]).toBeCloseTo(0.75, 6);
  expect(probabilitiesOf(logits, 2)[1]).toBe(1);
});

test('cross entropy is the weighted mean of −log p of the label', () => {
  const [a, b] = [Math.log(2), -Math.log(0.25)];
  expect(crossEntropy(logits, [0, 1], () => 1)).toBeCloseTo((a + b) / 2, 6);
  expect(crossEntropy(logits, [0, 1], (label) => (label === 0 ? 1 : 3))).toBeCloseTo((a + 3 * b) / 4, 6);
});

test('the answer is the first of the most probable classes', () => {
  const row = { injected: 0, start: 0, end: 1, service: 's', instance: 'i', day: 'd', group: 0 };
  const table: CaseTable = {
    simulated: false,
    classes: ['cpu', 'network'],
    windows: 1,
    windowMs: 60_000,
    cases: [
      { ...row, id: 'a', label: 1 },
      { ...row, id: 'b', label: 0 },
    ],
    refused: [],
  };
  const [first, second] = predictionsOf(table, [1, 0], logits);
  expect(first).toEqual({ id: 'b', truth: 0, answer: 0, probabilities: [0.5, 0.5] });
  expect(second).toMatchObject({ id: 'a', truth: 1, answer: 0 });
  expect(accuracy(logits, [0, 1, 1])).toBeCloseTo(2 / 3, 12);
});

test('balanced weights make every class present in training count the same', () => {
  expect(classWeights('balanced', [0, 0, 0, 2], 3)).toEqual([4 / 6, 1, 2]);
  expect(classWeights('none', [0, 0, 0, 2], 3)).toEqual([1, 1, 1]);
});
