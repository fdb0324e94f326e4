/**
 * The tree-structured Parzen estimator (Bergstra et al., "Algorithms for hyper-parameter optimization", NeurIPS 2011, section
 * 4): the points tried so far are divided into the best γ of them and the rest, each part is made a density per axis, and of
 * some draws from the density of the good the one is tried next whose ratio of good to rest is largest, which is that of the
 * largest expected improvement. All axes are always there, so the tree is flat, and each axis is chosen for itself.
 */
import jstat from 'jstat';
import { uniformAt } from '../data/random.ts';
import { type Axis, drawPoints, type Point, shareOf, valueAt } from './space.ts';

const { normal } = jstat.jStat;

/** The paper's γ. */
const goodShare = 0.15;
/** Draws per axis, as in hyperopt, the authors' code. */
const draws = 24;

/** A normal distribution cut off outside of [0, 1]. */
export interface Component {
  readonly mean: number;
  readonly sigma: number;
}

export interface Scored {
  readonly point: Point;
  readonly loss: number | null;
}

/** The next point to try: none that was tried before, unless the space has no other. */
export function proposePoint(axes: readonly Axis[], tried: readonly Scored[], seed: number): Point {
  const sorted = byLoss(tried);
  const goods = Math.max(1, Math.ceil(goodShare * sorted.length));
  const [good, rest] = [sorted.slice(0, goods), sorted.slice(goods)];
  // Another stream than that of the random points, a new one for every proposal.
  const uniform = (k: number, index: number) =>
    uniformAt(seed + 2 ** 32, tried.length, k * 2 * draws + index);
  const point = axes.map((axis, k) => {
    const column = (of: readonly Scored[]) => of.map(({ point }) => point[k]!);
    return axis.kind === 'list'
      ? bestOfList(axis.count, column(good), column(rest), (index) => uniform(k, index))
      : bestOfRange(axis, column(good), column(rest), (index) => uniform(k, index));
  });
  const seen = new Set(tried.map((one) => one.point.join(' ')));
  if (!seen.has(point.join(' '))) return point;
  const fresh = drawPoints(axes, tried.length + 1, seed).find((one) => !seen.has(one.join(' ')));
  return fresh ?? point;
}

function bestOfRange(
  axis: Axis & { readonly kind: 'range' },
  good: readonly number[],
  rest: readonly number[],
  uniform: (index: number) => number,
): number {
  const [l, g] = [good, rest].map((values) => parzen(values.map((value) => shareOf(axis, value))));
  const candidates = Array.from({ length: draws }, (_, i) => {
    const component = l![Math.floor(uniform(2 * i) * l!.length)]!;
    return valueAt(axis, drawTruncated(component, uniform(2 * i + 1)));
  });
  return largest(
    candidates,
    (value) => density(l!, shareOf(axis, value)) / density(g!, shareOf(axis, value)),
  );
}

function bestOfList(
  count: number,
  good: readonly number[],
  rest: readonly number[],
  uniform: (index: number) => number,
): number {
  const [l, g] = [good, rest].map((values) => frequencies(count, values));
  const candidates = Array.from({ length: draws }, (_, i) => drawOf(l!, uniform(i)));
  return largest(candidates, (value) => l![value]! / g![value]!);
}

/**
 * One component per point, as wide as the larger of its gaps to its neighbours (the ends of the axis are neighbours), and a
 * wide one in the middle for what is not known. All weigh the same. Shares of the axis, 0..1.
 */
export function parzen(shares: readonly number[]): Component[] {
  const sorted = shares.toSorted((a, b) => a - b);
  const narrowest = 1 / Math.min(100, 1 + sorted.length);
  const own = sorted.map((mean, i) => {
    const gap = Math.max(mean - (sorted[i - 1] ?? 0), (sorted[i + 1] ?? 1) - mean);
    return { mean, sigma: Math.min(1, Math.max(narrowest, gap)) };
  });
  return [{ mean: 0.5, sigma: 1 }, ...own];
}

/** Of the mixture, at a share of the axis. */
export function density(components: readonly Component[], share: number): number {
  const sum = components.reduce((total, { mean, sigma }) => {
    const [from, to] = tailsOf({ mean, sigma });
    return total + normal.pdf(share, mean, sigma) / (to - from);
  }, 0);
  return sum / components.length;
}

const tailsOf = ({ mean, sigma }: Component) =>
  [normal.cdf(0, mean, sigma), normal.cdf(1, mean, sigma)] as const;

function drawTruncated(component: Component, uniform: number): number {
  const [from, to] = tailsOf(component);
  return Math.min(1, Math.max(0, normal.inv(from + uniform * (to - from), component.mean, component.sigma)));
}

/** Counts, with one further draw spread over all values. */
export function frequencies(count: number, values: readonly number[]): number[] {
  const found = Array.from({ length: count }, () => 1 / count);
  for (const value of values) found[value]! += 1;
  return found.map((one) => one / (values.length + 1));
}

function drawOf(shares: readonly number[], uniform: number): number {
  let left = uniform;
  const at = shares.findIndex((share) => {
    left -= share;
    return left < 0;
  });
  return at < 0 ? shares.length - 1 : at;
}

/** The first of the largest. */
function largest(candidates: readonly number[], score: (value: number) => number): number {
  let [best, most] = [candidates[0]!, Number.NEGATIVE_INFINITY];
  for (const candidate of candidates) {
    const own = score(candidate);
    if (own > most) [best, most] = [candidate, own];
  }
  return best;
}

/** Least first; equal ones stay in order. */
export function byLoss<T extends { readonly loss: number | null }>(tried: readonly T[]): T[] {
  const rank = ({ loss }: T) => loss ?? Number.POSITIVE_INFINITY;
  return tried.toSorted((a, b) => (rank(a) === rank(b) ? 0 : rank(a) - rank(b)));
}
