import { describe, expect, test } from 'vitest';
import { missingClasses, overlappingTests, type SplitCase, splitCases } from '../../src/data/split.ts';
import { MedxError } from '../../src/diagnostics/diagnostic.ts';
import type { SplitParams } from '../../src/stages/contracts.ts';

/** Cases of the given class sizes, each its own group unless said otherwise. */
function casesOf(sizes: readonly number[], group = (i: number) => i): SplitCase[] {
  return sizes
    .flatMap((n, label) => Array.from({ length: n }, () => label))
    .map((label, i) => ({ ...unnamed, id: `case ${i}`, label, group: group(i) }));
}

const unnamed = { service: 's', instance: 'i', day: 'd', start: 0, end: 0 };

const plain = { kind: 'stratified', groups: 'together', train: 0.64, valid: 0.16, test: 0.2 } as const;
const perClass = (cases: readonly SplitCase[], part: readonly number[], classes: number) =>
  Array.from({ length: classes }, (_, label) => part.filter((i) => cases[i]?.label === label).length);

test('every class is divided in the shares, every case is in one part', () => {
  const cases = casesOf([25, 50, 10]);
  for (let seed = 0; seed < 20; seed++) {
    const { train, valid, test: held } = splitCases(cases, { ...plain, seed });
    expect([...train, ...valid, ...held].sort((a, b) => a - b)).toEqual(cases.map((_, i) => i));
    expect(perClass(cases, train, 3)).toEqual([16, 32, 6]);
    expect(perClass(cases, valid, 3)).toEqual([4, 8, 2]);
    expect(perClass(cases, held, 3)).toEqual([5, 10, 2]);
  }
});

test('the seed draws the split: the same again, another with another seed', () => {
  const cases = casesOf([20, 20]);
  expect(splitCases(cases, { ...plain, seed: 3 })).toEqual(splitCases(cases, { ...plain, seed: 3 }));
  const seen = new Set(
    Array.from({ length: 10 }, (_, seed) => splitCases(cases, { ...plain, seed }).test.join()),
  );
  expect(seen.size).toBe(10);
});

test('folds test every case once, of like size and like classes', () => {
  const cases = casesOf([11, 13, 7, 14]);
  for (let seed = 1; seed <= 5; seed++) {
    const tested = Array.from({ length: 5 }, (_, fold) => {
      const params: SplitParams = {
        kind: 'stratified',
        groups: 'together',
        folds: 5,
        fold,
        valid: 0.2,
        seed,
      };
      const { train, valid, test: held } = splitCases(cases, params);
      expect([...train, ...valid, ...held].sort((a, b) => a - b)).toEqual(cases.map((_, i) => i));
      expect(held).toHaveLength(9);
      expect(Math.abs(valid.length - 7.2)).toBeLessThan(1.5);
      for (const [label, n] of perClass(cases, held, 4).entries())
        expect(Math.abs(n - ([11, 13, 7, 14][label] ?? 0) / 5)).toBeLessThan(1);
      expect(perClass(cases, train, 4).every((n) => n > 0)).toBe(true);
      return held;
    });
    expect(tested.flat().sort((a, b) => a - b)).toEqual(cases.map((_, i) => i));
  }
});

test('overlapping cases stay on one side, unless asked for', () => {
  // Pairs of one class, and a group across classes.
  const cases = casesOf([20, 20], (i) => (i === 19 || i === 20 ? 100 : Math.floor(i / 2)));
  const divided = (params: SplitParams) => {
    const { train, valid, test: held } = splitCases(cases, params);
    const side = (i: number) => [train, valid, held].findIndex((part) => part.includes(i));
    return cases.some((a, i) => cases.some((b, k) => a.group === b.group && side(i) !== side(k)));
  };
  for (let seed = 0; seed < 20; seed++) expect(divided({ ...plain, seed })).toBe(false);
  for (let fold = 0; fold < 4; fold++)
    expect(divided({ kind: 'stratified', groups: 'together', folds: 4, fold, valid: 0.2, seed: 1 })).toBe(
      false,
    );
  expect(Array.from({ length: 5 }, (_, seed) => divided({ ...plain, groups: 'apart', seed }))).toContain(
    true,
  );
});

