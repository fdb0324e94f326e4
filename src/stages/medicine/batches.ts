/**
 * Which cases a step sees: a seeded shuffle per epoch cut into batches, a smaller last one kept, and the rows gathered
 * into buffers that are reused from step to step. Knows nothing of the network.
 */

/**
 * A permutation of `cases` that depends on (seed, epoch) alone, so a resumed run sees the order it would have seen.
 * Fisher and Yates, from the last place down.
 */
export function shuffled(cases: readonly number[], seed: number, epoch: number): number[] {
  const order = [...cases];
  const draw = counter(seed, epoch);
  for (let i = order.length - 1; i > 0; i -= 1) {
    const j = Math.floor(draw(i) * (i + 1));
    [order[i], order[j]] = [order[j]!, order[i]!];
  }
  return order;
}

/** Cuts `order` into runs of `size`; the last run holds what is left. */
export function batchesOf(order: readonly number[], size: number): number[][] {
  const batches: number[][] = [];
  for (let from = 0; from < order.length; from += size) batches.push(order.slice(from, from + size));
  return batches;
}

/** The different batch lengths that `count` cases give, longest first: one or two. */
export function batchSizes(count: number, size: number): number[] {
  const rest = count % size;
  const sizes = count >= size ? [size] : [];
  return rest > 0 ? [...sizes, rest] : sizes;
}

/**
 * Copies the rows `cases` of `source` (`[case, …]`, row-major) to the front of `target` and clears what follows them.
 */
export function gather(
  target: Float32Array,
  source: Float32Array,
  row: number,
  cases: readonly number[],
): void {
  cases.forEach((index, place) => {
    target.set(source.subarray(index * row, (index + 1) * row), place * row);
  });
  target.fill(0, cases.length * row);
}

/** Uniform numbers in [0, 1) as a function of (seed, stream, index): 32 bits from two rounds of murmur3's finaliser. */
function counter(seed: number, stream: number): (index: number) => number {
  const key = mix((mix(seed | 0) ^ Math.imul(stream + 1, 0x9e3779b1)) | 0);
  return (index) => (mix(mix((key + Math.imul(index, 0x85ebca77)) | 0) ^ key) >>> 0) / 2 ** 32;
}

function mix(value: number): number {
  let h = value ^ (value >>> 16);
  h = Math.imul(h, 0x85ebca6b);
  h ^= h >>> 13;
  h = Math.imul(h, 0xc2b2ae35);
  return h ^ (h >>> 16);
}
