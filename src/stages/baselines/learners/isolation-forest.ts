/**
 * Isolation forest (Liu, Ting and Zhou, ICDM 2008) as scikit-learn has it: trees of random cuts on samples without
 * replacement, no deeper than log₂ of the sample; a row that few cuts set apart is an outlier. Our own: npm's
 * `isolation-forest` packages are abandoned. `test/stages/baselines` compares it with scikit-learn. The same seed gives the
 * same forest to the bit.
 */
import { randomStream } from '../answer.ts';

export interface IsolationOptions {
  readonly trees: number;
  readonly seed: number;
  /** Rows that a tree is grown on, at most. Default 256. */
  readonly sample?: number;
}

/** A leaf has the cuts down to it, and those that its rows would still take on average. */
type Tree =
  | { readonly depth: number }
  | { readonly feature: number; readonly threshold: number; readonly low: Tree; readonly high: Tree };

/** Gives a row's score in (0, 1]: above ½ it is set apart sooner than rows of its kind are on average. */
export function fitIsolationForest(
  rows: readonly Float64Array[],
  { trees: count, seed, sample = 256 }: IsolationOptions,
): (row: Float64Array) => number {
  const size = Math.min(sample, rows.length);
  const deepest = Math.ceil(Math.log2(Math.max(2, size)));
  const trees = Array.from({ length: count }, (_, tree) => {
    const random = randomStream(seed, tree);
    return grow(drawRows(rows, size, random), 0, deepest, random);
  });
  const usual = averagePath(size);
  return (row) => {
    const mean = trees.reduce((sum, tree) => sum + depthOf(tree, row), 0) / count;
    // A single row tells nothing apart.
    return usual === 0 ? 0.5 : 2 ** (-mean / usual);
  };
}

/** Mean number of cuts that set one of n rows apart: that of an unsuccessful search in a binary tree. */
export function averagePath(n: number): number {
  if (n <= 1) return 0;
  if (n === 2) return 1;
  const eulerGamma = 0.5772156649015329;
  return 2 * (Math.log(n - 1) + eulerGamma) - (2 * (n - 1)) / n;
}

/** The first `size` of a shuffle. */
function drawRows(rows: readonly Float64Array[], size: number, random: () => number): Float64Array[] {
  const pool = [...rows];
  for (let i = 0; i < size; i++) {
    const j = i + Math.floor(random() * (pool.length - i));
    [pool[i], pool[j]] = [pool[j] as Float64Array, pool[i] as Float64Array];
  }
  return pool.slice(0, size);
}

function grow(rows: readonly Float64Array[], depth: number, deepest: number, random: () => number): Tree {
  const leaf = { depth: depth + averagePath(rows.length) };
  if (rows.length <= 1 || depth >= deepest) return leaf;
  const ranges = Array.from({ length: rows[0]?.length ?? 0 }, (_, feature) => {
    const values = rows.map((row) => row[feature] as number);
    return {
      feature,
      low: values.reduce((a, b) => Math.min(a, b)),
      high: values.reduce((a, b) => Math.max(a, b)),
    };
  }).filter(({ low, high }) => low < high);
  const chosen = ranges[Math.floor(random() * ranges.length)];
  if (!chosen) return leaf;
  const { feature } = chosen;
  const drawn = chosen.low + random() * (chosen.high - chosen.low);
  // Rounded up to the largest it would cut nothing off.
  const threshold = drawn < chosen.high ? drawn : chosen.low;
  const isLow = (row: Float64Array) => (row[feature] as number) <= threshold;
  const low = grow(rows.filter(isLow), depth + 1, deepest, random);
  const high = grow(
    rows.filter((row) => !isLow(row)),
    depth + 1,
    deepest,
    random,
  );
  return { feature, threshold, low, high };
}

function depthOf(tree: Tree, row: Float64Array): number {
  let node = tree;
  while ('feature' in node) node = (row[node.feature] as number) <= node.threshold ? node.low : node.high;
  return node.depth;
}
