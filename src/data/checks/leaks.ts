/**
 * Leaks between what is learnt from and what is asked: test cases that are training cases again, or share their time with
 * one, and single features that know the label. Reads finished features, whatever made them.
 */
import { createHash } from 'node:crypto';

/** Features of all cases: `data` is `[case, …]`. */
export interface CaseFeatures {
  readonly shape: readonly number[];
  readonly data: Float32Array;
}

/** Cases of `asked` whose features are equal, in every array, to those of a case of `learnt`. Cases without any do not count. */
export function repeatedCases(
  features: readonly CaseFeatures[],
  learnt: readonly number[],
  asked: readonly number[],
): { readonly asked: number; readonly learnt: number }[] {
  const known = new Map<string, number>();
  for (const i of learnt) {
    const key = contentOf(features, i);
    if (key !== undefined) known.set(key, i);
  }
  return asked.flatMap((i) => {
    const key = contentOf(features, i);
    const twin = key === undefined ? undefined : known.get(key);
    return twin === undefined ? [] : [{ asked: i, learnt: twin }];
  });
}

function contentOf(features: readonly CaseFeatures[], index: number): string | undefined {
  const hash = createHash('sha256');
  let empty = true;
  for (const { shape, data } of features) {
    const size = sizeOf(shape);
    const own = data.subarray(index * size, (index + 1) * size);
    if (own.some((value) => value !== 0)) empty = false;
    hash.update(new Uint8Array(own.buffer, own.byteOffset, own.byteLength));
  }
  return empty ? undefined : hash.digest('hex');
}

/** Numbers per case. */
const sizeOf = ([, ...rest]: readonly number[]) => rest.reduce((product, n) => product * n, 1);

/** So rarely would chance make one of all features separate the classes. */
const chance = 0.001;

/**
 * Places (within a case) of features that alone tell the class of every case: the ranges of their values, class by class, have
 * nothing in common. None where so few cases are that chance makes such features.
 */
export function tellingFeatures({ shape, data }: CaseFeatures, labels: readonly number[]): number[] {
  const classes = [...new Set(labels)];
  const size = sizeOf(shape);
  if (classes.length < 2 || size === 0 || size * separationChance(labels) > chance) return [];
  const place = labels.map((label) => classes.indexOf(label));
  const low = new Float32Array(classes.length);
  const high = new Float32Array(classes.length);
  const found: number[] = [];
  for (let column = 0; column < size; column++) {
    low.fill(Number.POSITIVE_INFINITY);
    high.fill(Number.NEGATIVE_INFINITY);
    for (const [i, k] of place.entries()) {
      const value = data[i * size + column] ?? 0;
      if (value < (low[k] ?? 0)) low[k] = value;
      if (value > (high[k] ?? 0)) high[k] = value;
    }
    const order = classes.map((_, k) => k).sort((a, b) => (low[a] ?? 0) - (low[b] ?? 0));
    if (order.every((k, at) => at === 0 || (low[k] ?? 0) > (high[order[at - 1] ?? 0] ?? 0)))
      found.push(column);
  }
  return found;
}

/** Of all orders of the cases, the share that has every class in one piece: K! · ∏ n! / N!. */
function separationChance(labels: readonly number[]): number {
  const counts = new Map<number, number>();
  for (const label of labels) counts.set(label, (counts.get(label) ?? 0) + 1);
  const logs = [counts.size, ...counts.values()].map(logFactorial);
  return Math.exp(logs.reduce((sum, one) => sum + one, 0) - logFactorial(labels.length));
}

function logFactorial(n: number): number {
  let sum = 0;
  for (let i = 2; i <= n; i++) sum += Math.log(i);
  return sum;
}
