/**
 * No prediction of any method of the catalog may come from what nobody knows when a failure is to be diagnosed: its type, its
 * root cause, when it was injected, or which other cases are asked for. A new method is covered once it is registered.
 */
import { describe, expect, test } from 'vitest';
import type { CaseRow, Split } from '../../../src/stages/contracts.ts';
import type { SetFiles } from '../../support/alerts.ts';
import { tempFolder } from '../../support/temp.ts';
import {
  type Answers,
  answersAfter,
  answersOf,
  type Change,
  type Made,
  methodsOf,
  planEvents,
  planRecords,
} from './every-method.ts';

const day = 86_400_000;

/** 36 failures of three types; metric, log and trace events each tell some of it. */
function alertFiles(): SetFiles {
  const keys = Array.from({ length: 36 }, (_, i) => i);
  const types = ['leak', 'crash', 'delay'];
  const json = (of: (i: number) => unknown) =>
    JSON.stringify(Object.fromEntries(keys.map((i) => [i, of(i)])));
  const shop = (i: number) => `shop-${i % 4}`;
  return {
    'label.csv': [
      'index,instance,anomaly_type,data_type',
      ...keys.map((i) => `${i},${shop(i)},${types[i % 3]},${i < 24 ? 'train' : 'test'}`),
    ].join('\n'),
    'metrics.json': json((i) => [
      [shop(i), ['memory', 'cpu', 'net'][i % 3], 'up'],
      ['db-0', 'disk', i % 4 < 2 ? 'up' : 'down'],
    ]),
    'logs.json': json((i) => [
      [shop(i), String(i % 5)],
      ['db-0', i % 3 === 1 ? '7' : '8'],
    ]),
    'traces.json': json((i) =>
      i % 3 === 0 ? [] : [['gate-0', shop(i), '/buy', i % 3 === 1 ? '500' : 'PD']],
    ),
    'nodes.json': json((i) => ['gate-0', shop(i), 'db-0']),
    'edges.json': json(() => [
      [0, 1],
      [1, 2],
    ]),
  };
}

/** Everything that a table says of a test case, but its windows. */
const scrambled = (row: CaseRow, i: number, classes: number): CaseRow => ({
  ...row,
  id: `case ${997 * i}`,
  label: (row.label + 1 + (i % (classes - 1))) % classes,
  service: `other-${i % 5}`,
  instance: `other-${i % 5}-0`,
  injected: row.injected + (i % 7) * 60_000,
  day: '1999-01-01',
  group: 1000 + i,
});

const changes: readonly Change[] = [
  {
    name: 'labels, root causes, injection times and names of test cases',
    cases: (table, { test }) => {
      const { length } = table.classes;
      const tested = new Set(test);
      return {
        ...table,
        cases: table.cases.map((row, i) => (tested.has(i) ? scrambled(row, i, length) : row)),
      };
    },
  },
  {
    name: 'when test cases happened, their telemetry with them, and every second of them asked for',
    cases: (table, { test }) => ({
      ...table,
      cases: table.cases.map((row, i) => {
        const by = test.includes(i) ? shiftOf(i) : 0;
        return { ...row, injected: row.injected + by, start: row.start + by, end: row.end + by };
      }),
    }),
    split: (known) => ({ ...known, test: known.test.filter((_, k) => k % 2 === 0) }),
    shift: (index, { test }) => (test.includes(index) ? shiftOf(index) : 0),
  },
];
const shiftOf = (index: number) => (100 + (index % 3)) * day + index * 3_600_000;

/** By method: answers and probabilities of the wanted places of the test cases. */
const said = (answers: Answers, wanted: (place: number) => boolean = () => true) =>
  Object.fromEntries(
    Object.entries(answers).map(([name, test]) => [
      name,
      test.flatMap(({ answer, probabilities }, place) => (wanted(place) ? [[answer, probabilities]] : [])),
    ]),
  );

async function check(made: Made): Promise<void> {
  const before = (await answersOf(made)).answers;
  for (const { name } of methodsOf(made.source)) expect(Object.keys(before), name).toContain(name);
  for (const change of changes) {
    const after = await answersAfter(made, change);
    const kept = change.split ? (place: number) => place % 2 === 0 : () => true;
    for (const name of Object.keys(before))
      expect(said(after)[name], `${name}: ${change.name}`).toEqual(said(before, kept)[name]);
  }
}

describe('no prediction of any method changes with', () => {
  test('what nobody knows of a failure, over records', { timeout: 300_000 }, () =>
    check(
      planRecords(
        tempFolder('leaks'),
        'online_boutique, cases: 24, seed: 5, rate: 0.05, before: 4m, after: 4m',
        {
          quick: true,
          dataset: 'case = 4m before .. 4m after',
        },
      ),
    ),
  );

  test('what nobody knows of a failure, over extracted events', { timeout: 300_000 }, async () =>
    check(await planEvents(tempFolder('leaks'), alertFiles(), true)),
  );
});

test('and a method that read a label would be found', async () => {
  const made = await planEvents(tempFolder('leaks'), alertFiles(), true);
  const before = (await answersOf(made)).answers;
  // Labels of training cases are read by every method that learns: this is what such a change looks like.
  const learnt: Change = {
    name: 'labels of training cases',
    cases: (table, { train }: Split) => ({
      ...table,
      cases: table.cases.map((row, i) =>
        train.includes(i) ? { ...row, label: (row.label + 1) % table.classes.length } : row,
      ),
    }),
  };
  const after = await answersAfter(made, learnt);
  const changed = Object.keys(before).filter(
    (name) => JSON.stringify(said(before)[name]) !== JSON.stringify(said(after)[name]),
  );
  // Types are equally frequent before and after: what looks at their frequencies alone answers the same.
  const learns = methodsOf('events').filter(({ reads }) => reads.length > 0);
  expect(changed.sort()).toEqual(learns.map(({ name }) => name).sort());
});
