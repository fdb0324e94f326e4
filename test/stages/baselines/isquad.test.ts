/** iSQUAD: what every metric did, as patterns; the t-test behind them is SciPy’s (`fixtures/make_t_test.py`). */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { shiftOf, spikeOf } from '../../../src/stages/baselines/isquad/patterns.ts';
import { criticalT, pooledT } from '../../../src/stages/baselines/learners/t-test.ts';
import { windowsBefore } from '../../../src/stages/baselines/series.ts';
import { randomBits, randomKey } from '../../../src/tensor/random.ts';
import { tempFolder } from '../../support/temp.ts';
import { ask, caseTable, labelOf, majority, samplesOf, split } from './support.ts';

const folder = tempFolder('isquad');
const windows = 20;
const noise = (...place: number[]) => randomBits(randomKey('noise', ...place), 0) * 2 ** -31 - 1;

describe('the t-test', () => {
  const recorded = JSON.parse(readFileSync(join(import.meta.dirname, 'fixtures', 't-test.json'), 'utf8')) as {
    readonly tests: readonly {
      readonly a: number[];
      readonly b: number[];
      readonly t: number;
      readonly p: number;
    }[];
    readonly critical: readonly {
      readonly significance: number;
      readonly freedom: number;
      readonly t: number;
    }[];
  };

  test('gives SciPy’s t and decides as its p does', () => {
    for (const { a, b, t, p } of recorded.tests) {
      expect(Math.abs(pooledT(a, b) - t) / (1 + Math.abs(t))).toBeLessThan(1e-9);
      for (const level of [0.05, 0.01])
        expect(Math.abs(pooledT(a, b)) > criticalT(level, a.length + b.length - 2)).toBe(p < level);
    }
  });

  test.each(recorded.critical)('level $significance, $freedom degrees of freedom', (one) => {
    expect(Math.abs(criticalT(one.significance, one.freedom) / one.t - 1)).toBeLessThan(1e-6);
  });
});

describe('patterns', () => {
  const critical = (freedom: number) => criticalT(0.05, freedom);
  const pre = Array.from({ length: 10 }, (_, i) => 0.2 * noise(1, i));
  const post = (value: (i: number) => number) =>
    Array.from({ length: 10 }, (_, i) => 0.2 * noise(2, i) + value(i));

  test('a shift is ±2, down where the mean rises: its sign is that of before less after', () => {
    expect(
      shiftOf(
        pre,
        post(() => 1),
        critical,
      ),
    ).toBe(-2);
    expect(
      shiftOf(
        pre,
        post(() => -1),
        critical,
      ),
    ).toBe(2);
    expect(
      shiftOf(
        pre,
        post(() => 0),
        critical,
      ),
    ).toBe(0);
  });

  test('a spike is ±1 where half of the windows stand out', () => {
    expect(
      spikeOf(
        pre,
        post((i) => (i < 5 ? 50 : 0)),
        0.5,
      ),
    ).toBe(1);
    expect(
      spikeOf(
        pre,
        post((i) => (i < 5 ? -50 : 0)),
        0.5,
      ),
    ).toBe(-1);
    expect(
      spikeOf(
        pre,
        post((i) => (i < 4 ? 50 : 0)),
        0.5,
      ),
    ).toBe(0);
    // Up and down cancel each other: the mean stays, and so does the sum.
    expect(
      spikeOf(
        pre,
        post((i) => (i < 6 ? (i % 2 ? 50 : -50) : 0)),
        0.5,
      ),
    ).toBe(0);
  });

  test('flat or missing series have none', () => {
    expect([shiftOf([0, 0], [0, 0], critical), spikeOf([0, 0], [0, 0], 0.5)]).toEqual([0, 0]);
    expect([shiftOf([], [1, 2], critical), spikeOf([], [], 0.5)]).toEqual([0, 0]);
    expect(shiftOf([1], [9], critical)).toBe(0);
  });
});

