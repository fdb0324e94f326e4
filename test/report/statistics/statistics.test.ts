/** The statistics of tables against published worked examples, and against SciPy, NumPy and scikit-learn (fixtures). */
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import {
  countCases,
  createNumbering,
  numberAnswers,
  shareEntries,
} from '../../../src/report/statistics/answers.ts';
import { createScorer, drawResamples, judgeDifference } from '../../../src/report/statistics/bootstrap.ts';
import { meanIntervals, wilsonInterval } from '../../../src/report/statistics/intervals.ts';
import { casesNeeded, holm, mcnemarP } from '../../../src/report/statistics/paired.ts';
import { rankMethods } from '../../../src/report/statistics/ranks.ts';
import { summarise } from '../../../src/report/summary.ts';

const recorded = JSON.parse(readFileSync(new URL('fixtures/statistics.json', import.meta.url), 'utf8')) as {
  readonly means: readonly { values: number[]; interval: [number, number] }[];
  readonly mcnemar: readonly { wins: number; losses: number; p: number }[];
  readonly friedman: readonly {
    table: number[][];
    ranks: number[];
    chi_square: number;
    p_chi_square: number;
    f: number;
    p: number;
    difference: number;
  }[];
  readonly power: readonly { wins: number; losses: number; cases: number }[];
  readonly bootstrap: {
    truth: number[];
    entries: [number, number][];
    a: number[];
    b: number[];
    difference: number;
    interval: [number, number];
    p: number;
  };
};

describe('intervals', () => {
  test.each(recorded.means)(
    'of a mean over $values.length seeds, as SciPy has it',
    ({ values, interval }) => {
      const { mean, sd } = summarise(values);
      const found = meanIntervals(values.length)(mean, sd ?? 0);
      for (const end of [0, 1] as const) expect(found[end]).toBeCloseTo(interval[end], 7);
    },
  );

  test('a single seed has none', () => expect(summarise([0.5]).interval).toBeNull());

  // Newcombe, "Two-sided confidence intervals for the single proportion", 1998, table I, method 3.
  test.each([
    [81, 263, 0.2553, 0.3662],
    [15, 148, 0.0624, 0.1605],
    [0, 20, 0, 0.1611],
    [1, 29, 0.0061, 0.1718],
  ])('Wilson, %i of %i, as published', (hits, n, low, high) => {
    const found = wilsonInterval(hits, n);
    expect(found[0]).toBeCloseTo(low, 4);
    expect(found[1]).toBeCloseTo(high, 4);
  });

  test('Wilson at the ends stays within 0 and 1, and is mirrored', () => {
    expect(wilsonInterval(20, 20)[1]).toBe(1);
    expect(wilsonInterval(20, 20)[0]).toBeCloseTo(1 - wilsonInterval(0, 20)[1], 12);
  });
});

describe('exact McNemar', () => {
  test.each(recorded.mcnemar)('$wins against $losses, as SciPy has it', ({ wins, losses, p }) => {
    expect(mcnemarP({ wins, losses }) / p).toBeCloseTo(1, 9);
  });

  // Airway hyper-responsiveness before and after stem cell transplantation: Fagerland, Lydersen and Laake, 2013, table 1.
  test('published: 1 against 7 gives 0.070', () =>
    expect(mcnemarP({ wins: 1, losses: 7 })).toBeCloseTo(0.0703, 4));
  // Raschka, mlxtend documentation, "McNemar's test", scenario B: 11 against 1.
  test('published: 11 against 1 gives 0.00635', () =>
    expect(mcnemarP({ wins: 11, losses: 1 })).toBeCloseTo(0.00634765625, 12));
  test('no case on which they differ', () => expect(mcnemarP({ wins: 0, losses: 0 })).toBe(1));
});

describe('cases that a test needs', () => {
  test.each(recorded.power)(
    'shares $wins and $losses: as many as the exact power says, within a tenth',
    ({ wins, losses, cases }) => {
      const needed = casesNeeded({ wins: wins * 1000, losses: losses * 1000 }, 1000, 0.05) ?? 0;
      expect(needed / cases).toBeGreaterThan(0.9);
      expect(needed / cases).toBeLessThan(1.1);
    },
  );
  test('rows that are level need no number of cases', () =>
    expect(casesNeeded({ wins: 3, losses: 3 }, 40, 0.05)).toBeNull());
  test('a stricter level needs more', () => {
    const at = (alpha: number) => casesNeeded({ wins: 9, losses: 3 }, 60, alpha) ?? 0;
    expect(at(0.05 / 10)).toBeGreaterThan(at(0.05));
  });
});

