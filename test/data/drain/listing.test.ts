import { expect, test } from 'vitest';
import { createDrain, type DrainOptions } from '../../../src/data/drain/drain.ts';
import { diffTemplates, treeRows, treeText } from '../../../src/data/drain/listing.ts';
import { randomFrom } from './reference.ts';

const options: DrainOptions = {
  similarity: 0.5,
  depth: 4,
  children: 100,
  clusters: 1024,
  delimiters: '_',
  masks: [],
};
const learnt = ['user 7 logged in', 'user 8 logged in', 'disk full', 'disk is full now', 'user eve left now'];

function treeOf(lines: readonly string[], settings = options) {
  const drain = createDrain(settings);
  for (const line of lines) drain.fit(line);
  return drain;
}

test('the tree as text: nodes and clusters, in an order of their own', () => {
  expect(treeText(treeOf(learnt).save())).toBe(
    [
      'path\tid\tlines\ttemplate',
      '2\t-\t1',
      '2 / disk\t-\t1',
      '2 / disk\t2\t1\tdisk full',
      '4\t-\t4',
      '4 / disk\t-\t1',
      '4 / disk\t3\t1\tdisk is full now',
      '4 / user\t-\t3',
      '4 / user\t1\t2\tuser <:*:> logged in',
      '4 / user\t4\t1\tuser eve left now',
      '',
    ].join('\n'),
  );
});

test('the same lines in another order give the same rows but for the numbers', () => {
  const rows = (lines: readonly string[]) => treeRows(treeOf(lines).save()).map(({ id, ...row }) => row);
  expect(rows([...learnt].reverse())).toEqual(rows(learnt));
});

test('what changed between two trees: gained, lost, more or less generalised', () => {
  const before = ['user <:*:> in', 'disk full', 'a b c', 'gone for ever'];
  const after = ['disk full', 'user eve in', 'a <:*:> c', 'entirely new here now'];
  expect(diffTemplates(before, after)).toEqual({
    same: 1,
    gained: ['entirely new here now'],
    lost: ['gone for ever'],
    changed: [
      { from: 'a b c', to: 'a <:*:> c' },
      { from: 'user <:*:> in', to: 'user eve in' },
    ],
  });
});

test('a fitted tree is fixed: matching, in any order, changes no template, no count and no earlier answer', () => {
  const random = randomFrom(4);
  const word = (): string =>
    ['get', 'put', 'user', 'order', 'ok', `n${Math.floor(random() * 40)}`, ''][Math.floor(random() * 7)]!;
  const lines = Array.from({ length: 1500 }, () => Array.from({ length: 5 }, word).join(' '));
  for (const settings of [options, { ...options, clusters: 12 }, { ...options, depth: 3, similarity: 0.3 }]) {
    const drain = treeOf(lines.slice(0, 700), settings);
    const saved = JSON.stringify(drain.save());
    const answers = lines.map((line) => drain.match(line));
    const templates = drain.templates();
    const order = lines.map((_, i) => i).sort(() => random() - 0.5);
    expect(order.map((i) => drain.match(lines[i]!))).toEqual(order.map((i) => answers[i]));
    expect(JSON.stringify(drain.save())).toBe(saved);
    expect(drain.templates()).toEqual(templates);
  }
});
