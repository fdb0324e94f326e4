/**
 * Random forest for classes (Breiman, "Random Forests", Machine Learning 2001): trees of Gini splits on bootstrap samples,
 * grown until leaves are pure, √d features looked at per split; the answer is the mean of the leaves' class shares, as in
 * scikit-learn. Our own: npm's `ml-random-forest` 2.1 draws features once per tree instead of per split, and has no weights
 * of classes. `test/stages/baselines` compares it with scikit-learn. The same seed gives the same forest to the bit.
 */
import { randomStream } from '../answer.ts';

export interface ForestOptions {
  readonly classes: number;
  readonly trees: number;
  readonly seed: number;
  /** Whether every class counts the same. */
  readonly balanced?: boolean;
  /** Features looked at per split. Default: √d, rounded down. */
  readonly features?: number;
  /** False: every tree is grown on the rows as they are. Default: true. */
  readonly bootstrap?: boolean;
}

/**
 * The nodes of all trees, one number of each in every list. Objects that point at each other would be many times slower to
 * walk.
 */
interface Nodes {
  /** Feature that a node asks for; -1: a leaf. */
  readonly feature: number[];
  /** Rows whose value is at most this go to `low`. */
  readonly threshold: number[];
  /** Node below; of a leaf, where its shares of the classes begin. */
  readonly low: number[];
  readonly high: number[];
  readonly shares: number[];
}

/** Gives a function from a row to a probability per class. */
export function fitForest(
  rows: readonly Float64Array[],
  labels: readonly number[],
  options: ForestOptions,
): (row: Float64Array) => number[] {
  const { classes, trees: count, seed, balanced = false, bootstrap = true } = options;
  const width = rows[0]?.length ?? 0;
  const features = options.features ?? Math.max(1, Math.floor(Math.sqrt(width)));
  const counts = new Float64Array(classes);
  for (const label of labels) counts[label] = (counts[label] ?? 0) + 1;
  const present = counts.filter((n) => n > 0).length;
  const base = labels.map((label) => (balanced ? rows.length / (present * (counts[label] ?? 1)) : 1));
  const ranks = ranksOf(rows, width);
  const room: Room = {
    order: new Int32Array(rows.length),
    other: new Int32Array(rows.length),
    starts: new Int32Array(buckets + 1),
    below: new Float64Array(classes),
  };
  const classOf = Int32Array.from(labels);
  const nodes: Nodes = { feature: [], threshold: [], low: [], high: [], shares: [] };
  const roots = Array.from({ length: count }, (_, tree) => {
    const random = randomStream(seed, tree);
    const times = new Float64Array(rows.length).fill(bootstrap ? 0 : 1);
    if (bootstrap)
      for (let i = 0; i < rows.length; i++) {
        const drawn = Math.floor(random() * rows.length);
        times[drawn] = (times[drawn] ?? 0) + 1;
      }
    const weights = times.map((n, i) => n * (base[i] ?? 0));
    const chosen = Int32Array.from(rows, (_, i) => i).filter((i) => (weights[i] ?? 0) > 0);
    const pool = Int32Array.from({ length: width }, (_, j) => j);
    const growth = { rows, labels: classOf, weights, classes, features, ranks, room, pool, random, nodes };
    return grow(chosen, growth);
  });
  const [feature, low, high] = [nodes.feature, nodes.low, nodes.high].map((list) => Int32Array.from(list));
  const [threshold, shares] = [nodes.threshold, nodes.shares].map((list) => Float64Array.from(list));
  if (!feature || !low || !high || !threshold || !shares) throw new Error('a forest has five lists');
  return (row) => {
    const total = new Array<number>(classes).fill(0);
    for (const root of roots) {
      let node = root;
      for (let asked = feature[node] as number; asked >= 0; asked = feature[node] as number)
        node = ((row[asked] as number) <= (threshold[node] as number) ? low[node] : high[node]) as number;
      const at = low[node] as number;
      for (let k = 0; k < classes; k++) total[k] = (total[k] as number) + (shares[at + k] as number) / count;
    }
    return total;
  };
}

interface Growth {
  readonly rows: readonly Float64Array[];
  readonly labels: Int32Array;
  readonly weights: Float64Array;
  readonly classes: number;
  readonly features: number;
  /** Per feature and row: how many distinct values lie below. */
  readonly ranks: readonly Int32Array[];
  readonly room: Room;
  /** The features, in the order that the draws so far have left: any order is as good to draw from. */
  readonly pool: Int32Array;
  readonly random: () => number;
  readonly nodes: Nodes;
}

/** Room for looking at a split: millions of small arrays would cost more than what is done with them. */
interface Room {
  readonly order: Int32Array;
  readonly other: Int32Array;
  readonly starts: Int32Array;
  readonly below: Float64Array;
}

/** The most of one pass of the sort. */
const buckets = 256;

/** Number of the node that was added. `chosen` are rows in ascending order; they are partitioned in place. */
function grow(chosen: Int32Array, growth: Growth): number {
  const { rows, labels, weights, classes, nodes } = growth;
  const node = nodes.feature.length;
  const sums = new Float64Array(classes);
  for (const i of chosen) sums[labels[i] ?? 0] = (sums[labels[i] ?? 0] ?? 0) + (weights[i] ?? 0);
  const split = sums.filter((one) => one > 0).length > 1 ? bestSplit(chosen, sums, growth) : undefined;
  nodes.feature.push(split?.feature ?? -1);
  nodes.threshold.push(split?.threshold ?? 0);
  nodes.low.push(nodes.shares.length);
  nodes.high.push(0);
  if (!split) {
    const total = sums.reduce((a, b) => a + b, 0);
    for (const sum of sums) nodes.shares.push(sum / total);
    return node;
  }
  // Both parts keep their order.
  const { order } = growth.room;
  let [lower, upper] = [0, 0];
  for (const i of chosen) {
    if ((rows[i]?.[split.feature] ?? 0) <= split.threshold) chosen[lower++] = i;
    else order[upper++] = i;
  }
  chosen.set(order.subarray(0, upper), lower);
  nodes.low[node] = grow(chosen.subarray(0, lower), growth);
  nodes.high[node] = grow(chosen.subarray(lower), growth);
  return node;
}

