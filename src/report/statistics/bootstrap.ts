/**
 * Paired bootstrap of a difference of weighted F1 (Efron and Tibshirani, An Introduction to the Bootstrap, 1993, chapters 13
 * and 16). Cases are drawn with replacement, each with the answers of all its seeds and of both rows; every seed is scored on
 * what was drawn of its test cases, and the seeds are averaged, as in the table.
 */
import { type Answers, largest } from './answers.ts';
import { normalTails } from './distributions.ts';
import type { Interval } from './intervals.ts';

/** How often each case was drawn: `[case][round]`, cases being numbers. Round 0 is the sample itself, every case once. */
export interface Resamples {
  readonly rounds: number;
  readonly weights: Uint16Array;
}

/** Draws as many cases as there are in `among`, `draws` times. The same numbers on every machine. */
export function drawResamples(among: readonly number[], draws: number): Resamples {
  const rounds = 1 + draws;
  const cases = 1 + among.reduce((max, one) => Math.max(max, one), -1);
  const weights = new Uint16Array(cases * rounds);
  for (const one of among) weights[one * rounds] = 1;
  const next = createRandom();
  for (let round = 1; round < rounds; round++)
    for (let i = 0; i < among.length; i++) {
      const drawn = among[Math.floor(next() * among.length)] ?? 0;
      weights[drawn * rounds + round]! += 1;
    }
  return { rounds, weights };
}

/** Uniform in [0, 1): mulberry32 (T. Ettinger, public domain) from a fixed state. */
function createRandom(): () => number {
  let state = 0x6d656478;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** What rows with the same entries are scored against: of every round, the answers asked for, and those of each class. */
export interface Asked extends Resamples {
  /** Where the entries of each seed end. */
  readonly ends: readonly number[];
  /** Classes among the truths; the answer of another is wrong and nothing else. */
  readonly classes: number;
  /** Per seed: `[class][round]`. */
  readonly support: readonly Int32Array[];
  /** Per seed: `[round]`. */
  readonly total: readonly Int32Array[];
}

export function askResamples({ seed, case: cases, truth }: Answers, resamples: Resamples): Asked {
  const { rounds } = resamples;
  const ends = seedEnds(seed);
  const classes = 1 + largest(truth);
  const support = ends.map(() => new Int32Array(classes * rounds));
  const total = ends.map(() => new Int32Array(rounds));
  for (const [s, end] of ends.entries())
    for (let i = ends[s - 1] ?? 0; i < end; i++) {
      addWeights(support[s]!, truth[i]!, resamples, cases[i]!);
      addWeights(total[s]!, 0, resamples, cases[i]!);
    }
  return { ...resamples, ends, classes, support, total };
}

/** Rounds lie side by side, so that this loop, in which the time goes, branches and looks up nothing. */
function addWeights(counts: Int32Array, k: number, { rounds, weights }: Resamples, one: number): void {
  const [to, from] = [k * rounds, one * rounds];
  for (let round = 0; round < rounds; round++) counts[to + round]! += weights[from + round]!;
}

/** Mean over seeds of the weighted F1, of every round. A seed of which nothing was drawn is left out of its mean. */
export function resampleF1({ case: cases, truth, answer }: Answers, asked: Asked): Float64Array {
  const { rounds, ends, classes, support, total } = asked;
  const [right, wrong] = [new Int32Array(classes * rounds), new Int32Array(classes * rounds)];
  const [sums, f1, scored] = [new Float64Array(rounds), new Float64Array(rounds), new Int32Array(rounds)];
  for (const [seed, end] of ends.entries()) {
    const [of, all] = [support[seed]!, total[seed]!];
    right.fill(0);
    wrong.fill(0);
    for (let i = ends[seed - 1] ?? 0; i < end; i++) {
      const given = answer[i]!;
      if (given < classes) addWeights(given === truth[i] ? right : wrong, given, asked, cases[i]!);
    }
    f1.fill(0);
    for (let k = 0; k < classes; k++)
      for (let round = 0; round < rounds; round++) {
        const at = k * rounds + round;
        const hits = right[at]!;
        if (hits > 0) f1[round]! += (of[at]! * 2 * hits) / (of[at]! + hits + wrong[at]!);
      }
    for (let round = 0; round < rounds; round++) {
      if (all[round] === 0) continue;
      sums[round]! += f1[round]! / all[round]!;
      scored[round]! += 1;
    }
  }
  return sums.map((sum, round) => (scored[round] === 0 ? 0 : sum / scored[round]!));
}

/** Where the entries of each seed end. */
function seedEnds(seeds: Int32Array): number[] {
  const ends: number[] = [];
  seeds.forEach((seed, i) => {
    if (seeds[i + 1] !== seed) ends.push(i + 1);
  });
  return ends;
}

/**
 * 95% percentile interval and two-sided p of a difference: twice the smaller share of resamples at or beyond zero. Where no
 * resample is, the tail below what so many resamples can tell is taken as normal.
 */
export function judgeDifference(
  difference: number,
  resampled: Float64Array,
): { readonly interval: Interval; readonly p: number } {
  const sorted = Float64Array.from(resampled).sort();
  const rounds = sorted.length;
  const below = sorted.filter((value) => value <= 0).length;
  const above = sorted.filter((value) => value >= 0).length;
  const beyond = Math.min(below, above);
  const resolution = (2 * (beyond + 1)) / (rounds + 1);
  const interval: Interval = [quantile(sorted, 0.025), quantile(sorted, 0.975)];
  if (difference === 0) return { interval, p: 1 };
  if (beyond > 0) return { interval, p: Math.min(1, resolution) };
  const mean = sorted.reduce((sum, value) => sum + value, 0) / rounds;
  const variance = sorted.reduce((sum, value) => sum + (value - mean) ** 2, 0) / Math.max(1, rounds - 1);
  const tail = variance > 0 ? normalTails(difference / Math.sqrt(variance)) : 0;
  return { interval, p: Math.min(resolution, tail) };
}

/** Of sorted values, linear between neighbours (as NumPy's default). */
function quantile(sorted: Float64Array, p: number): number {
  const at = p * (sorted.length - 1);
  const low = Math.floor(at);
  const high = Math.min(sorted.length - 1, low + 1);
  return (sorted[low] ?? 0) + (at - low) * ((sorted[high] ?? 0) - (sorted[low] ?? 0));
}
