/**
 * Paired bootstrap of a difference of weighted F1 (Efron and Tibshirani, An Introduction to the Bootstrap, 1993, chapters 13
 * and 16). Cases are drawn with replacement, each with the answers of all its seeds and of both rows; every seed is scored on
 * what was drawn of its test cases, and the seeds are averaged, as in the table.
 */
import { type Answers, largest } from './answers.ts';
import { normalTails } from './distributions.ts';
import type { Interval } from './intervals.ts';

/** How often each case was drawn: `[round][case]`, cases being numbers below `cases`. */
export interface Resamples {
  readonly rounds: number;
  readonly cases: number;
  readonly weights: Uint16Array;
}

/** Draws as many cases as there are in `among`, `rounds` times. The same numbers on every machine. */
export function drawResamples(among: readonly number[], rounds: number): Resamples {
  const cases = 1 + among.reduce((max, one) => Math.max(max, one), -1);
  const weights = new Uint16Array(rounds * cases);
  const next = createRandom();
  for (let round = 0; round < rounds; round++)
    for (let i = 0; i < among.length; i++) {
      const drawn = among[Math.floor(next() * among.length)] ?? 0;
      weights[round * cases + drawn]! += 1;
    }
  return { rounds, cases, weights };
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

/** Mean over seeds of the weighted F1, of every resample. A seed of which nothing was drawn is left out of its mean. */
export function resampleF1(answers: Answers, { rounds, cases, weights }: Resamples): Float64Array {
  const classes = 1 + Math.max(largest(answers.truth), largest(answers.answer));
  const ends = seedEnds(answers.seed);
  const [right, seen] = [new Int32Array(classes), new Int32Array(classes)];
  const support = new Int32Array(classes);
  const scores = new Float64Array(rounds);
  const { case: caseOf, truth: truths, answer: given } = answers;
  for (let round = 0; round < rounds; round++) {
    const base = round * cases;
    let [sum, scored, from] = [0, 0, 0];
    for (const end of ends) {
      right.fill(0);
      seen.fill(0);
      support.fill(0);
      let total = 0;
      for (let i = from; i < end; i++) {
        const weight = weights[base + caseOf[i]!]!;
        if (weight === 0) continue;
        const truth = truths[i]!;
        const answer = given[i]!;
        total += weight;
        support[truth]! += weight;
        seen[answer]! += weight;
        if (truth === answer) right[truth]! += weight;
      }
      from = end;
      if (total === 0) continue;
      let f1 = 0;
      for (let k = 0; k < classes; k++)
        if (right[k]! > 0) f1 += (support[k]! * 2 * right[k]!) / (support[k]! + seen[k]!);
      sum += f1 / total;
      scored++;
    }
    scores[round] = scored === 0 ? 0 : sum / scored;
  }
  return scores;
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
