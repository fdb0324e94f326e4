/**
 * Standard normal numbers by the same counter-based generator as masks, for every executor. A number is the quantile of 16
 * random bits, so none is beyond ±4.33 and the variance is 0.99998; a logarithm and a cosine each would cost ten times as much.
 */
import jstat from 'jstat';
import { type RandomKey, randomBits, randomKey } from './random.ts';

const steps = 2 ** 16;

export interface NormalSource {
  fill(values: Float32Array, key: RandomKey): void;
}

/** Makes the table of quantiles: a tenth of a second, once per session that needs noise. */
export function createNormalSource(): NormalSource {
  const table = Float32Array.from({ length: steps }, (_, i) =>
    jstat.jStat.normal.inv((i + 0.5) / steps, 0, 1),
  );
  return {
    fill(values, key) {
      for (let i = 0; i < values.length; i += 2) {
        const bits = randomBits(key, i >>> 1);
        values[i] = table[bits & 0xffff] ?? 0;
        if (i + 1 < values.length) values[i + 1] = table[bits >>> 16] ?? 0;
      }
    },
  };
}

/** What to feed the noise inputs of a training graph with at a step; nothing is made where there are none. */
export function createNoise(
  sizes: { readonly [input: string]: number },
  seed: number,
): (step: number) => Record<string, Float32Array> {
  const entries = Object.entries(sizes);
  if (entries.length === 0) return () => ({});
  const source = createNormalSource();
  const feeds = Object.fromEntries(entries.map(([name, size]) => [name, new Float32Array(size)]));
  return (step) => {
    for (const [name, values] of Object.entries(feeds)) source.fill(values, randomKey(seed, step, name));
    return feeds;
  };
}
