/**
 * Cut tree (ART, ASE 2024): clusters rows without their labels, then names each cluster after them. Always the leaf and the
 * feature with the largest variance are cut, each feature once in the whole tree, where the two sides have the largest mean
 * cosine distance from each other. What was cut too finely is joined again: of the nodes above leaves, the one whose rows are
 * most alike by cosine, until few enough leaves are left. As in the public code, but for features that do not vary, which are
 * not cut. Ours and no library's: nobody else has this tree.
 */
export interface CutTreeOptions {
  readonly classes: number;
  /** Leaves are joined until there are at most this many. */
  readonly leaves: number;
}

interface Cluster {
  readonly members: readonly number[];
  /** Widest feature that is not cut yet, undefined where none varies. */
  cut?: {
    readonly feature: number;
    readonly threshold: number;
    readonly low: Cluster;
    readonly high: Cluster;
  };
}

/** Gives a function from a row to the shares of the classes in its leaf. */
export function fitCutTree(
  rows: readonly Float64Array[],
  labels: readonly number[],
  { classes, leaves }: CutTreeOptions,
): (row: Float64Array) => number[] {
  const units = rows.map(unitOf);
  const root: Cluster = { members: rows.map((_, i) => i) };
  grow(root, rows, units);
  join(root, units, leaves);
  return (row) => {
    let node = root;
    while (node.cut)
      node = (row[node.cut.feature] as number) <= node.cut.threshold ? node.cut.low : node.cut.high;
    const shares = new Array<number>(classes).fill(0);
    for (const i of node.members) shares[labels[i] as number] = (shares[labels[i] as number] as number) + 1;
    return shares.map((n) => n / node.members.length);
  };
}

function grow(root: Cluster, rows: readonly Float64Array[], units: readonly Float64Array[]): void {
  const free = new Set(Array.from({ length: rows[0]?.length ?? 0 }, (_, feature) => feature));
  const open = new Map([[root, variancesOf(root.members, rows)]]);
  for (;;) {
    let best: { readonly leaf: Cluster; readonly feature: number; readonly variance: number } | undefined;
    for (const [leaf, variances] of open)
      for (const feature of free) {
        const variance = variances[feature] as number;
        if (variance > (best?.variance ?? 0)) best = { leaf, feature, variance };
      }
    if (!best) return;
    const { leaf, feature } = best;
    const { threshold, low, high } = cutApart(leaf.members, feature, rows, units);
    leaf.cut = { feature, threshold, low: { members: low }, high: { members: high } };
    free.delete(feature);
    open.delete(leaf);
    for (const side of [leaf.cut.low, leaf.cut.high])
      if (side.members.length > 1) open.set(side, variancesOf(side.members, rows));
  }
}

function variancesOf(members: readonly number[], rows: readonly Float64Array[]): Float64Array {
  const width = rows[0]?.length ?? 0;
  const variances = new Float64Array(width);
  for (let j = 0; j < width; j++) {
    const values = members.map((i) => rows[i]?.[j] as number);
    // Equal numbers vary by rounding otherwise.
    if (values.every((value) => value === values[0])) continue;
    const mean = values.reduce((a, b) => a + b, 0) / values.length;
    variances[j] = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length;
  }
  return variances;
}

/** Of all cuts between two different values the one whose sides are farthest apart. */
function cutApart(
  members: readonly number[],
  feature: number,
  rows: readonly Float64Array[],
  units: readonly Float64Array[],
) {
  const numberOf = (i: number) => rows[i]?.[feature] as number;
  const sorted = members.toSorted((a, b) => numberOf(a) - numberOf(b));
  const above = sumOf(sorted, units);
  const below = new Float64Array(above.length);
  let [at, farthest] = [1, Number.NEGATIVE_INFINITY];
  for (let n = 1; n < sorted.length; n++) {
    const moved = units[sorted[n - 1] as number] as Float64Array;
    let product = 0;
    for (let j = 0; j < below.length; j++) {
      below[j] = (below[j] as number) + (moved[j] as number);
      above[j] = (above[j] as number) - (moved[j] as number);
      product += (below[j] as number) * (above[j] as number);
    }
    if (numberOf(sorted[n - 1] as number) === numberOf(sorted[n] as number)) continue;
    const distance = 1 - product / (n * (sorted.length - n));
    if (distance > farthest) [at, farthest] = [n, distance];
  }
  return { threshold: numberOf(sorted[at - 1] as number), low: sorted.slice(0, at), high: sorted.slice(at) };
}

function join(root: Cluster, units: readonly Float64Array[], most: number): void {
  const spreads = new Map<Cluster, number>();
  const spreadOf = (node: Cluster): number => {
    const known = spreads.get(node) ?? meanDistance(node.members, units);
    spreads.set(node, known);
    return known;
  };
  for (;;) {
    const inner = innerNodes(root);
    if (inner.length < most) return;
    const above = inner.filter(({ cut }) => cut && (!cut.low.cut || !cut.high.cut));
    const closest = above.reduce<Cluster | undefined>(
      (best, node) => (!best || spreadOf(node) < spreadOf(best) ? node : best),
      undefined,
    );
    if (!closest) return;
    delete closest.cut;
  }
}

/** A tree has one leaf more than inner nodes. */
function innerNodes(root: Cluster): Cluster[] {
  if (!root.cut) return [];
  return [root, ...innerNodes(root.cut.low), ...innerNodes(root.cut.high)];
}

/** Mean of 1 − cosine over all pairs of members, each with itself included. */
function meanDistance(members: readonly number[], units: readonly Float64Array[]): number {
  const sum = sumOf(members, units);
  return 1 - sum.reduce((total, x) => total + x * x, 0) / members.length ** 2;
}

function sumOf(members: readonly number[], units: readonly Float64Array[]): Float64Array {
  const sum = new Float64Array(units[0]?.length ?? 0);
  for (const i of members)
    units[i]?.forEach((x, j) => {
      sum[j] = (sum[j] as number) + x;
    });
  return sum;
}

/** A row of zeros stays one: it is like no other. */
function unitOf(row: Float64Array): Float64Array {
  const length = Math.hypot(...row);
  return length === 0 ? row : row.map((x) => x / length);
}
