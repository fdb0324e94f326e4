/**
 * Which cases a step sees: a seeded shuffle per epoch cut into batches, a smaller last one kept, and the rows gathered
 * into buffers that are reused from step to step. Knows nothing of the network.
 */
import { randomBits, randomKey } from '../../tensor/random.ts';

/**
 * A permutation of `cases` that depends on (seed, epoch) alone, so a resumed run sees the order it would have seen.
 * Fisher and Yates, from the last place down.
 */
export function shuffled(cases: readonly number[], seed: number, epoch: number): number[] {
  const order = [...cases];
  const key = randomKey(seed, 'order', epoch);
  for (let i = order.length - 1; i > 0; i -= 1) {
    const j = Math.floor((randomBits(key, i) / 2 ** 32) * (i + 1));
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
