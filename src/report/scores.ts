/**
 * Scores of one set of predictions: confusion matrix, per class, weighted and macro averages, accuracy. A division by zero
 * counts as 0. Equal to scikit-learn's `precision_recall_fscore_support(…, zero_division=0)`.
 */
import type { ScoreName } from '../run/events.ts';

export type Scores = Readonly<Record<ScoreName, number>>;

/** In the order in which tables and files list them. */
export const scoreNames: readonly ScoreName[] = [
  'f1_weighted',
  'precision_weighted',
  'recall_weighted',
  'f1_macro',
  'precision_macro',
  'recall_macro',
  'accuracy',
];

/** Numbers of classes, case by case. */
export interface Answers {
  readonly truth: readonly number[];
  readonly answer: readonly number[];
}

export interface ClassScores {
  readonly name: string;
  readonly precision: number;
  readonly recall: number;
  readonly f1: number;
  /** Cases whose truth is this class. */
  readonly support: number;
}

/** `[truth][answer]` → cases. */
export function countConfusion(parts: readonly Answers[], classes: number): number[][] {
  const matrix = Array.from({ length: classes }, () => new Array<number>(classes).fill(0));
  for (const { truth, answer } of parts)
    for (let i = 0; i < truth.length; i++) matrix[truth[i]!]![answer[i]!]! += 1;
  return matrix;
}

const ratio = (a: number, b: number) => (b === 0 ? 0 : a / b);

export function scoreClasses(
  matrix: readonly (readonly number[])[],
  names: readonly string[],
): ClassScores[] {
  return matrix.map((row, k) => {
    const right = row[k]!;
    const support = row.reduce((sum, count) => sum + count, 0);
    const answered = matrix.reduce((sum, other) => sum + other[k]!, 0);
    const precision = ratio(right, answered);
    const recall = ratio(right, support);
    // 2PR / (P + R), from counts: it does not divide 0 by 0 when the class was seen but never met.
    const f1 = ratio(2 * right, support + answered);
    return { name: names[k] ?? String(k), precision, recall, f1, support };
  });
}

/**
 * Weighted: mean of the class scores, weighted by support; weighted F1 is not 2PR/(P+R) of the weighted P and R.
 * Macro: plain mean over the classes that occur among truths or answers, as scikit-learn takes it.
 */
export function scoreAnswers(parts: readonly Answers[], classes: readonly string[]): Scores {
  const matrix = countConfusion(parts, classes.length);
  const cases = parts.reduce((sum, { truth }) => sum + truth.length, 0);
  const perClass = scoreClasses(matrix, classes);
  const occurs = perClass.filter((c, k) => c.support > 0 || matrix.some((row) => row[k]! > 0));
  const weighted = (of: (c: ClassScores) => number) =>
    ratio(
      perClass.reduce((sum, c) => sum + of(c) * c.support, 0),
      cases,
    );
  const macro = (of: (c: ClassScores) => number) =>
    ratio(
      occurs.reduce((sum, c) => sum + of(c), 0),
      occurs.length,
    );
  const right = matrix.reduce((sum, row, k) => sum + row[k]!, 0);
  return {
    f1_weighted: weighted((c) => c.f1),
    precision_weighted: weighted((c) => c.precision),
    recall_weighted: weighted((c) => c.recall),
    f1_macro: macro((c) => c.f1),
    precision_macro: macro((c) => c.precision),
    recall_macro: macro((c) => c.recall),
    accuracy: ratio(right, cases),
  };
}
