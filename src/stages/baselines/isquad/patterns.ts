/** iSQUAD's patterns of a series: none (0), spike up or down (±1), shift (±2). */
import { criticalT, pooledT } from '../learners/t-test.ts';
import type { MetricSeries } from '../series.ts';

export interface PatternOptions {
  /** Windows before the failure. */
  readonly before: number;
  /** Share of the later windows that have to stand out. */
  readonly spike: number;
  readonly significance: number;
}

const upper = 0.97;
const lower = 0.03;
/** Of standardised series: neither deviation is taken to be smaller, so that a flat series is not all spikes. */
const floor = 1e-4;

/** Case → a pattern per series (instance · KPIs + KPI). */
export function patternsOf(series: MetricSeries, options: PatternOptions): (index: number) => Int8Array {
  const critical = new Map<number, number>();
  const criticalOf = (freedom: number) => {
    const found = critical.get(freedom) ?? criticalT(options.significance, freedom);
    critical.set(freedom, found);
    return found;
  };
  const { instances, kpis, windows } = series;
  return (index) => {
    const out = new Int8Array(instances.length * kpis.length);
    for (let at = 0; at < out.length; at++) {
      const [instance, kpi] = [Math.floor(at / kpis.length), at % kpis.length];
      const pre: number[] = [];
      const post: number[] = [];
      for (let window = 0; window < windows; window++) {
        const value = series.at(index, instance, kpi, window);
        if (value !== undefined) (window < options.before ? pre : post).push(value);
      }
      out[at] = shiftOf(pre, post, criticalOf) || spikeOf(pre, post, options.spike);
    }
    return out;
  };
}

/** ±2 where the means differ: the sign is that of the mean before less the mean after, as the method has it. Else 0. */
export function shiftOf(
  pre: readonly number[],
  post: readonly number[],
  criticalOf: (freedom: number) => number,
): number {
  const freedom = pre.length + post.length - 2;
  if (pre.length === 0 || post.length === 0 || freedom < 1) return 0;
  const t = pooledT(pre, post, floor);
  return Math.abs(t) > criticalOf(freedom) ? 2 * Math.sign(t) : 0;
}

/**
 * ±1 where enough of the later windows stand out on the same side, each against the median and the median absolute deviation
 * of all windows up to it: F(x) = arctan((x − median) / MAD) / π + ½ above 0.97 or below 0.03. Else 0.
 */
export function spikeOf(pre: readonly number[], post: readonly number[], share: number): number {
  let sum = 0;
  post.forEach((value, i) => {
    const seen = [...pre, ...post.slice(0, i + 1)];
    const median = lowerMedian(seen);
    const deviation = lowerMedian(seen.map((one) => Math.abs(one - median)));
    const f = Math.atan((value - median) / Math.max(deviation, floor)) / Math.PI + 0.5;
    if (f > upper) sum += 1;
    if (f < lower) sum -= 1;
  });
  return post.length > 0 && Math.abs(sum) >= share * post.length ? Math.sign(sum) : 0;
}

/** Of an even number of values the lower one in the middle, as PyTorch's median. */
function lowerMedian(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.floor((sorted.length - 1) / 2)] ?? Number.NaN;
}
