/** Class balancing as in the authors' code: what is added, of what, and that nothing else changes. */
import { expect, test } from 'vitest';
import { fitMedicine } from '../../../src/stages/medicine/fit.ts';
import { recombine } from '../../../src/stages/medicine/recombine.ts';
import { tempFolder } from '../../support/temp.ts';
import { referenceEngine } from './reference-engine.ts';
import { everything } from './support.ts';
import { paramsFor, synthetic } from './synthetic.ts';

/** Classes 0, 1 and 2 with five, two and one cases among ten. */
const labels = [0, 0, 0, 0, 0, 1, 1, 2, 0, 1];
const train = [0, 1, 2, 3, 4, 5, 6, 7];
const labelOf = (index: number) => labels[index] ?? -1;

test('every class gets as many cases as the largest, made of two of its own training cases', () => {
  const made = recombine(train, labelOf, everything, labels.length, 3);
  expect(made.train.slice(0, 8)).toEqual(train);
  const added = made.train.slice(8);
  expect(added).toEqual([10, 11, 12, 13, 14, 15, 16]);
  const sources = added.map((index) => everything.map((name) => made.sourceOf(index, name)));
  // Three of class 1, each of both its cases; four of class 2, which has but one.
  for (const own of sources.slice(0, 3)) expect([...new Set(own)].sort()).toEqual([5, 6]);
  for (const own of sources.slice(3)) expect(own).toEqual([7, 7, 7]);
  expect(everything.map((name) => made.sourceOf(4, name))).toEqual([4, 4, 4]);
});

test('the seed decides alone', () => {
  const sourcesOf = (seed: number) => {
    const many = Array.from({ length: 40 }, (_, i) => i);
    const made = recombine(many, (index) => Number(index >= 30), everything, 40, seed);
    return made.train.map((index) => everything.map((name) => made.sourceOf(index, name)));
  };
  expect(sourcesOf(1)).toEqual(sourcesOf(1));
  expect(sourcesOf(1)).not.toEqual(sourcesOf(2));
});

test('trains on the cases that were added, and scores the ones there are', async () => {
  const whole = synthetic({ cases: 48 });
  // One training case of class 2 is left.
  const [kept] = whole.split.train.filter((index) => whole.table.cases[index]?.label === 2);
  const part = whole.split.train.filter((index) => index === kept || whole.table.cases[index]?.label !== 2);
  const data = { ...whole, split: { ...whole.split, train: part } };
  const run = (change: object) => {
    const base = paramsFor();
    return fitMedicine(referenceEngine, { ...base, train: { ...base.train, epochs: 8, ...change } }, data, {
      workDir: tempFolder('recombine'),
      key: 'test',
      checkpointEvery: 60_000,
      progress: () => undefined,
    });
  };
  const plain = await run({});
  const balanced = await run({ class_balance: 'recombine' });
  expect(balanced.predictions.test.map(({ id }) => id)).toEqual(plain.predictions.test.map(({ id }) => id));
  const rare = (found: typeof plain) =>
    found.predictions.test
      .filter(({ truth }) => truth === 2)
      .reduce((sum, { probabilities }) => sum + (probabilities[2] ?? 0), 0);
  expect(rare(balanced)).toBeGreaterThan(rare(plain));
});
