/** Splits by service, instance or day, and by time: nothing that they keep apart is on two sides. */
import { describe, expect, test } from 'vitest';
import { type SplitCase, splitCases } from '../../src/data/split.ts';
import { MedxError } from '../../src/diagnostics/diagnostic.ts';
import type { Split, SplitParams } from '../../src/stages/contracts.ts';

const minute = 60_000;

/** 120 cases of ten minutes in six services on four days; every tenth overlaps with the one before. */
const cases: SplitCase[] = Array.from({ length: 120 }, (_, i) => {
  const start = i * 30 * minute - (i % 10 === 9 ? 25 * minute : 0);
  return {
    id: `case ${i}`,
    label: (i * 7) % 3,
    service: `s${(i * 5) % 6}`,
    instance: `s${(i * 5) % 6}-${i % 2}`,
    day: `d${Math.floor(i / 30)}`,
    start,
    end: start + 10 * minute,
    group: i % 10 === 9 ? i - 1 : i,
  };
});

const shares = { train: 0.6, valid: 0.2, test: 0.2 };
const parts = ({ train, valid, test: tested }: Split) => [train, valid, tested];
const valuesOf = (part: readonly number[], of: (one: SplitCase) => string | number) =>
  new Set(part.map((i) => of(cases[i]!)));

function shared(split: Split, of: (one: SplitCase) => string | number): number {
  const [train, valid, tested] = parts(split).map((part) => valuesOf(part!, of));
  return [...tested!].filter((one) => train!.has(one) || valid!.has(one)).length;
}

function refusal(list: readonly SplitCase[], params: SplitParams): string {
  try {
    splitCases(list, params);
    return 'divided';
  } catch (error) {
    if (!(error instanceof MedxError)) throw error;
    return [error.diagnostics[0]!.message, ...(error.diagnostics[0]!.notes ?? [])].join('; ');
  }
}

describe('grouped', () => {
  const grouped = { kind: 'grouped', groups: 'together', ...shares } as const;

  test.each(['service', 'instance', 'day'] as const)(
    'no %s, and no overlapping cases, on two sides',
    (by) => {
      const apart = cases.map((one, i) => ({ ...one, group: i }));
      for (let seed = 0; seed < 20; seed++) {
        const split = splitCases(apart, { ...grouped, by, seed });
        expect(
          parts(split)
            .flat()
            .sort((a, b) => a - b),
        ).toEqual(cases.map((_, i) => i));
        expect(shared(split, (one) => one[by])).toBe(0);
      }
      const split = splitCases(cases, { ...grouped, by: 'day', seed: 1 });
      expect(shared(split, (one) => one.day)).toBe(0);
      expect(shared(split, (one) => one.group)).toBe(0);
    },
  );

  test('every service is tested once over the folds of a seed; another repeat draws other folds', () => {
    const apart = cases.map((one, i) => ({ ...one, group: i }));
    const folds = (repeat: number) =>
      [0, 1, 2].map((fold) => {
        const split = splitCases(apart, {
          kind: 'grouped',
          by: 'instance',
          groups: 'together',
          folds: 3,
          fold,
          valid: 0.2,
          seed: 1,
          ...(repeat > 0 ? { repeat } : {}),
        });
        expect(shared(split, (one) => one.instance)).toBe(0);
        expect(split.valid.length).toBeGreaterThan(0);
        return split.test;
      });
    expect(
      folds(0)
        .flat()
        .sort((a, b) => a - b),
    ).toEqual(cases.map((_, i) => i));
    expect(new Set([0, 1, 2, 3].map((repeat) => folds(repeat).join('|'))).size).toBeGreaterThan(1);
  });

  test('too few groups, and cases that have none, are refused', () => {
    const joined = cases.map((one) => ({ ...one, group: 0 }));
    expect(refusal(joined, { ...grouped, by: 'service', seed: 1 })).toBe(
      'the split is not possible: by service, with overlapping cases together, there are 1 groups; expected at least 3, one for each part',
    );
    const params = { kind: 'grouped', groups: 'together', folds: 5, fold: 0, valid: 0.2, seed: 1 } as const;
    expect(refusal(cases, { ...params, by: 'day' })).toMatch(/there are 4 groups; expected at least 5/);
    const two = cases.map((one, i) => ({ ...one, day: `d${i % 2}`, group: i }));
    expect(refusal(two, { ...params, folds: 2, by: 'day' })).toMatch(/one group is left to learn from/);
    const nowhere = cases.map((one, i) => ({ ...one, service: i === 3 ? '' : one.service }));
    expect(refusal(nowhere, { ...grouped, by: 'service', seed: 1 })).toMatch(/case 3 has no service/);
  });
});

describe('temporal', () => {
  const temporal = { kind: 'temporal', groups: 'together', seed: 0, ...shares } as const;
  const startsAt = (part: readonly number[]) => Math.min(...part.map((i) => cases[i]!.start));
  const endsAt = (part: readonly number[]) => Math.max(...part.map((i) => cases[i]!.end));

  test('learnt from the past alone; what overlaps across a border is left out', () => {
    for (const test of [0.1, 0.2, 0.3, 0.5]) {
      const split = splitCases(cases, { ...temporal, train: 0.8 - test, valid: 0.2, test });
      expect(endsAt(split.train)).toBeLessThanOrEqual(startsAt(split.valid));
      expect(endsAt(split.valid)).toBeLessThanOrEqual(startsAt(split.test));
      expect(split.test.length).toBe(Math.round(120 * test));
      expect(parts(split).flat().length).toBeGreaterThanOrEqual(118);
    }
    // Case 89 began before 88 had ended: whatever order the table has them in, they are not parted.
    const cut = splitCases(cases.slice(0, 90), {
      ...temporal,
      train: 0.5,
      valid: 0.5 - 1 / 90,
      test: 1 / 90,
    });
    expect(parts(cut).flat().length).toBe(89);
  });

  test('folds go forward: each is tested by what was learnt from all before it', () => {
    const folds = [0, 1, 2].map((fold) =>
      splitCases(cases, { kind: 'temporal', groups: 'together', seed: 0, folds: 3, fold, valid: 0.2 }),
    );
    for (const split of folds) {
      expect(endsAt([...split.train, ...split.valid])).toBeLessThanOrEqual(startsAt(split.test));
      expect(endsAt(split.train)).toBeLessThanOrEqual(startsAt(split.valid));
    }
    expect(folds.map(({ test: tested }) => tested.length)).toEqual([30, 30, 30]);
    expect(new Set(folds.flatMap(({ test: tested }) => tested)).size).toBe(90);
    expect(folds[2]!.train.length).toBeGreaterThan(folds[0]!.train.length);
  });

  test('labels without times are refused', () => {
    const timeless = cases.map((one) => ({ ...one, start: 0, end: 0 }));
    expect(refusal(timeless, temporal)).toMatch(/the labels have no times/);
  });
});
