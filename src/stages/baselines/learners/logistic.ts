/**
 * Multinomial logistic regression: softmax over the classes of the training rows, L2 penalty on the weights but not on the
 * intercepts, `C · Σ loss + ½‖W‖²` as in scikit-learn (a row's loss times n / (K · rows of its class) where classes are
 * balanced), minimised with L-BFGS (Nocedal and Wright, Numerical Optimization,
 * algorithm 7.4). Our own: npm's `ml-logistic-regression` 2.0 is one-against-rest by a fixed number of plain gradient steps,
 * without penalty, intercept or probabilities. `test/stages/baselines` compares it with scikit-learn.
 */
export interface LogisticOptions {
  readonly classes: number;
  /** Inverse strength of the penalty. */
  readonly c: number;
  /** Whether every class counts the same. */
  readonly balanced?: boolean;
}

export interface LogisticModel {
  /** Per class; 0 for a class that no training row has. */
  readonly probabilities: (row: Float64Array) => number[];
  readonly converged: boolean;
  readonly steps: number;
}

const maxSteps = 1000;
/** Of the largest component of the gradient, per training row. */
const tolerance = 1e-8;

export function fitLogistic(
  rows: readonly Float64Array[],
  labels: readonly number[],
  { classes, c, balanced = false }: LogisticOptions,
): LogisticModel {
  const present = Array.from({ length: classes }, (_, label) => label).filter((one) => labels.includes(one));
  const width = rows[0]?.length ?? 0;
  const k = present.length;
  const targets = labels.map((label) => present.indexOf(label));
  const counts = present.map((label) => labels.filter((one) => one === label).length);
  const costs = targets.map((target) => (balanced ? (c * rows.length) / (k * (counts[target] ?? 1)) : c));
  const value = (w: Float64Array, gradient: Float64Array) => objective(w, gradient, rows, targets, k, costs);
  const size = k * (width + 1);
  const found = minimise(value, size, tolerance * Math.max(1, c * rows.length));
  return {
    probabilities: (row) => {
      const shares = softmax(scoresOf(found.x, row, k));
      const all = new Array<number>(classes).fill(0);
      present.forEach((label, i) => {
        all[label] = shares[i] ?? 0;
      });
      return all;
    },
    converged: found.converged,
    steps: found.steps,
  };
}

/** Weights of a class lie together, its intercept behind them. */
function scoresOf(w: Float64Array, row: Float64Array, classes: number): Float64Array {
  const width = row.length;
  const scores = new Float64Array(classes);
  for (let k = 0; k < classes; k++) {
    const at = k * (width + 1);
    let total = w[at + width] as number;
    for (let j = 0; j < width; j++) total += (w[at + j] as number) * (row[j] as number);
    scores[k] = total;
  }
  return scores;
}

function softmax(scores: Float64Array): Float64Array {
  const top = scores.reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY);
  const powers = scores.map((score) => Math.exp(score - top));
  const total = powers.reduce((a, b) => a + b, 0);
  return powers.map((power) => power / total);
}

function objective(
  w: Float64Array,
  gradient: Float64Array,
  rows: readonly Float64Array[],
  targets: readonly number[],
  classes: number,
  costs: readonly number[],
): number {
  const width = rows[0]?.length ?? 0;
  let value = 0;
  for (let i = 0; i < w.length; i++) {
    const weight = i % (width + 1) === width ? 0 : (w[i] as number);
    gradient[i] = weight;
    value += 0.5 * weight * weight;
  }
  rows.forEach((row, i) => {
    const shares = softmax(scoresOf(w, row, classes));
    const target = targets[i] ?? 0;
    const cost = costs[i] ?? 0;
    value -= cost * Math.log(Math.max(shares[target] ?? 0, Number.MIN_VALUE));
    for (let k = 0; k < classes; k++) {
      const error = cost * ((shares[k] as number) - (k === target ? 1 : 0));
      const at = k * (width + 1);
      for (let j = 0; j < width; j++)
        gradient[at + j] = (gradient[at + j] as number) + error * (row[j] as number);
      gradient[at + width] = (gradient[at + width] as number) + error;
    }
  });
  return value;
}

const dot = (a: Float64Array, b: Float64Array): number => {
  let total = 0;
  for (let i = 0; i < a.length; i++) total += (a[i] as number) * (b[i] as number);
  return total;
};

/** L-BFGS from 0 with ten pairs and steps halved until they are worth it (Armijo). Pairs without curvature are left out. */
function minimise(
  value: (x: Float64Array, gradient: Float64Array) => number,
  size: number,
  enough: number,
): { readonly x: Float64Array; readonly converged: boolean; readonly steps: number } {
  let x: Float64Array = new Float64Array(size);
  let gradient: Float64Array = new Float64Array(size);
  let now = value(x, gradient);
  const pairs: { readonly s: Float64Array; readonly y: Float64Array; readonly rho: number }[] = [];
  for (let step = 0; step < maxSteps; step++) {
    if (gradient.every((one) => Math.abs(one) <= enough)) return { x, converged: true, steps: step };
    const direction = twoLoops(gradient, pairs);
    const slope = dot(direction, gradient);
    let length = pairs.length > 0 ? 1 : 1 / Math.max(1, Math.sqrt(dot(gradient, gradient)));
    let next = x;
    let then = now;
    const after = new Float64Array(size);
    for (; length > 1e-20; length /= 2) {
      next = x.map((one, i) => one + length * (direction[i] as number));
      then = value(next, after);
      if (then <= now + 1e-4 * length * slope) break;
    }
    // No shorter step is worth it any more: that is as far as these numbers go.
    if (!(then < now))
      return { x, converged: gradient.every((one) => Math.abs(one) <= 1e4 * enough), steps: step };
    const s = next.map((one, i) => one - (x[i] as number));
    const y = after.map((one, i) => one - (gradient[i] as number));
    const curvature = dot(s, y);
    if (curvature > 1e-12 * dot(y, y)) pairs.push({ s, y, rho: 1 / curvature });
    if (pairs.length > 10) pairs.shift();
    [x, gradient, now] = [next, after, then];
  }
  return { x, converged: false, steps: maxSteps };
}

/** Minus the gradient times the estimated inverse Hessian. */
function twoLoops(
  gradient: Float64Array,
  pairs: readonly { readonly s: Float64Array; readonly y: Float64Array; readonly rho: number }[],
): Float64Array {
  const q = gradient.map((one) => -one);
  const add = (to: Float64Array, by: number, what: Float64Array) => {
    for (let i = 0; i < to.length; i++) to[i] = (to[i] as number) + by * (what[i] as number);
  };
  const alphas = pairs.toReversed().map(({ s, y, rho }) => {
    const alpha = rho * dot(s, q);
    add(q, -alpha, y);
    return alpha;
  });
  const last = pairs.at(-1);
  if (last) {
    const scale = 1 / (last.rho * dot(last.y, last.y));
    for (let i = 0; i < q.length; i++) q[i] = (q[i] as number) * scale;
  }
  pairs.forEach(({ s, y, rho }, i) => {
    add(q, (alphas[pairs.length - 1 - i] ?? 0) - rho * dot(y, q), s);
  });
  return q;
}
