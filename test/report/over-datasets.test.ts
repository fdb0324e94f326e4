/** The picture of mean ranks over datasets, and when there is one. */
import { expect, test } from 'vitest';
import { ranksMarkdown, ranksOver, renderRanks } from '../../src/report/over-datasets.ts';

import { recordOf, tablesOfRecord } from './support.ts';

const over = (datasets: readonly string[]) => {
  const record = recordOf();
  const [experiment] = record.experiments;
  return tablesOfRecord({
    ...record,
    experiments: datasets.map((data) => ({ ...experiment!, name: data, data })),
  });
};

test('rows over four datasets: best first, bars join what cannot be told apart', () => {
  const ranks = ranksOver(over(['d1', 'd2', 'd3', 'nezha']));
  expect(ranks?.methods.map(({ name, rank }) => [name, rank])).toEqual([
    ['full', 1],
    ['full mao.alpha=0.3', 2],
    ['no_mao', 3],
    ['majority', 4],
  ]);
  // The critical difference is 2.569 · √(4 · 5 / 24) = 2.35: three places are told apart, two are not.
  expect(renderRanks(ranks!, { width: 60, color: false }).slice(-4)).toEqual([
    '  1.00  full               ┃',
    '  2.00  full mao.alpha=0.3 ┃ ┃',
    '  3.00  no_mao             ┃ ┃',
    '  4.00  majority             ┃',
  ]);
  expect(ranksMarkdown(ranks!)).toContain('| `no_mao` | 3.00 | a b |');
  for (const width of [24, 40, 80])
    for (const line of renderRanks(ranks!, { width, color: false }))
      expect(line.length).toBeLessThanOrEqual(Math.max(width, 14));
});

test('two datasets, or the same one twice, have no picture', () => {
  expect(ranksOver(over(['d1', 'd2']))).toBeUndefined();
  expect(ranksOver(over(['d1', 'd1', 'd1', 'd1']))).toBeUndefined();
});
