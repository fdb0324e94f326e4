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

type Tree =
  | { readonly shares: readonly number[] }
  | { readonly feature: number; readonly threshold: number; readonly low: Tree; readonly high: Tree };

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
  const trees = Array.from({ length: count }, (_, tree) => {
    const random = randomStream(seed, tree);
    const times = new Float64Array(rows.length).fill(bootstrap ? 0 : 1);
    if (bootstrap)
      for (let i = 0; i < rows.length; i++) {
        const drawn = Math.floor(random() * rows.length);
        times[drawn] = (times[drawn] ?? 0) + 1;
      }
    const weights = times.map((n, i) => n * (base[i] ?? 0));
    const chosen = Array.from(rows, (_, i) => i).filter((i) => (weights[i] ?? 0) > 0);
    return grow(chosen, { rows, labels, weights, classes, features, width, random });
  });
  return (row) => {
    const total = new Array<number>(classes).fill(0);
    for (const tree of trees)
      leafOf(tree, row).forEach((share, k) => {
        total[k] = (total[k] ?? 0) + share / trees.length;
      });
    return total;
  };
}

function leafOf(tree: Tree, row: Float64Array): readonly number[] {
  let node = tree;
  while ('feature' in node) node = (row[node.feature] ?? 0) <= node.threshold ? node.low : node.high;
  return node.shares;
}

interface Growth {
  readonly rows: readonly Float64Array[];
  readonly labels: readonly number[];
  readonly weights: Float64Array;
  readonly classes: number;
  readonly features: number;
  readonly width: number;
  readonly random: () => number;
}

function grow(chosen: readonly number[], growth: Growth): Tree {
  const { rows, labels, weights, classes } = growth;
  const sums = new Float64Array(classes);
  for (const i of chosen) sums[labels[i] ?? 0] = (sums[labels[i] ?? 0] ?? 0) + (weights[i] ?? 0);
  const split = sums.filter((one) => one > 0).length > 1 ? bestSplit(chosen, sums, growth) : undefined;
  if (!split) {
    const total = sums.reduce((a, b) => a + b, 0);
    return { shares: Array.from(sums, (one) => one / total) };
  }
  const isLow = (i: number) => (rows[i]?.[split.feature] ?? 0) <= split.threshold;
  const low = grow(chosen.filter(isLow), growth);
  const high = grow(
    chosen.filter((i) => !isLow(i)),
    growth,
  );
  return { ...split, low, high };
}

/** Looks at as many features as it may, and on until one of them differs among the rows. Undefined where none does. */
function bestSplit(
  chosen: readonly number[],
  sums: Float64Array,
  growth: Growth,
): { readonly feature: number; readonly threshold: number } | undefined {
  const { features, width, random } = growth;
  const pool = Int32Array.from({ length: width }, (_, j) => j);
  let best: { readonly feature: number; readonly threshold: number; readonly gain: number } | undefined;
  let constant = 0;
  for (let looked = 0; looked < width && (looked < features || looked === constant); looked++) {
    const at = looked + Math.floor(random() * (width - looked));
    const feature = pool[at] as number;
    pool[at] = pool[looked] as number;
    const found = splitOn(feature, chosen, sums, growth);
    if (!found) constant++;
    else if (!best || found.gain > best.gain) best = { feature, ...found };
  }
  return best && { feature: best.feature, threshold: best.threshold };
}

/** The threshold with the least Gini impurity on both sides together, undefined where all values are the same. */
function splitOn(
  feature: number,
  chosen: readonly number[],
  sums: Float64Array,
  { rows, labels, weights }: Growth,
): { readonly threshold: number; readonly gain: number } | undefined {
  const read = (i: number) => rows[i]?.[feature] ?? 0;
  const sorted = Int32Array.from(chosen).sort((a, b) => read(a) - read(b) || a - b);
  const below = new Float64Array(sums.length);
  const above = Float64Array.from(sums);
  let best: { readonly threshold: number; readonly gain: number } | undefined;
  for (let at = 0; at + 1 < sorted.length; at++) {
    const i = sorted[at] as number;
    const label = labels[i] ?? 0;
    below[label] = (below[label] ?? 0) + (weights[i] ?? 0);
    above[label] = (above[label] ?? 0) - (weights[i] ?? 0);
    const [value, next] = [read(i), read(sorted[at + 1] as number)];
    if (value === next) continue;
    const gain = purity(below) + purity(above);
    if (best && gain <= best.gain) continue;
    const middle = value / 2 + next / 2;
    // Between neighbouring numbers there is no middle.
    best = { threshold: middle < next ? middle : value, gain };
  }
  return best;
}

/** Σ w² / Σ w: the larger, the less impure. */
function purity(weights: Float64Array): number {
  let [total, squares] = [0, 0];
  for (const weight of weights) {
    total += weight;
    squares += weight * weight;
  }
  return total > 0 ? squares / total : 0;
}
