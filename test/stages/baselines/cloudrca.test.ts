/** CloudRCA: KPIs and lines together tell the failure; where nothing is out of the ordinary it answers the majority. */
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { FeatureAxes } from '../../../src/stages/contracts.ts';
import { tempFolder } from '../../support/temp.ts';
import { type Artefact, ask, cases, countsOf, labelOf, majority, split, windows } from './support.ts';

const folder = tempFolder('cloudrca');
const kpis = ['cpu', 'memory', 'requests'];
const instances = ['cart', 'front'];

/** Noise that knows nothing of the case. */
const noise = (index: number, k: number) => Math.sin(12.9898 * (index * 131 + k));

/** Standardised means per window: noise, and what `push` adds. */
function metricOf(
  push: (index: number, instance: number, window: number, kpi: number) => number,
  recorded: (index: number) => boolean = () => true,
): Artefact {
  const shape = [cases, instances.length, windows, kpis.length] as const;
  const size = shape.reduce((a, b) => a * b, 1);
  return (out) => {
    const data = Float32Array.from({ length: size }, (_, at) => {
      const kpi = at % kpis.length;
      const window = Math.floor(at / kpis.length) % windows;
      const instance = Math.floor(at / (kpis.length * windows)) % instances.length;
      const index = Math.floor(at / (kpis.length * windows * instances.length));
      return recorded(index) ? 0.5 * noise(index, at) + push(index, instance, window, kpi) : 0;
    });
    out.array('x', { shape, data });
    const coverage = Array.from({ length: cases }, (_, index) => (recorded(index) ? windows : 0));
    out.json('axes', { modality: 'metric', instances, kpis, coverage } satisfies FeatureAxes);
  };
}

const quiet = countsOf(['GET cart <:*:>', 'PUT item <:*:>'], () => [20, 4]);
const isLate = (window: number) => window >= windows / 2;

test('a KPI tells some failures, the lines the others', async () => {
  // Processor and leak look alike in KPIs, leak and network in lines: only both together tell all three.
  const metric = metricOf((index, instance, window, kpi) =>
    isLate(window) && labelOf(index) < 2 && kpi === 0 && instance === index % 2 ? 9 : 0,
  );
  const drain = countsOf(['GET cart <:*:>', 'heap is full', 'heap grew to <:*:>'], (index, window) => [
    20,
    labelOf(index) > 0 && isLate(window) ? 3 : 0,
    0,
  ]);
  const both = await ask('cloudrca', join(folder, 'both'), { metric, drain });
  expect(both.right).toBe(1);
  expect(both.notices).toEqual([]);
  expect((await ask('cloudrca', join(folder, 'metric'), { metric, drain: quiet })).right).toBeLessThan(0.9);
  expect(
    (await ask('cloudrca', join(folder, 'log'), { metric: metricOf(() => 0), drain })).right,
  ).toBeLessThan(0.9);
});

test('up is another state than down', async () => {
  const metric = metricOf((index, _, window, kpi) =>
    isLate(window) && kpi === 1 ? ([0, 9, -9][labelOf(index)] ?? 0) : 0,
  );
  expect((await ask('cloudrca', join(folder, 'sign'), { metric, drain: quiet })).right).toBe(1);
});

test('lines that were there before say nothing, and templates of alike words are one pattern', async () => {
  const texts = [
    'request to cart failed <:*:>',
    'request to cart failed <:*:> <:*:>',
    'peer <:*:> has gone away',
  ];
  const steady = countsOf(texts, (index) => [labelOf(index) === 0 ? 5 : 0, 0, 0]);
  expect(
    (await ask('cloudrca', join(folder, 'steady'), { metric: metricOf(() => 0), drain: steady })).right,
  ).toBe(majority);
  // Every training case has the one spelling, every test case the other.
  const tested = new Set(split.test);
  const spelt = countsOf(texts, (index, window) => {
    const n = labelOf(index) > 0 && isLate(window) ? 5 : 0;
    // The other spelling is known from training, but from a case in which it tells nothing.
    const other = index === 0 ? 1 : 0;
    const kind = labelOf(index) === 1 ? n : 0;
    return tested.has(index) ? [0, kind, n - kind] : [kind, other, n - kind];
  });
  const { right } = await ask('cloudrca', join(folder, 'spelt'), { metric: metricOf(() => 0), drain: spelt });
  expect(right).toBe(1);
});

test('noise alone: near the majority', async () => {
  const metric = metricOf((index, instance, window, kpi) =>
    isLate(window) && noise(index, 7 * kpi + instance) > 0.8 ? 5 : 0,
  );
  const { right } = await ask('cloudrca', join(folder, 'noise'), { metric, drain: quiet });
  expect(right).toBeGreaterThan(0.3);
  expect(right).toBeLessThan(0.8);
});

test('nothing recorded of the test cases: class frequencies, and it says so', async () => {
  const tested = new Set(split.test);
  const metric = metricOf(
    (index, _, window, kpi) => (isLate(window) && kpi === labelOf(index) ? 9 : 0),
    (index) => !tested.has(index),
  );
  const drain = countsOf(['GET cart <:*:>'], (index) => [tested.has(index) ? 0 : 20]);
  const found = await ask('cloudrca', join(folder, 'none'), { metric, drain });
  expect(found.right).toBe(majority);
  expect(found.notices).toEqual([expect.stringMatching(/^MED3740 .*20/)]);
});
