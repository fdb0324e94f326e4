/** A sentence as one vector: Σ tf-idf · e over its distinct words, the tf-idf being scikit-learn's `TfidfTransformer`. */
import type { FastText } from '../learners/fasttext.ts';

/**
 * `sentences` are those of the training cases, empty ones too. tf-idf = n · (ln((1 + N) / (1 + df)) + 1), then of length 1
 * over the sentence; words that no training sentence has count for nothing.
 */
export function fitVectors(
  sentences: readonly (readonly string[])[],
  model: FastText,
): (words: readonly string[]) => Float32Array {
  const frequency = new Map<string, number>();
  for (const words of sentences)
    for (const word of new Set(words)) frequency.set(word, (frequency.get(word) ?? 0) + 1);
  const rarity = (df: number) => Math.log((1 + sentences.length) / (1 + df)) + 1;
  return (words) => {
    const counts = new Map<string, number>();
    for (const word of words) if (frequency.has(word)) counts.set(word, (counts.get(word) ?? 0) + 1);
    const weights = [...counts].map(([word, n]) => ({ word, weight: n * rarity(frequency.get(word) ?? 0) }));
    const length = Math.hypot(...weights.map(({ weight }) => weight));
    const total = new Float32Array(model.dim);
    for (const { word, weight } of weights) {
      const vector = model.vectorOf(word);
      if (!vector) continue;
      for (let i = 0; i < total.length; i++)
        total[i] = (total[i] as number) + (weight / length) * (vector[i] as number);
    }
    return total;
  };
}
