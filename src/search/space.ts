/**
 * The space that a search looks through: one axis per setting, each a range of numbers or a list. A point has one number per
 * axis: the value on a range, the position in a list. How values are written and read is the language's.
 */
import { uniformAt } from '../data/random.ts';

/** Both ends included. With `log` the logarithm is uniform; `whole` numbers are drawn as such. */
export type Range = {
  readonly kind: 'range';
  readonly low: number;
  readonly high: number;
  readonly log: boolean;
  readonly whole: boolean;
};

export type Axis = Range | { readonly kind: 'list'; readonly count: number };

/** One number per axis. */
export type Point = readonly number[];

/** Digits of a drawn number: what a table shows is what was tried. */
const digits = 4;

/** The value at a share of the axis, 0 ≤ share ≤ 1. */
export function valueAt(axis: Axis, share: number): number {
  if (axis.kind === 'list') return Math.min(axis.count - 1, Math.floor(share * axis.count));
  const { low, high, log, whole } = axis;
  if (whole) {
    const [from, to] = log ? [Math.log(low - 0.5), Math.log(high + 0.5)] : [low - 0.5, high + 0.5];
    const at = from + share * (to - from);
    return clamp(Math.round(log ? Math.exp(at) : at), low, high);
  }
  const at = log
    ? Math.exp(Math.log(low) + share * (Math.log(high) - Math.log(low)))
    : low + share * (high - low);
  return clamp(Number(at.toPrecision(digits)), low, high);
}

/** Where a value of a range lies in it: the inverse of `valueAt`, but for rounding. */
export function shareOf({ low, high, log, whole }: Range, value: number): number {
  const half = whole ? 0.5 : 0;
  const scale = (x: number) => (log ? Math.log(x) : x);
  const [from, to] = [scale(low - half), scale(high + half)];
  return clamp((scale(value) - from) / (to - from), 0, 1);
}

/**
 * Different points, drawn uniformly; fewer where the space has no more. Draw `i` depends on the seed and `i` alone, so more
 * points begin with the same ones.
 */
export function drawPoints(axes: readonly Axis[], count: number, seed: number): Point[] {
  const found = new Map<string, Point>();
  // Enough for every point of a list of as many to come up.
  const most = 1000 + 100 * count;
  for (let draw = 0; draw < most && found.size < count; draw++) {
    const point = axes.map((axis, k) => valueAt(axis, uniformAt(seed, k, draw)));
    const key = point.join(' ');
    if (!found.has(key)) found.set(key, point);
  }
  return [...found.values()];
}

const clamp = (value: number, low: number, high: number) => Math.min(high, Math.max(low, value));