test('a class too small for every part is named', () => {
  const cases = casesOf([30, 2, 1]);
  const split = splitCases(cases, { ...plain, seed: 1 });
  expect(missingClasses(cases, split, ['cpu', 'io', 'memory'])).toEqual([
    { type: 'io', cases: 2, parts: [expect.stringMatching(/valid|test/)] },
    { type: 'memory', cases: 1, parts: ['valid', 'test'] },
  ]);
});

test('what cannot be divided is refused', () => {
  const say = (params: SplitParams, n = 10) => {
    try {
      splitCases(casesOf([n]), params);
      return 'divided';
    } catch (error) {
      return error instanceof MedxError ? error.message : String(error);
    }
  };
  expect(say({ ...plain, train: 0.9, seed: 1 })).toMatch(/the shares add up to 1.26/);
  const folds = { kind: 'stratified', groups: 'together', valid: 0.2, seed: 1 } as const;
  expect(say({ ...folds, folds: 11, fold: 0 })).toMatch(/11 folds of 10 cases/);
  expect(say({ ...folds, folds: 5, fold: 5 })).toMatch(/fold 5 of 5/);
  expect(say({ ...plain, seed: 1 }, 1)).toMatch(/no case is left to test on/);
});

describe('a published split', () => {
  /** 20 + 20 cases of two classes: the first 30 for training, the rest for test. */
  const marked = casesOf([20, 20]).map(
    (row, i): SplitCase => ({ ...row, id: `case ${i}`, part: i % 4 === 3 ? 'test' : 'train' }),
  );
  const params = { kind: 'published', valid: 0.2, groups: 'together' } as const;

  test('takes the marks of the set; the seed draws validation cases from the training cases', () => {
    const tested = marked.flatMap(({ part }, i) => (part === 'test' ? [i] : []));
    const seen = new Set<string>();
    for (let seed = 1; seed <= 5; seed++) {
      const split = splitCases(marked, { ...params, seed });
      expect(split.test).toEqual(tested);
      expect([...split.train, ...split.valid].sort((a, b) => a - b)).toEqual(
        marked.flatMap(({ part }, i) => (part === 'train' ? [i] : [])),
      );
      expect(perClass(marked, split.valid, 2)).toEqual([3, 3]);
      seen.add(split.valid.join());
      expect(splitCases(marked, { ...params, seed })).toEqual(split);
    }
    expect(seen.size).toBe(5);
  });

  test('no share, and validation cases that the set marks itself', () => {
    expect(splitCases(marked, { ...params, valid: 0, seed: 1 }).valid).toEqual([]);
    const own = marked.map((row, i): SplitCase => (i === 5 ? { ...row, part: 'valid' } : row));
    const split = splitCases(own, { ...params, seed: 1 });
    expect(split.valid).toEqual([5]);
    expect(split.train).toHaveLength(29);
  });

  test('overlapping cases stay on one side of training and validation; test cases are counted', () => {
    const paired = marked.map((row, i): SplitCase => ({ ...row, group: Math.floor(i / 2) }));
    for (let seed = 1; seed <= 10; seed++) {
      const split = splitCases(paired, { ...params, seed });
      const learnt = new Set(split.train.map((i) => paired[i]?.group));
      expect(split.valid.filter((i) => learnt.has(paired[i]?.group))).toEqual([]);
      expect(overlappingTests(paired, split)).toBe(10);
    }
    expect(overlappingTests(marked, splitCases(marked, { ...params, seed: 1 }))).toBe(0);
  });

  test('a set without marks, or with some missing, is refused', () => {
    const say = (cases: readonly SplitCase[]) => {
      try {
        splitCases(cases, { ...params, seed: 1 });
        return 'divided';
      } catch (error) {
        return error instanceof MedxError ? error.message : String(error);
      }
    };
    expect(say(casesOf([5, 5]))).toMatch(/MED3053: .* the set does not say which cases are for training/);
    const { part: _, ...bare } = marked[7] ?? casesOf([1])[0]!;
    expect(say(marked.map((row, i) => (i === 7 ? bare : row)))).toMatch(
      /MED3053: .* 1 of 40 cases are marked neither/,
    );
  });
});