/** A spike of one KPI with a shift of the other, the reverse, and a shift of both: what stands out is the same, its form is not. */
function story(index: number, _instance: number, kpi: number, window: number): number {
  const late = window - windows / 2;
  const quiet = noise(index, kpi, window);
  if (late < 0) return quiet;
  // Seven windows up and three down: enough stand out upwards, and the mean stays.
  const spike = late < 7 ? 30 : -70;
  const [cpu, memory] = [
    [spike, 4],
    [4, spike],
    [-4, -4],
  ][labelOf(index)] as [number, number];
  return quiet + (kpi === 0 ? cpu : kpi === 1 ? memory : 0);
}

/** A case of that class. */
const caseOf = (label: number) => [0, 3, 4][label] as number;

const telemetry = (value: Parameters<typeof samplesOf>[3]) => ({
  cases: (out: { json(name: string, value: unknown): void }) => out.json('cases', caseTable(windows)),
  samples: samplesOf(['shop-0', 'shop-1'], ['cpu', 'memory', 'disk'], windows, value),
});

describe.each(['topic', 'none'])('clusters = %s', (clusters) => {
  test('spikes and shifts of metrics tell the failure', async () => {
    const { right, notices } = await ask('isquad', join(folder, `story-${clusters}`), telemetry(story), {
      clusters,
    });
    expect(right).toBeGreaterThanOrEqual(0.95);
    expect(notices).toEqual([]);
  });

  test('metrics that carry nothing: near the majority', async () => {
    const { right } = await ask('isquad', join(folder, `noise-${clusters}`), telemetry(noise), { clusters });
    expect(right).toBeGreaterThan(0.3);
    expect(right).toBeLessThan(0.8);
  });
});

test('the windows before the failure are those of the training cases, unless they are given', () => {
  const made = caseTable(8);
  const early = {
    ...made,
    cases: made.cases.map((row, i) => ({
      ...row,
      injected: row.start + (split.test.includes(i) ? 6 : 2.5) * 60_000,
    })),
  };
  const train = split.train.map((index) => ({ index, label: labelOf(index) }));
  expect(windowsBefore(early, train)).toBe(2);
  expect(windowsBefore(early, train, 5)).toBe(5);
  expect(windowsBefore(early, train, 99)).toBe(7);
  expect(windowsBefore({ ...early, timeless: true }, train)).toBe(4);
});

test('corrupted samples take the place of a test case’s own', async () => {
  const corrupted = samplesOf(['shop-0', 'shop-1'], ['cpu', 'memory', 'disk'], windows, (index, ...place) =>
    split.test.includes(index) ? story(caseOf((labelOf(index) + 1) % 3), ...place) : undefined,
  );
  const { tested } = await ask('isquad', join(folder, 'poor'), {
    ...telemetry(story),
    poor_samples: async (out) => {
      await corrupted(out);
      out.json('corruption', { cases: split.test });
    },
  });
  expect(tested.every(({ answer, truth }) => answer === (truth + 1) % 3)).toBe(true);
});

test('a type that recurs at other instances is found by counts of patterns, not instance by instance', async () => {
  const pods = Array.from({ length: 7 }, (_, i) => `shop-${i}`);
  // Test cases fail at a pod where no training case did.
  const failing = (index: number) => (split.test.includes(index) ? 6 : index % 6);
  const samples = samplesOf(pods, ['cpu', 'memory', 'disk'], windows, (index, instance, kpi, window) =>
    instance === failing(index) ? story(index, instance, kpi, window) : noise(index, instance, kpi, window),
  );
  const right = async (compare: string) =>
    (await ask('isquad', join(folder, compare), { ...telemetry(story), samples }, { compare })).right;
  expect(await right('any')).toBeGreaterThan(0.85);
  expect(await right('each')).toBeLessThan(0.75);
});

test('metrics that never move, or are not there, are no evidence: the majority, and a notice says so', async () => {
  const flat = await ask(
    'isquad',
    join(folder, 'flat'),
    telemetry(() => 5),
  );
  expect(flat.right).toBe(majority);
  expect(flat.notices).toEqual([expect.stringContaining('20 of 20 test cases')]);
  const gone = new Set(split.test.slice(0, 4));
  const some = await ask(
    'isquad',
    join(folder, 'gone'),
    telemetry((index, ...place) => (gone.has(index) ? undefined : story(index, ...place))),
  );
  expect(some.notices).toEqual([expect.stringContaining('4 of 20 test cases')]);
});