test('Holm, as p.adjust of R has it', () => {
  // The example of R's manual page `p.adjust` in round numbers; ties keep their order.
  const found = holm([0.01, 0.04, 0.03, 0.005]);
  [0.03, 0.06, 0.06, 0.02].forEach((p, i) => {
    expect(found[i]).toBeCloseTo(p, 12);
  });
  expect(holm([0.6, 0.7])).toEqual([1, 1]);
});

const columns = (answers: readonly { id: string; truth: number; answer: number }[]) => ({
  ids: answers.map(({ id }) => id),
  truth: answers.map(({ truth }) => truth),
  answer: answers.map(({ answer }) => answer),
});

describe('paired bootstrap', () => {
  const { truth, entries, a, b, difference, interval, p } = recorded.bootstrap;
  const row = (given: readonly number[]) =>
    [0, 1, 2].map((seed) => ({
      seed,
      repeat: 0,
      tests: [
        columns(
          entries.flatMap(([s, id], i) =>
            s === seed ? [{ id: `case ${id}`, truth: truth[id] ?? 0, answer: given[i] ?? 0 }] : [],
          ),
        ),
      ],
    }));
  const numbering = createNumbering();
  const classes = ['p', 'q', 'r', 's'];
  const [first, second] = [
    numberAnswers(row(a), classes, numbering),
    numberAnswers(row(b), classes, numbering),
  ];

  test('the same difference, nearly the same interval and p as with NumPy and scikit-learn', () => {
    const cases = [...new Set(first.case)];
    const scorer = createScorer(first, drawResamples(cases, 4000));
    const other = scorer(first);
    const [whole = 0, ...resampled] = scorer(second).map((value, i) => value - (other[i] ?? 0));
    expect(whole).toBeCloseTo(difference, 12);
    const judged = judgeDifference(whole, resampled);
    // Two bootstraps of 4,000 differ by chance.
    expect(Math.abs(judged.interval[0] - interval[0])).toBeLessThan(0.006);
    expect(Math.abs(judged.interval[1] - interval[1])).toBeLessThan(0.006);
    expect(Math.abs(judged.p - p)).toBeLessThan(0.06);
  });

  test('draws as many cases as there are, every one as often as the others', () => {
    const { weights, rounds } = drawResamples([0, 1, 2, 3, 4], 5000);
    const [first, ...drawn] = Array.from({ length: rounds }, (_, round) =>
      [0, 1, 2, 3, 4].map((one) => weights[one * rounds + round] ?? 0),
    );
    expect(first).toEqual([1, 1, 1, 1, 1]);
    expect(drawn.length).toBe(5000);
    const sum = (counts: readonly number[]) => counts.reduce((x, y) => x + y, 0);
    for (const counts of drawn) expect(sum(counts)).toBe(5);
    for (const one of [0, 1, 2, 3, 4]) {
      const mean = sum(drawn.map((counts) => counts[one] ?? 0)) / drawn.length;
      expect(Math.abs(mean - 1)).toBeLessThan(0.06);
    }
  });

  test('equal rows have p 1; a difference that no resample undoes has a small one', () => {
    const none = new Float64Array(999);
    expect(judgeDifference(0, none)).toEqual({ interval: [0, 0], p: 1 });
    expect(judgeDifference(-0.5, new Float64Array(999).fill(-0.5)).p).toBeLessThan(0.002);
  });

  test('only entries that both rows have are compared, whatever their order', () => {
    const other = numberAnswers(row(b).toReversed().slice(1), classes, numbering);
    const [x, y] = shareEntries(first, other);
    expect(x.case.length).toBe(120);
    expect([...x.case]).toEqual([...y.case]);
    expect([...x.seed]).toEqual([...y.seed]);
    expect(shareEntries(first, second)[0]).toBe(first);
  });

  test('a case counts once, for the row that is right in more seeds', () => {
    const rows = (...rights: readonly (readonly boolean[])[]) => {
      const seeds = rights.map((list, seed) => ({
        seed,
        repeat: 0,
        tests: [columns(list.map((right, i) => ({ id: `${i}`, truth: 0, answer: right ? 0 : 1 })))],
      }));
      return numberAnswers(seeds, ['x', 'y'], own);
    };
    const own = createNumbering();
    const here = rows([true, true, false], [true, false, false], [false, true, true]);
    const there = rows([true, false, false], [false, false, false], [false, false, false]);
    expect(countCases(here, there)).toEqual({ cases: 3, wins: 3, losses: 0 });
    expect(countCases(here, here)).toEqual({ cases: 3, wins: 0, losses: 0 });
  });
});

