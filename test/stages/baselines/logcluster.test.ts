/** LogCluster: where failures have stories of lines of their own it wins, where lines say nothing it answers the majority. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { agglomerate, type Linkage } from '../../../src/stages/baselines/learners/linkage.ts';
import { tempFolder } from '../../support/temp.ts';
import { ask, classes, countsOf, labelOf, majority, split } from './support.ts';

const folder = tempFolder('logcluster');

interface Recorded {
  readonly vectors: readonly (readonly number[])[];
  readonly method: Linkage;
  readonly cut: number;
  readonly clusters: readonly number[];
}

const recorded = JSON.parse(
  readFileSync(join(import.meta.dirname, 'fixtures', 'linkage.json'), 'utf8'),
) as readonly Recorded[];

const dot = (a: readonly number[] = [], b: readonly number[] = []) =>
  a.reduce((sum, value, i) => sum + value * (b[i] ?? 0), 0);

test.each(recorded.map((one) => [one.vectors.length, one.method, one.cut, one] as const))(
  '%i vectors, %s linkage cut at %d: the clusters of SciPy and scikit-learn',
  (_, method, cut, { vectors, clusters }) => {
    const distance = (i: number, j: number) =>
      1 - dot(vectors[i], vectors[j]) / Math.sqrt(dot(vectors[i], vectors[i]) * dot(vectors[j], vectors[j]));
    expect([...agglomerate(vectors.length, distance, method, cut)]).toEqual(clusters);
  },
);

test('no row, one row, and rows exactly at the cut', () => {
  expect([...agglomerate(0, () => 0, 'complete', 1)]).toEqual([]);
  expect([...agglomerate(1, () => 0, 'complete', 1)]).toEqual([0]);
  expect([...agglomerate(2, () => 0.3, 'complete', 0.3)]).toEqual([0, 0]);
  expect([...agglomerate(2, () => 0.31, 'complete', 0.3)]).toEqual([0, 1]);
});

const templates = [
  'GET <:*:>',
  'throttled',
  'slow reply',
  'heap <:*:>',
  'gc pause',
  'reset by peer',
  'retry',
];

/** Noise that knows nothing of the case. */
const noise = (index: number, k: number) => Math.round(6 * Math.abs(Math.sin(12.9898 * (index * 7 + k))));

/** Requests all the time; from the middle on two lines of the class, and here and there one of another. */
const stories = countsOf(templates, (index, window) => {
  const own = 1 + 2 * labelOf(index);
  return templates.map((_, t) => {
    if (t === 0) return 20 + noise(index, window);
    if (window < 2) return 0;
    return t === own || t === own + 1 ? 4 + noise(index, t) : noise(index, t) === 6 ? 1 : 0;
  });
});

test.each(['code', 'paper'])('tells failures by their stories of lines (weighting %s)', async (weighting) => {
  const { right, notices } = await ask(
    'logcluster',
    join(folder, weighting),
    { drain: stories },
    { weighting },
  );
  expect(right).toBeGreaterThanOrEqual(0.9);
  expect(notices).toEqual([]);
});

test('lines of every case alike carry nothing: the majority, and it says so', async () => {
  const drain = countsOf(['GET <:*:>', 'PUT <:*:>'], () => [20, 3]);
  const { right, answers, notices } = await ask('logcluster', join(folder, 'alike'), { drain });
  expect(right).toBe(majority);
  expect(new Set(answers)).toEqual(new Set([0]));
  expect(notices).toEqual([expect.stringMatching(/^MED3740 .*20/)]);
});

test('lines that know nothing of the failure: near the majority or below, never better than chance allows', async () => {
  const drain = countsOf(templates, (index, window) => templates.map((_, t) => noise(3 * index + t, window)));
  const { right } = await ask('logcluster', join(folder, 'noise'), { drain });
  expect(right).toBeGreaterThan(0.3);
  expect(right).toBeLessThan(0.8);
});

test('a case with templates that training never had answers by class frequency', async () => {
  const tested = new Set(split.test);
  const drain = countsOf([...templates, 'unseen'], (index, window) => {
    if (tested.has(index)) return [0, 0, 0, 0, 0, 0, 0, 3];
    return window > 1 ? [0, 0, 0, 0, 0, 0, 0, 0].map((_, t) => (t === 1 + 2 * labelOf(index) ? 3 : 0)) : [];
  });
  const { tested: found } = await ask('logcluster', join(folder, 'unseen'), { drain });
  for (const { probabilities } of found)
    expect(probabilities.map((p) => p.toFixed(3))).toEqual(
      classes.map((_, k) => [0.6, 0.2, 0.2][k]?.toFixed(3)),
    );
});
