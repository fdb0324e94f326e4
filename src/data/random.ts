/** Counter-based random numbers for splits: the number depends on (seed, stream, index) alone, never on the order of calls. */

/** A 32-bit finaliser (the one of MurmurHash3): every input bit reaches every output bit. */
function mix(value: number): number {
  let h = value | 0;
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return (h ^ (h >>> 16)) >>> 0;
}

/** Uniform in [0, 1) with 32 bits. */
export function uniformAt(seed: number, stream: number, index: number): number {
  const high = Math.floor(seed / 2 ** 32);
  let h = mix(seed ^ 0x9e3779b9);
  h = mix(h ^ Math.imul(high, 0x27d4eb2f));
  h = mix(h ^ Math.imul(stream + 1, 0x165667b1));
  h = mix(h ^ Math.imul(index + 1, 0x2545f491));
  return h / 2 ** 32;
}

/** The numbers 0 … n − 1 in a seeded random order. */
export function shuffledIndices(n: number, seed: number, stream: number): number[] {
  const keys = Array.from({ length: n }, (_, i) => uniformAt(seed, stream, i));
  return Array.from({ length: n }, (_, i) => i).sort((a, b) => (keys[a] ?? 0) - (keys[b] ?? 0) || a - b);
}
