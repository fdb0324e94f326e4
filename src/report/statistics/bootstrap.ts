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

/** Mean over seeds of the weighted F1, by round. */
export type Scorer = (answers: Answers) => Float64Array;

/**
 * Scores rows with the entries of `reference`: how often a class was drawn is the same for all of them. A seed of which nothing
 * was drawn is left out of its mean.
 */
export function createScorer({ seed, case: cases, truth }: Answers, resamples: Resamples): Scorer {
  const { rounds } = resamples;
  const ends = seedEnds(seed);
  // The answer of a class that is nobody's truth is wrong and nothing else.
  const classes = 1 + largest(truth);
  const asked = ends.map((end, s) => {
    const [support, total] = [new Int32Array(classes * rounds), new Int32Array(rounds)];
    const from = ends[s - 1] ?? 0;
    for (let i = from; i < end; i++) {
      addWeights(support, truth[i]!, resamples, cases[i]!);
      addWeights(total, 0, resamples, cases[i]!);
    }
    return { from, end, support, total };
  });
  const scored = new Int32Array(rounds);
  for (const { total } of asked)
    for (let round = 0; round < rounds; round++) scored[round]! += Number(total[round]! > 0);
  const [right, wrong] = [new Int32Array(classes * rounds), new Int32Array(classes * rounds)];
  const f1 = new Float64Array(rounds);
  return ({ answer }) => {
    const sums = new Float64Array(rounds);
    for (const { from, end, support, total } of asked) {
      right.fill(0);
      wrong.fill(0);
      for (let i = from; i < end; i++) {
        const given = answer[i]!;
        if (given < classes) addWeights(given === truth[i] ? right : wrong, given, resamples, cases[i]!);
      }
      f1.fill(0);
      for (let k = 0; k < classes; k++)
        for (let round = 0; round < rounds; round++) {
          const at = k * rounds + round;
          const hits = right[at]!;
          if (hits > 0) f1[round]! += (support[at]! * 2 * hits) / (support[at]! + hits + wrong[at]!);
        }
      for (let round = 0; round < rounds; round++)
        if (total[round]! > 0) sums[round]! += f1[round]! / total[round]!;
    }
    for (let round = 0; round < rounds; round++) if (scored[round]! > 0) sums[round]! /= scored[round]!;
    return sums;
  };
}

/** Rounds lie side by side, so that this loop, in which the time goes, branches and looks up nothing. */
function addWeights(counts: Int32Array, k: number, { rounds, weights }: Resamples, one: number): void {
  const [to, from] = [k * rounds, one * rounds];
  for (let round = 0; round < rounds; round++) counts[to + round]! += weights[from + round]!;
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
  resampled: ArrayLike<number>,
): { readonly interval: Interval; readonly p: number } {
  const sorted = Float64Array.from(resampled).sort();
  const rounds = sorted.length;
  let [below, above] = [0, 0];
  for (const value of sorted) {
    if (value <= 0) below++;
    if (value >= 0) above++;
  }
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
