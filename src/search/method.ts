/**
 * Searches that learn from what they have tried: which points come next is a pure function of what was tried before, so a search
 * that was killed goes on as if it had not been. A loss is one of validation cases; what it is of belongs to the caller.
 */
import { type Axis, drawPoints, type Point } from './space.ts';
import { byLoss, proposePoint } from './tpe.ts';

export type Method =
  /** Successive halving (Jamieson & Talwalkar, AISTATS 2016; a bracket of Hyperband, Li et al., JMLR 2018). */
  | { readonly kind: 'halving'; readonly points: number; readonly eta: number; readonly seed: number }
  /** Tree-structured Parzen estimator (Bergstra et al., NeurIPS 2011), behind `startup` random points. */
  | { readonly kind: 'tpe'; readonly points: number; readonly startup: number; readonly seed: number };

export type Trial = {
  readonly point: Point;
  /** What it may train at most. */
  readonly epochs: number;
};

/** `loss` is null where training did not end with finite numbers: worse than any other. */
export type Tried = Trial & { readonly loss: number | null };

/** The trials that can be made now, none when the search is over. `epochs` are those of a full training. */
export function nextTrials(
  method: Method,
  axes: readonly Axis[],
  tried: readonly Tried[],
  epochs: number,
): Trial[] {
  if (method.kind === 'halving') return nextOfHalving(method, axes, tried, epochs);
  const { points, startup, seed } = method;
  const first = Math.min(startup, points);
  const random = drawPoints(axes, first, seed).slice(tried.length);
  if (random.length > 0) return random.map((point) => ({ point, epochs }));
  if (tried.length >= points) return [];
  return [
    {
      point: proposePoint(
        axes,
        tried.map(({ point, loss }) => ({ point, loss })),
        seed,
      ),
      epochs,
    },
  ];
}

/** Trials of a whole search. */
export function countTrials(method: Method, epochs: number): number {
  if (method.kind === 'tpe') return method.points;
  return rungsOf(method, epochs).reduce((sum, { count }) => sum + count, 0);
}

export interface Rung {
  readonly count: number;
  readonly epochs: number;
}

/**
 * n points with E/ηᵏ epochs, the best n/η with E/ηᵏ⁻¹, … until fewer than η are left, which train all E: k is the largest
 * number with ηᵏ ≤ n, and k ≤ log E, since nothing trains less than an epoch.
 */
export function rungsOf({ points, eta }: { points: number; eta: number }, epochs: number): Rung[] {
  let halvings = 0;
  while (eta ** (halvings + 1) <= points && eta ** (halvings + 1) <= epochs) halvings += 1;
  return Array.from({ length: halvings + 1 }, (_, k) => ({
    count: Math.floor(points / eta ** k),
    epochs: Math.max(1, Math.round(epochs / eta ** (halvings - k))),
  }));
}

function nextOfHalving(
  method: Method & { readonly kind: 'halving' },
  axes: readonly Axis[],
  tried: readonly Tried[],
  epochs: number,
): Trial[] {
  let contenders: readonly Point[] = drawPoints(axes, method.points, method.seed);
  let start = 0;
  for (const rung of rungsOf(method, epochs)) {
    contenders = contenders.slice(0, rung.count);
    const done = tried.slice(start, start + contenders.length);
    if (done.length < contenders.length)
      return contenders.slice(done.length).map((point) => ({ point, epochs: rung.epochs }));
    start += done.length;
    contenders = byLoss(done).map(({ point }) => point);
  }
  return [];
}

/** Position of the trial to keep: the least loss among those that trained longest, the earlier of equals. Undefined if none has one. */
export function chooseTrial(tried: readonly Tried[]): number | undefined {
  const longest = Math.max(...tried.map(({ epochs }) => epochs));
  const [best] = byLoss(tried.filter(({ epochs, loss }) => epochs === longest && loss !== null));
  return best && tried.indexOf(best);
}
