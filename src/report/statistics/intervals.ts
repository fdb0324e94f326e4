/** 95% intervals: of a mean over seeds, and of a share of cases. */
import { normalQuantile, studentQuantile } from './distributions.ts';

export type Interval = readonly [low: number, high: number];

/**
 * Student's t intervals of means over `n` values (at least two), that were drawn independently. For all scores of a row at once:
 * to find the quantile takes longer than to score the row.
 */
export function meanIntervals(n: number): (mean: number, sd: number) => Interval {
  const t = studentQuantile(0.975, n - 1);
  return (mean, sd) => {
    const half = (t * sd) / Math.sqrt(n);
    return [mean - half, mean + half];
  };
}

const z = normalQuantile(0.975);

/**
 * Wilson's score interval of a share of `n` cases (E. B. Wilson, JASA 22, 1927; Newcombe, Statistics in Medicine 17, 1998,
 * method 3). `hits` may be a fraction: of cases that several seeds
 * answered, each counts as the share of them that were right.
 */
export function wilsonInterval(hits: number, n: number): Interval {
  const p = hits / n;
  const centre = p + (z * z) / (2 * n);
  const half = z * Math.sqrt((p * (1 - p)) / n + (z * z) / (4 * n * n));
  const scale = 1 + (z * z) / n;
  // At 0 and n one end is exact, but for rounding.
  return [
    hits <= 0 ? 0 : Math.max(0, (centre - half) / scale),
    hits >= n ? 1 : Math.min(1, (centre + half) / scale),
  ];
}
