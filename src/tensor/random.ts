/**
 * Counter-based random numbers: a number depends on a key and an index alone, so masks and initial weights are the same
 * in every executor and after every resume. The mixing function is 32-bit integer arithmetic that JavaScript, WebAssembly
 * SIMD and shaders all do exactly.
 */

/** A bijective 32-bit finaliser (Wellons, "Prospecting for hash functions", 2018: lowbias32). */
export function mix32(x: number): number {
  let h = x | 0;
  h = Math.imul(h ^ (h >>> 16), 0x7feb352d);
  h = Math.imul(h ^ (h >>> 15), 0x846ca68b);
  return (h ^ (h >>> 16)) >>> 0;
}

/** Two 32-bit words that stand for a list of integers and names. */
export interface RandomKey {
  readonly a: number;
  readonly b: number;
}

export function randomKey(...parts: readonly (number | string)[]): RandomKey {
  let a = 0x243f6a88;
  let b = 0x85a308d3;
  const absorb = (word: number) => {
    a = mix32(a ^ word);
    b = mix32((b + Math.imul(word, 0x9e3779b1)) ^ a);
  };
  for (const part of parts) {
    if (typeof part === 'number') {
      absorb(part | 0);
      absorb(Math.floor(part / 2 ** 32) | 0);
    } else {
      for (let i = 0; i < part.length; i++) absorb(part.charCodeAt(i));
      absorb(0x80000000 | part.length);
    }
  }
  return { a, b };
}

/** Uniform 32-bit integer number `index` under a key. */
export function randomBits(key: RandomKey, index: number): number {
  return mix32(mix32(index ^ key.a) + key.b);
}

/**
 * 16-bit values below this are dropped: rate · 2¹⁶, rounded. Two elements share one 32-bit number, so a rate is held to
 * 1/65536, which is far below what a run could tell apart.
 */
export function dropThreshold(rate: number): number {
  return Math.min(0xffff, Math.round(rate * 2 ** 16));
}

/** The mask of `dropout`: 0 with probability `rate`, else 1 / (1 − rate) in float32. */
export function dropoutMask(
  seed: number,
  step: number,
  name: string,
  rate: number,
  size: number,
): Float32Array {
  const key = randomKey(seed, step, name);
  const threshold = dropThreshold(rate);
  const scale = Math.fround(1 / (1 - rate));
  const mask = new Float32Array(size);
  for (let i = 0; i < size; i++) {
    const pair = randomBits(key, i >>> 1);
    mask[i] = (i % 2 === 0 ? pair & 0xffff : pair >>> 16) < threshold ? 0 : scale;
  }
  return mask;
}
