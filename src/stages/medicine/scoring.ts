/**
 * From logits to what is kept of them: probabilities, cross entropy, answers and the `predictions` of a stage. In
 * float64 on the host: a few hundred numbers per epoch. Scores over seeds and folds belong to `src/report`.
 */
import type { CasePrediction, CaseTable } from '../contracts.ts';

/** Rows of C logits, row-major. */
export type Logits = { readonly classes: number; readonly data: ArrayLike<number> };

export function probabilitiesOf(logits: Logits, row: number): number[] {
  const values = rowOf(logits, row);
  const largest = Math.max(...values);
  const powers = values.map((value) => Math.exp(value - largest));
  const sum = powers.reduce((total, power) => total + power, 0);
  return powers.map((power) => power / sum);
}

/**
 * Weighted mean cross entropy over the first `labels.length` rows, in nats: Σ w_y · −log p_y / Σ w_y, as PyTorch's
 * `CrossEntropyLoss(weight)` averages.
 */
export function crossEntropy(
  logits: Logits,
  labels: readonly number[],
  weightOf: (label: number) => number,
): number {
  let total = 0;
  let weights = 0;
  labels.forEach((label, row) => {
    const values = rowOf(logits, row);
    const largest = Math.max(...values);
    const sum = values.reduce((s, value) => s + Math.exp(value - largest), 0);
    const weight = weightOf(label);
    total += weight * (largest + Math.log(sum) - (values[label] ?? Number.NaN));
    weights += weight;
  });
  return total / weights;
}

/** Share of rows whose largest logit is the label's. */
export function accuracy(logits: Logits, labels: readonly number[]): number {
  const right = labels.filter((label, row) => argmax(rowOf(logits, row)) === label).length;
  return right / labels.length;
}

/** The first of the largest. */
export function argmax(values: readonly number[]): number {
  let best = 0;
  for (let k = 1; k < values.length; k += 1) if (values[k]! > values[best]!) best = k;
  return best;
}

export function predictionsOf(
  table: CaseTable,
  cases: readonly number[],
  logits: Logits,
): readonly CasePrediction[] {
  return cases.map((index, row) => {
    const { id, label } = table.cases[index]!;
    const probabilities = probabilitiesOf(logits, row);
    return { id, truth: label, answer: argmax(probabilities), probabilities };
  });
}

/**
 * Weight of each class in the loss. `balanced`: n / (C · n_c) over the training cases, C the classes present there.
 * A class that training never saw weighs 1: it can only occur in validation.
 */
export function classWeights(
  kind: 'none' | 'balanced',
  labels: readonly number[],
  classes: number,
): readonly number[] {
  const counts = Array.from({ length: classes }, () => 0);
  for (const label of labels) counts[label]! += 1;
  const present = counts.filter((count) => count > 0).length;
  return counts.map((count) => (kind === 'none' || count === 0 ? 1 : labels.length / (present * count)));
}

function rowOf(logits: Logits, row: number): number[] {
  return Array.from({ length: logits.classes }, (_, k) => Number(logits.data[row * logits.classes + k]));
}
