/**
 * Counter-based random numbers: Threefry-2x32 with 13 rounds (Salmon et al., "Parallel random numbers: as easy as
 * 1, 2, 3", SC 2011). A stream is keyed by (seed, case, purpose), so case k draws the same numbers whatever else is
 * simulated and in whatever order.
 */

/** What a stream of draws is for. The number is part of the key: never reuse or renumber one. */
export const purposes = {
  schedule: 1,
  mix: 2,
  fault: 3,
  disturbance: 4,
  load: 5,
  pods: 6,
  requests: 7,
  ids: 8,
  logs: 9,
  metrics: 10,
  housekeeping: 11,
  devices: 12,
} as const;

export type Purpose = keyof typeof purposes;

const hexPairs: readonly string[] = Array.from({ length: 65536 }, (_, value) =>
  value.toString(16).padStart(4, '0'),
);

/** The rounds are written out: this is the innermost loop of a simulation. */
export class RandomStream {
  readonly #key0: number;
  readonly #key1: number;
  readonly #key2: number;
  readonly #high: number;
  #low = 0;
  #spare = 0;
  #hasSpare = false;
  #normal = Number.NaN;

  constructor(seed: number, index: number, purpose: Purpose) {
    this.#key0 = seed | 0;
    this.#key1 = index | 0;
    this.#key2 = 0x1bd11bda ^ this.#key0 ^ this.#key1;
    this.#high = purposes[purpose];
  }

  /** 32 random bits as an unsigned integer. */
  bits(): number {
    if (this.#hasSpare) {
      this.#hasSpare = false;
      return this.#spare >>> 0;
    }
    const key0 = this.#key0;
    const key1 = this.#key1;
    const key2 = this.#key2;
    let x0 = (this.#low + key0) | 0;
    let x1 = (this.#high + key1) | 0;
    this.#low = (this.#low + 1) | 0;
    x0 = (x0 + x1) | 0;
    x1 = ((x1 << 13) | (x1 >>> 19)) ^ x0;
    x0 = (x0 + x1) | 0;
    x1 = ((x1 << 15) | (x1 >>> 17)) ^ x0;
    x0 = (x0 + x1) | 0;
    x1 = ((x1 << 26) | (x1 >>> 6)) ^ x0;
    x0 = (x0 + x1) | 0;
    x1 = ((x1 << 6) | (x1 >>> 26)) ^ x0;
    // Key injection 1.
    x0 = (x0 + key1) | 0;
    x1 = (x1 + key2 + 1) | 0;
    x0 = (x0 + x1) | 0;
    x1 = ((x1 << 17) | (x1 >>> 15)) ^ x0;
    x0 = (x0 + x1) | 0;
    x1 = ((x1 << 29) | (x1 >>> 3)) ^ x0;
    x0 = (x0 + x1) | 0;
    x1 = ((x1 << 16) | (x1 >>> 16)) ^ x0;
    x0 = (x0 + x1) | 0;
    x1 = ((x1 << 24) | (x1 >>> 8)) ^ x0;
    // Key injection 2.
    x0 = (x0 + key2) | 0;
    x1 = (x1 + key0 + 2) | 0;
    x0 = (x0 + x1) | 0;
    x1 = ((x1 << 13) | (x1 >>> 19)) ^ x0;
    x0 = (x0 + x1) | 0;
    x1 = ((x1 << 15) | (x1 >>> 17)) ^ x0;
    x0 = (x0 + x1) | 0;
    x1 = ((x1 << 26) | (x1 >>> 6)) ^ x0;
    x0 = (x0 + x1) | 0;
    x1 = ((x1 << 6) | (x1 >>> 26)) ^ x0;
    // Key injection 3.
    x0 = (x0 + key0) | 0;
    x1 = (x1 + key1 + 3) | 0;
    x0 = (x0 + x1) | 0;
    x1 = ((x1 << 17) | (x1 >>> 15)) ^ x0;
    this.#spare = x1;
    this.#hasSpare = true;
    return x0 >>> 0;
  }

  /** 32 random bits as eight hexadecimal digits. */
  hex(): string {
    const bits = this.bits();
    return `${hexPairs[bits >>> 16]}${hexPairs[bits & 0xffff]}`;
  }

  /** In [0, 1). */
  uniform(): number {
    return this.bits() / 4294967296;
  }

  /** In [low, high). */
  between(low: number, high: number): number {
    return low + (high - low) * this.uniform();
  }

  /** An integer in [0, count). */
  integer(count: number): number {
    return Math.floor(this.uniform() * count);
  }

  chance(probability: number): boolean {
    return this.uniform() < probability;
  }

  /** Standard normal (Box and Muller 1958). */
  normal(): number {
    if (!Number.isNaN(this.#normal)) {
      const value = this.#normal;
      this.#normal = Number.NaN;
      return value;
    }
    const radius = Math.sqrt(-2 * Math.log(1 - this.uniform()));
    const angle = 2 * Math.PI * this.uniform();
    this.#normal = radius * Math.sin(angle);
    return radius * Math.cos(angle);
  }

  /** Lognormal with this median. */
  lognormal(median: number, sigma: number): number {
    return median * Math.exp(sigma * this.normal());
  }

  exponential(mean: number): number {
    return -mean * Math.log(1 - this.uniform());
  }

  /** Poisson count; above a mean of 50 the rounded normal approximation. */
  poisson(mean: number): number {
    if (mean > 50) return Math.max(0, Math.round(mean + Math.sqrt(mean) * this.normal()));
    const floor = Math.exp(-mean);
    let count = 0;
    for (let product = this.uniform(); product > floor; product *= this.uniform()) count++;
    return count;
  }

  pick<T>(items: readonly T[]): T {
    return items[this.integer(items.length)] as T;
  }

  /** An item with probability in proportion to its weight. */
  weighted<T>(items: readonly T[], weight: (item: T) => number): T {
    let rest = this.uniform() * items.reduce((sum, item) => sum + weight(item), 0);
    for (const item of items) {
      rest -= weight(item);
      if (rest < 0) return item;
    }
    return items[items.length - 1] as T;
  }

  /** A new array in random order (Fisher and Yates). */
  shuffled<T>(items: readonly T[]): T[] {
    const result = [...items];
    for (let last = result.length - 1; last > 0; last--) {
      const other = this.integer(last + 1);
      [result[last], result[other]] = [result[other] as T, result[last] as T];
    }
    return result;
  }
}
