/**
 * What a table says of its rows beside their scores: their rank by mean weighted F1, the interval of their accuracy, and
 * whether they can be told from the reference row on the same cases: the best row, or the one that the file names.
 *
 * Two tests are made of every row against the reference: exact McNemar over cases, and the paired bootstrap of weighted F1. The
 * larger p counts, so that a difference is claimed only where both show it; it is corrected after Holm for the number of rows.
 * Rows with a corrected p of 5% or more, and the reference itself, are the tie group.
 */
import type { ResultRow, RowComparison, RowStatistics } from '../../run/events.ts';

import type { SeedAnswers } from '../seeds.ts';
import {
  type Answers,
  countCases,
  countHits,
  createNumbering,
  numberAnswers,
  shareEntries,
} from './answers.ts';
import { createScorer, drawResamples, judgeDifference, type Resamples, type Scorer } from './bootstrap.ts';
import { wilsonInterval } from './intervals.ts';
import { casesNeeded, holm, mcnemarP } from './paired.ts';

export const alpha = 0.05;

/** A row of a table: its answers, the names of their classes, and its scores. */
export interface ComparedRow {
  readonly seeds: readonly SeedAnswers[];
  readonly classes: readonly string[];
  readonly result: ResultRow;
}

/**
 * The rows of one table, with `statistics` where they have a scored seed. `against` names the row to compare with; the best is
 * taken without it, and where it has no scored seed.
 */
export function withStatistics(rows: readonly ComparedRow[], against?: string): ResultRow[] {
  const numbering = createNumbering();
  const answers = rows.map(({ seeds, classes }) => numberAnswers(seeds, classes, numbering));
  const means = rows.map(({ result }) => result.scores.f1_weighted?.mean);
  const scored = rows.flatMap((_, i) => (means[i] === undefined ? [] : [i]));
  const order = scored.toSorted((a, b) => (means[b] ?? 0) - (means[a] ?? 0));
  const named = scored.find((i) => rows[i]?.result.name === against);
  const reference = named ?? order[0];
  if (reference === undefined) return rows.map(({ result }) => result);
  const others = order.filter((i) => i !== reference);
  const compared = compareWith(reference, others, answers);
  const ranks = rankRows(order, means);
  return rows.map(({ result }, i) => {
    const own = answers[i];
    if (means[i] === undefined || !own) return result;
    const { cases, share } = countHits(own);
    const comparison = compared.get(i);
    const statistics: RowStatistics = {
      rank: ranks.get(i) ?? 1,
      ...(i === named ? { reference: true } : {}),
      tied: i === reference || (comparison !== undefined && comparison.p >= alpha),
      distinct_cases: cases,
      accuracy_interval: wilsonInterval(share * cases, cases),
      ...(comparison ? { comparison } : {}),
    };
    return { ...result, statistics };
  });
}

/** Of rows in descending order of their means. Means that differ by rounding share a rank. */
function rankRows(order: readonly number[], means: readonly (number | undefined)[]): Map<number, number> {
  const meanOf = (place: number) => means[order[place] ?? -1] ?? 0;
  let first = 0;
  return new Map(
    order.map((i, place) => {
      while (meanOf(first) > meanOf(place) + 1e-12) first++;
      return [i, 1 + first];
    }),
  );
}

/** Resamples, and how many entries all of them may look at together: a few tenths of a second. */
const [mostRounds, fewestRounds, budget] = [1999, 49, 5e7] as const;

/** By row; one without a case in common with the reference is left out. */
function compareWith(
  reference: number,
  others: readonly number[],
  answers: readonly Answers[],
): Map<number, RowComparison> {
  const own = answers[reference];
  if (!own) return new Map();
  const entries = others.reduce((sum, i) => sum + (answers[i]?.case.length ?? 0), own.case.length);
  const rounds = Math.max(fewestRounds, Math.min(mostRounds, Math.floor(budget / entries)));
  const resamples = drawResamples(
    [...new Set(own.case)].sort((a, b) => a - b),
    rounds,
  );
  const whole = scoreReference(own, resamples);
  const found = others.flatMap((i) => {
    const [a, b] = shareEntries(own, answers[i] ?? own);
    if (a.case.length === 0) return [];
    return [[i, compareTwo(a === own ? whole : scoreReference(a, resamples), b)] as const];
  });
  const corrected = holm(found.map(([, { p }]) => p));
  const level = alpha / Math.max(1, found.length);
  return new Map(
    found.map(([i, one], k) => {
      const cases_needed = casesNeeded(one, one.cases, level);
      return [i, { ...one, p: corrected[k] ?? 1, cases_needed }];
    }),
  );
}

/** The entries of the reference row that another has too, and what both are scored by. */
interface ScoredReference {
  readonly answers: Answers;
  readonly seeds: number;
  readonly scorer: Scorer;
  /** Its mean F1, by round. */
  readonly f1: Float64Array;
}

function scoreReference(answers: Answers, resamples: Resamples): ScoredReference {
  const scorer = createScorer(answers, resamples);
  return { answers, seeds: new Set(answers.seed).size, scorer, f1: scorer(answers) };
}

/** `other` has the entries of the reference; `p` is not corrected yet. */
function compareTwo(
  { answers, seeds, scorer, f1 }: ScoredReference,
  other: Answers,
): Omit<RowComparison, 'cases_needed'> {
  const { cases, wins, losses } = countCases(other, answers);
  const mcnemar = mcnemarP({ wins, losses });
  const [difference = 0, ...resampled] = scorer(other).map((value, round) => value - f1[round]!);
  const { interval, p } = judgeDifference(difference, resampled);
  return {
    cases,
    seeds,
    wins,
    losses,
    mcnemar_p: mcnemar,
    f1_difference: difference,
    f1_difference_interval: interval,
    bootstrap_p: p,
    resamples: resampled.length,
    p: Math.max(mcnemar, p),
  };
}
