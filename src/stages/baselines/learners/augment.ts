/**
 * More sentences of the rare labels, as DiagFusion and TVDiag make them: a sentence of the label with one word replaced by the
 * word nearest to it in an embedding trained before, until the label has enough.
 */
import { randomStream } from '../answer.ts';
import type { FastText, Sentence } from './fasttext.ts';

/**
 * Gives the sentences, then the new ones, label by label. A label all of whose sentences are empty gets none; a word without a
 * neighbour stays.
 */
export function augmentSentences(
  sentences: readonly Sentence[],
  model: FastText,
  samples: number,
  seed: number,
): Sentence[] {
  const byLabel = new Map<number, Sentence[]>();
  for (const one of sentences) {
    const own = byLabel.get(one.label);
    if (own) own.push(one);
    else byLabel.set(one.label, [one]);
  }
  const added = [...byLabel].flatMap(([label, own]): Sentence[] => {
    const random = randomStream(seed, label);
    const draw = (n: number) => Math.floor(random() * n);
    const full = own.filter(({ words }) => words.length > 0);
    if (full.length === 0) return [];
    return Array.from({ length: Math.max(0, samples - own.length) }, () => {
      const { words } = full[draw(full.length)] as Sentence;
      const at = draw(words.length);
      const nearest = model.nearestOf(words[at] as string);
      return { label, words: nearest === undefined ? words : words.with(at, nearest) };
    });
  });
  return [...sentences, ...added];
}
