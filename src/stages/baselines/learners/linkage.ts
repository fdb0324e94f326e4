/**
 * Agglomerative clustering with complete or average linkage: the two nearest clusters are joined as long as they are no
 * farther apart than the cut, distances to a joined cluster following Lance and Williams (The Computer Journal 1967). Chains
 * of nearest neighbours (Murtagh, The Computer Journal 1983) find the same tree in n² steps. Our own: npm's `ml-hclust` 4
 * looks at all pairs of clusters before every join. `test/stages/baselines` compares it with SciPy and scikit-learn.
 */
export type Linkage = 'complete' | 'average';

/**
 * `distance(i, j)` is asked once for every pair i < j. Gives the cluster of each of the `count` rows; clusters are numbered
 * by their first row. As in SciPy's `fcluster`, two clusters exactly as far apart as the cut are joined.
 */
export function agglomerate(
  count: number,
  distance: (i: number, j: number) => number,
  linkage: Linkage,
  cut: number,
): Int32Array {
  const between = new Float64Array(count * count);
  for (let i = 0; i < count; i++)
    for (let j = i + 1; j < count; j++) {
      const one = distance(i, j);
      between[i * count + j] = one;
      between[j * count + i] = one;
    }
  const size = new Int32Array(count).fill(1);
  const parent = Int32Array.from({ length: count }, (_, i) => i);
  const chain: number[] = [];
  for (let left = count; left > 1; left--) {
    if (chain.length === 0) chain.push(size.findIndex((n) => n > 0));
    let [near, far] = [0, 0];
    for (;;) {
      far = chain.at(-1) as number;
      const before = chain.at(-2);
      // Of equally near clusters the one that the chain came from, so that it ends; else the first.
      let best = before === undefined ? Number.POSITIVE_INFINITY : (between[far * count + before] as number);
      near = before ?? -1;
      for (let k = 0; k < count; k++) {
        if (k === far || size[k] === 0) continue;
        const one = between[far * count + k] as number;
        if (one < best || near < 0) [best, near] = [one, k];
      }
      if (near === before) break;
      chain.push(near);
    }
    chain.length -= 2;
    const [a, b] = near < far ? [near, far] : [far, near];
    // Both linkages join at growing distances, so every join above the cut can be left out of the answer.
    if ((between[a * count + b] as number) <= cut) parent[rootOf(parent, b)] = rootOf(parent, a);
    const [n, m] = [size[a] as number, size[b] as number];
    for (let k = 0; k < count; k++) {
      if (size[k] === 0 || k === a || k === b) continue;
      const [toA, toB] = [between[a * count + k] as number, between[b * count + k] as number];
      const joined = linkage === 'complete' ? Math.max(toA, toB) : (n * toA + m * toB) / (n + m);
      between[a * count + k] = joined;
      between[k * count + a] = joined;
    }
    size[a] = n + m;
    size[b] = 0;
  }
  const numbers = new Map<number, number>();
  return Int32Array.from({ length: count }, (_, i) => {
    const root = rootOf(parent, i);
    const number = numbers.get(root) ?? numbers.size;
    numbers.set(root, number);
    return number;
  });
}

function rootOf(parent: Int32Array, row: number): number {
  let at = row;
  while (parent[at] !== at) at = parent[at] as number;
  return at;
}