/** Looks at as many features as it may, and on until one of them differs among the rows. Undefined where none does. */
function bestSplit(
  chosen: Int32Array,
  sums: Float64Array,
  growth: Growth,
): { readonly feature: number; readonly threshold: number } | undefined {
  const { features, pool, random } = growth;
  const width = pool.length;
  let best: { readonly feature: number; readonly threshold: number; readonly gain: number } | undefined;
  let constant = 0;
  for (let looked = 0; looked < width && (looked < features || looked === constant); looked++) {
    const at = looked + Math.floor(random() * (width - looked));
    const feature = pool[at] as number;
    pool[at] = pool[looked] as number;
    pool[looked] = feature;
    const found = splitOn(feature, chosen, sums, growth);
    if (!found) constant++;
    else if (!best || found.gain > best.gain) best = { feature, ...found };
  }
  return best && { feature: best.feature, threshold: best.threshold };
}

function ranksOf(rows: readonly Float64Array[], width: number): Int32Array[] {
  return Array.from({ length: width }, (_, j) => {
    const column = new Float64Array(rows.length);
    for (let i = 0; i < rows.length; i++) column[i] = rows[i]?.[j] ?? 0;
    const values = column.slice().sort();
    const distinct = new Map<number, number>();
    let last = Number.NaN;
    for (const value of values) {
      if (value !== last) distinct.set(value, distinct.size);
      last = value;
    }
    return Int32Array.from(column, (value) => distinct.get(value) ?? 0);
  });
}

/** The threshold with the least Gini impurity on both sides together, undefined where all values are the same. */
function splitOn(
  feature: number,
  chosen: Int32Array,
  sums: Float64Array,
  { rows, labels, weights, ranks, room }: Growth,
): { readonly threshold: number; readonly gain: number } | undefined {
  const rank = ranks[feature] ?? new Int32Array();
  const sorted = sortByRank(chosen, rank, room);
  const count = chosen.length;
  if (rank[sorted[0] as number] === rank[sorted[count - 1] as number]) return undefined;
  const { below } = room;
  below.fill(0);
  // Gini's Σ w² / Σ w of both sides, the larger the less impure: kept up as rows go from above to below.
  let [totalBelow, squaresBelow, totalAbove, squaresAbove] = [0, 0, 0, 0];
  for (const sum of sums) {
    totalAbove += sum;
    squaresAbove += sum * sum;
  }
  let [bestGain, low, high] = [Number.NEGATIVE_INFINITY, 0, 0];
  let i = sorted[0] as number;
  for (let at = 1; at < count; at++) {
    const next = sorted[at] as number;
    const [label, weight] = [labels[i] as number, weights[i] as number];
    const moved = below[label] as number;
    const left = (sums[label] as number) - moved;
    below[label] = moved + weight;
    totalBelow += weight;
    totalAbove -= weight;
    squaresBelow += weight * (2 * moved + weight);
    squaresAbove -= weight * (2 * left - weight);
    if (rank[i] !== rank[next]) {
      const gain = squaresBelow / totalBelow + squaresAbove / totalAbove;
      if (gain > bestGain) [bestGain, low, high] = [gain, i, next];
    }
    i = next;
  }
  const [value, next] = [rows[low]?.[feature] ?? 0, rows[high]?.[feature] ?? 0];
  const middle = value / 2 + next / 2;
  // Between neighbouring numbers there is no middle.
  return { threshold: middle < next ? middle : value, gain: bestGain };
}

/** Rows by rank, those of one rank in the order given; what lies behind them is undefined. A few bits of the ranks after the others: no comparison. */
function sortByRank(chosen: Int32Array, rank: Int32Array, { order, other, starts }: Room): Int32Array {
  const count = chosen.length;
  if (count <= 24) {
    for (let k = 0; k < count; k++) {
      const row = chosen[k] as number;
      const own = rank[row] as number;
      let at = k;
      for (; at > 0 && (rank[order[at - 1] as number] as number) > own; at--)
        order[at] = order[at - 1] as number;
      order[at] = row;
    }
    return order;
  }
  let top = 0;
  for (let k = 0; k < count; k++) top = Math.max(top, rank[chosen[k] as number] as number);
  // Few rows are not worth many buckets.
  const bits = count < 1024 ? 5 : 8;
  const mask = (1 << bits) - 1;
  let [from, to] = [chosen, order];
  for (let shift = 0; shift === 0 || top >> shift > 0; shift += bits) {
    starts.fill(0, 0, mask + 2);
    for (let k = 0; k < count; k++) {
      const bucket = (((rank[from[k] as number] as number) >> shift) & mask) + 1;
      starts[bucket] = (starts[bucket] as number) + 1;
    }
    for (let b = 0; b <= mask; b++) starts[b + 1] = (starts[b + 1] as number) + (starts[b] as number);
    for (let k = 0; k < count; k++) {
      const row = from[k] as number;
      const bucket = ((rank[row] as number) >> shift) & mask;
      const at = starts[bucket] as number;
      to[at] = row;
      starts[bucket] = at + 1;
    }
    // `chosen` itself is never written to.
    [from, to] = [to, to === order ? other : order];
  }
  return from;
}
