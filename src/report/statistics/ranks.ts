/**
 * Rows over several datasets (Demšar, "Statistical comparisons of classifiers over multiple data sets", JMLR 7, 2006):
 * mean ranks, Friedman's test with Iman and Davenport's F, Nemenyi's critical difference at 5%, and which rows it joins.
 */
import { chiSquareTail, fTail, studentizedRangeQuantile } from './distributions.ts';

export interface RankedMethods {
  /** Best mean rank first; rank 1 is the highest score, equal scores share the mean of their ranks. */
  readonly methods: readonly { readonly name: string; readonly rank: number }[];
  /** How many more were ranked, which are not in `methods`. */
  readonly hidden?: number;
  readonly datasets: readonly string[];
  readonly friedman: {
    /** With the correction for ties. */
    readonly chi_square: number;
    readonly p_chi_square: number;
    /** Null where every dataset ranks the methods alike: p is 0 then. */
    readonly f: number | null;
    readonly p: number;
  };
  /** Mean ranks that differ by less cannot be told apart. */
  readonly critical_difference: number;
  /** Longest stretches of `methods` that cannot be told apart: first and last place, both included. */
  readonly groups: readonly (readonly [first: number, last: number])[];
}

/** `scores[dataset][method]`, all there; at least two datasets and two methods. */
export function rankMethods(
  datasets: readonly string[],
  names: readonly string[],
  scores: readonly (readonly number[])[],
): RankedMethods {
  const [n, k] = [datasets.length, names.length];
  const ranks = scores.map(rankDown);
  const sums = names.map((_, method) => ranks.reduce((sum, row) => sum + (row[method] ?? 0), 0));
  const difference = (studentizedRangeQuantile(0.95, k) / Math.SQRT2) * Math.sqrt((k * (k + 1)) / (6 * n));
  const methods = names
    .map((name, i) => ({ name, rank: (sums[i] ?? 0) / n }))
    .sort((a, b) => a.rank - b.rank);
  return {
    methods,
    datasets,
    friedman: friedman(ranks, sums),
    critical_difference: difference,
    groups: stretches(
      methods.map(({ rank }) => rank),
      difference,
    ),
  };
}

/** 1 for the largest; equal values share the mean of their ranks. */
function rankDown(values: readonly number[]): number[] {
  return values.map((value) => {
    const above = values.filter((other) => other > value).length;
    const level = values.filter((other) => other === value).length;
    return above + (level + 1) / 2;
  });
}

function friedman(ranks: readonly (readonly number[])[], sums: readonly number[]): RankedMethods['friedman'] {
  const [n, k] = [ranks.length, sums.length];
  let tied = 0;
  for (const row of ranks)
    for (const rank of new Set(row)) {
      const level = row.filter((other) => other === rank).length;
      tied += level ** 3 - level;
    }
  const correction = 1 - tied / (n * (k ** 3 - k));
  const squares = sums.reduce((sum, one) => sum + one * one, 0);
  const raw = (12 / (n * k * (k + 1))) * squares - 3 * n * (k + 1);
  // Every dataset has equal scores for all: nothing speaks for any difference.
  const chi_square = correction > 0 ? Math.max(0, raw) / correction : 0;
  const p_chi_square = chiSquareTail(chi_square, k - 1);
  const rest = n * (k - 1) - chi_square;
  if (rest <= 1e-9) return { chi_square, p_chi_square, f: null, p: 0 };
  const f = ((n - 1) * chi_square) / rest;
  return { chi_square, p_chi_square, f, p: fTail(f, k - 1, (k - 1) * (n - 1)) };
}

/** Of ascending ranks, none inside another; single places are no stretch. */
function stretches(ranks: readonly number[], difference: number): [number, number][] {
  const found: [number, number][] = [];
  let reached = -1;
  for (const [first, rank] of ranks.entries()) {
    const last = ranks.findLastIndex((other) => other - rank < difference);
    if (last > first && last > reached) found.push([first, last]);
    reached = Math.max(reached, last);
  }
  return found;
}
