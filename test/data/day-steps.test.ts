/** Steps of the authors' features (METHOD 5) on series small enough to work out by hand. */
import { describe, expect, test } from 'vitest';
import type { Batch, Records } from '../../src/data/features/series.ts';
import { applySteps } from '../../src/data/features/steps.ts';
import { splitCases } from '../../src/data/split.ts';
import { MedxError } from '../../src/diagnostics/diagnostic.ts';
import type { Step } from '../../src/stages/contracts.ts';

/** [case, series, window, value] of two series in four cases of two windows. */
type Row = readonly [number, number, number, number];

function recordsOf(rows: readonly Row[], ordered = true): Records {
  const column = (at: 0 | 1 | 2) => Int32Array.from(rows, (row) => row[at]);
  return {
    level: 'records',
    cases: 4,
    series: 2,
    windows: 2,
    ordered,
    read: async (each) => {
      const batch: Batch = {
        count: rows.length,
        caseOf: column(0),
        seriesOf: column(1),
        windowOf: column(2),
        value: Float64Array.from(rows, (row) => row[3]),
      };
      each(batch);
    },
  };
}

/** Two days, of which the second begins earlier in the table; within a day the table is not in order of time. */
const rows = [
  { day: '2026-01-02', start: 400 },
  { day: '2026-01-01', start: 200 },
  { day: '2026-01-02', start: 300 },
  { day: '2026-01-01', start: 100 },
];
const all = [true, true, true, true];
const step = (op: string, args: Step['args'] = {}): Step => ({ op, args });

const apply = (
  records: Records,
  steps: readonly Step[],
  cases = all,
  modality: 'metric' | 'trace' = 'metric',
) => applySteps(records, steps, { cases, rows }, modality);

describe('standardize(per: day)', () => {
  const records = recordsOf([
    [0, 0, 0, 10],
    [1, 0, 0, 1],
    [2, 0, 0, 14],
    [3, 0, 0, 3],
  ]);

  test('takes mean and deviation from the cases of a day alone', async () => {
    const { windows } = await apply(records, [step('standardize', { per: 'day' }), step('window_mean')]);
    // 10 and 14 on the one day, 1 and 3 on the other: −1 and 1 on both.
    expect([0, 1, 2, 3].map((c) => windows.value[c * 4])).toEqual([-1, -1, 1, 1]);
    const { windows: over } = await apply(records, [step('standardize'), step('window_mean')]);
    expect(over.value[0]).toBeCloseTo((10 - 7) / Math.sqrt((9 + 36 + 49 + 16) / 4), 12);
  });

  test('does the same with windows as with records where each window has one', async () => {
    const { windows } = await apply(records, [step('window_mean'), step('standardize', { per: 'day' })]);
    expect([0, 1, 2, 3].map((c) => windows.value[c * 4])).toEqual([-1, -1, 1, 1]);
  });

  test('names the day of which nothing is fitted, and how to mend it', async () => {
    const only = [true, false, true, false];
    const failed = apply(records, [step('standardize', { per: 'day' }), step('window_mean')], only);
    await expect(failed).rejects.toThrow(MedxError);
    await expect(failed).rejects.toThrow(/2026-01-01.*fit = all/);
  });

  test('gives a single case no features of its own', async () => {
    const scalings = [{ mean: [0, 0], factor: [1, 1] }];
    const steps = [step('standardize', { per: 'day' }), step('window_mean')];
    await expect(applySteps(records, steps, { scalings }, 'metric')).rejects.toThrow(/single case/);
  });
});

/** Already in standard deviations. */
const spans = recordsOf(
  [
    [0, 0, 0, 4],
    [0, 0, 1, 8],
    [0, 0, 1, -6],
    [0, 1, 0, 2],
    [1, 0, 0, 5],
    [2, 0, 0, 1],
    [3, 1, 0, 7],
  ],
  false,
);

describe('three_sigma(per: case)', () => {
  test('gives one window with the mean of what lies beyond the threshold anywhere in the case', async () => {
    const one = await apply(spans, [step('three_sigma', { per: 'case' })], all, 'trace');
    expect(one.windows.windows).toBe(1);
    // Case 0: (4 + 8) / 2 of the first link.
    expect([...one.windows.value]).toEqual([6, 0, 5, 0, 0, 0, 0, 7]);
    const two = await apply(spans, [step('three_sigma', { per: 'case', sides: 'two' })], all, 'trace');
    expect(two.windows.value[0]).toBe(6);
    expect([...(two.windows.anomalies ?? [])].slice(0, 2)).toEqual([3, 0]);
  });
});

describe('weigh(over: day)', () => {
  const steps = [step('three_sigma', { per: 'case' }), step('weigh', { over: 'day', log: 'ln', epsilon: 1 })];

  test('weighs links by how their counts change from case to case of the day, in order of time', async () => {
    const { windows } = await apply(spans, steps, all, 'trace');
    // Day 1 (cases 3, 1): counts 0→1 of the first link, 1→0 of the second: both change by ln 2, so half and half.
    expect(windows.value[2 * 1]).toBeCloseTo(5 / 2, 12);
    expect(windows.value[2 * 3 + 1]).toBeCloseTo(7 / 2, 12);
    // Day 2 (cases 2, 0): the first link alone changes.
    expect(windows.value[0]).toBeCloseTo(6, 12);
  });

  test('counts only cases that are fitted on', async () => {
    const { windows } = await apply(spans, steps, [true, true, true, false], 'trace');
    // Of day 1 one case is left: nothing changes, so the link that occurs has all the weight.
    expect(windows.value[2 * 1]).toBeCloseTo(5, 12);
    expect(windows.value[2 * 3 + 1]).toBe(0);
  });
});

describe('random(…)', () => {
  const cases = Array.from({ length: 50 }, (_, i) => ({
    label: Number(i >= 40),
    group: i,
    id: String(i),
    service: 's',
    instance: 's-0',
    day: 'd',
    start: i,
    end: i + 1,
  }));
  const shares = { train: 0.64, valid: 0.16, test: 0.2, groups: 'apart' } as const;
  const draw = (kind: 'random' | 'stratified', seed: number) =>
    splitCases(cases, kind === 'random' ? { kind, ...shares, seed } : { kind, ...shares, seed });

  test('has the sizes of its shares and every case once', () => {
    const { train, valid, test: tested } = draw('random', 1);
    expect([train.length, valid.length, tested.length]).toEqual([32, 8, 10]);
    expect([...train, ...valid, ...tested].sort((a, b) => a - b)).toEqual(cases.map((_, i) => i));
  });

  test('does not look at classes, as a stratified one does', () => {
    const rare = (kind: 'random' | 'stratified') =>
      [1, 2, 3, 4, 5, 6].map((seed) => draw(kind, seed).test.filter((i) => i >= 40).length);
    expect(new Set(rare('stratified'))).toEqual(new Set([2]));
    expect(new Set(rare('random')).size).toBeGreaterThan(1);
  });
});
