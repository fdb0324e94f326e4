/**
 * Weights by fluctuation (paper equations 1–3), shared by log templates (occurrence counts) and trace links (anomaly
 * counts). What is counted, and how weights are used, is the caller's business.
 */

export interface FluctuationForm {
  /** Paper: `log2`; the authors' code: `ln`. Equation 3 divides by the sum, so only rounding differs. */
  readonly log: 'log2' | 'ln';
  /** Added to every count before the logarithm; paper and code: 1e-5. */
  readonly epsilon: number;
  /** Increment of the first window: `zero` (equation 1) or `drop` (the authors' code leaves it out of mean and maximum). */
  readonly first: 'zero' | 'drop';
}

export const paperFluctuation: FluctuationForm = { log: 'log2', epsilon: 1e-5, first: 'zero' };

/**
 * Weights of the items of one case, summing to 1.
 *
 * `counts` is row-major `[items, windows]`. c′ is the absolute difference of logarithms between neighbouring windows
 * (equation 1), w = max c′ − mean c′ (equation 2), divided by the sum over items (equation 3).
 *
 * Where no item fluctuates equation 3 reads 0/0: then every item that occurs at all weighs the same, and if none
 * occurs all weights are 0.
 */
export function fluctuationWeights(
  counts: ArrayLike<number>,
  items: number,
  windows: number,
  form: FluctuationForm = paperFluctuation,
): Float64Array {
  const weights = new Float64Array(items);
  const logarithm = form.log === 'ln' ? Math.log : Math.log2;
  const terms = form.first === 'drop' ? windows - 1 : windows;
  let total = 0;
  for (let item = 0; item < items; item++) {
    const base = item * windows;
    let largest = 0;
    let sum = 0;
    // Many counts stay as they are, and logarithms are what takes time here.
    let before = count(counts, base);
    let level = logarithm(before + form.epsilon);
    for (let j = 1; j < windows; j++) {
      const now = count(counts, base + j);
      if (now === before) continue;
      const next = logarithm(now + form.epsilon);
      const change = Math.abs(next - level);
      before = now;
      level = next;
      if (change > largest) largest = change;
      sum += change;
    }
    const weight = terms > 0 ? largest - sum / terms : 0;
    // With two windows and `drop`, max = mean up to rounding; a negative zero-ish weight is no weight.
    weights[item] = weight > 1e-12 ? weight : 0;
    total += weights[item] as number;
  }
  if (total > 0) {
    for (let item = 0; item < items; item++) weights[item] = (weights[item] as number) / total;
    return weights;
  }
  const occurring: number[] = [];
  for (let item = 0; item < items; item++)
    for (let j = 0; j < windows; j++)
      if (count(counts, item * windows + j) > 0) {
        occurring.push(item);
        break;
      }
  for (const item of occurring) weights[item] = 1 / occurring.length;
  return weights;
}

function count(counts: ArrayLike<number>, index: number): number {
  return counts[index] ?? 0;
}
