/**
 * Every method of the catalog learns something: on a small simulated set with strong faults it is right more often than the
 * most frequent class. Those that are not say here why.
 */
import { expect, test } from 'vitest';
import { baselines } from '../../../src/catalog/baselines/index.ts';
import { tempFolder } from '../../support/temp.ts';
import { answersOf, planRecords } from './every-method.ts';

/** Method → why it cannot. */
const exceptions: Readonly<Record<string, string>> = {
  majority: 'it is the majority',
  stratified_random: 'it draws answers without looking at a case',
};

test('every method beats the majority, or is listed with its reason', { timeout: 300_000 }, async () => {
  const made = planRecords(
    tempFolder('beats'),
    'online_boutique, cases: 60, seed: 7, rate: 0.05, severity: 4, noise: 0.3',
    { quick: false, dataset: 'classes = ["cpu", "memory", "network"]' },
  );
  const { answers } = await answersOf(made);
  const right = (name: string) =>
    (answers[name] ?? []).filter(({ answer, truth }) => answer === truth).length;
  const known = baselines.map(({ name }) => name);
  expect(known.filter((name) => exceptions[name] === undefined && right(name) <= right('majority'))).toEqual(
    [],
  );
  expect(Object.keys(exceptions).filter((name) => !known.includes(name))).toEqual([]);
});