describe('ranks over datasets', () => {
  test.each(recorded.friedman)('as SciPy has them', (set) => {
    const names = set.ranks.map((_, i) => `m${i}`);
    const found = rankMethods(
      set.table.map((_, i) => `d${i}`),
      names,
      set.table,
    );
    for (const { name, rank } of found.methods)
      expect(rank).toBeCloseTo(set.ranks[names.indexOf(name)] ?? 0, 12);
    expect(found.friedman.chi_square).toBeCloseTo(set.chi_square, 9);
    expect(found.friedman.p_chi_square).toBeCloseTo(set.p_chi_square, 9);
    expect(found.friedman.f).toBeCloseTo(set.f, 9);
    expect(found.friedman.p).toBeCloseTo(set.p, 8);
    expect(found.critical_difference).toBeCloseTo(set.difference, 5);
  });

  test('the example of Demšar 2006, table 6', () => {
    const table = [
      [0.763, 0.768, 0.771, 0.798],
      [0.599, 0.591, 0.59, 0.569],
      [0.954, 0.971, 0.968, 0.967],
      [0.628, 0.661, 0.654, 0.657],
      [0.882, 0.888, 0.886, 0.898],
      [0.936, 0.931, 0.916, 0.931],
      [0.661, 0.668, 0.609, 0.685],
      [0.583, 0.583, 0.563, 0.625],
      [0.775, 0.838, 0.866, 0.875],
      [1, 1, 1, 1],
      [0.94, 0.962, 0.965, 0.962],
      [0.619, 0.666, 0.614, 0.669],
      // Equal as printed; the paper ranks them 2 and 3.
      [0.972, 0.981, 0.97501, 0.975],
      [0.957, 0.978, 0.946, 0.97],
    ];
    const names = ['C4.5', 'C4.5+m', 'C4.5+cf', 'C4.5+m+cf'];
    const found = rankMethods(
      table.map((_, i) => `${i}`),
      names,
      table,
    );
    expect(found.methods.map(({ name, rank }) => [name, rank.toFixed(3)])).toEqual([
      ['C4.5+m+cf', '1.964'],
      ['C4.5+m', '2.000'],
      ['C4.5+cf', '2.893'],
      ['C4.5', '3.143'],
    ]);
    expect(found.critical_difference).toBeCloseTo(1.25, 2);
    // "the experimental data is not sufficient": all four are joined; 3.143 − 1.964 is less than 1.25.
    expect(found.groups).toEqual([[0, 3]]);
  });

  test('stretches end where the difference is reached', () => {
    // The last method is always last, the others change places.
    const table = Array.from({ length: 20 }, (_, i) =>
      [1, 2, 3].map((_, m) => ((i + m) % 3) + 1).concat([0]),
    );
    const found = rankMethods(
      table.map((_, i) => `${i}`),
      ['a', 'b', 'c', 'last'],
      table,
    );
    expect(found.groups).toEqual([[0, 2]]);
    expect(found.methods.at(-1)).toEqual({ name: 'last', rank: 4 });
  });

  test('methods that every dataset ranks alike', () => {
    const found = rankMethods(
      ['x', 'y', 'z'],
      ['a', 'b'],
      [
        [1, 0],
        [1, 0],
        [1, 0],
      ],
    );
    expect(found.friedman).toMatchObject({ f: null, p: 0 });
    const level = rankMethods(
      ['x', 'y', 'z'],
      ['a', 'b'],
      [
        [1, 1],
        [1, 1],
        [1, 1],
      ],
    );
    expect(level.friedman.p).toBe(1);
    expect(level.groups).toEqual([[0, 1]]);
  });
});
