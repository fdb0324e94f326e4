/**
 * Quantiles and tails of the distributions that the tables use, from jStat (MIT, one file, no dependencies). jStat rounds
 * its binomial tails to ten digits, so exact binomial tails are summed here.
 */
import jstat from 'jstat';

const { normal, studentt, chisquare, centralF, tukey } = jstat.jStat;

export const normalQuantile = (p: number): number => normal.inv(p, 0, 1);

/** Both tails beyond ±z. */
export const normalTails = (z: number): number => Math.min(1, 2 * normal.cdf(-Math.abs(z), 0, 1));

export const studentQuantile = (p: number, df: number): number => studentt.inv(p, df);

export const chiSquareTail = (x: number, df: number): number => 1 - chisquare.cdf(x, df);

export const fTail = (x: number, df1: number, df2: number): number => 1 - centralF.cdf(x, df1, df2);

/** Of the range of `groups` standard normal values: infinitely many degrees of freedom. */
export const studentizedRangeQuantile = (p: number, groups: number): number => tukey.inv(p, groups, 1e6);

/** P(X ≤ k) for X ~ Binomial(n, ½), summed from its largest term down. */
export function fairBinomialTail(k: number, n: number): number {
  if (k < 0) return 0;
  if (k >= n) return 1;
  // log of n choose k over 2^n, then the ratios of neighbouring terms.
  let log = -n * Math.LN2;
  for (let i = 1; i <= k; i++) log += Math.log((n - k + i) / i);
  let sum = 0;
  let ratio = 1;
  for (let i = k; i >= 0 && ratio > 0; i--) {
    sum += ratio;
    ratio *= i / (n - i + 1);
  }
  return Math.min(1, Math.exp(log) * sum);
}
