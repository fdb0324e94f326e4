/**
 * Vectors from the words of templates, weighed by how telling they are: term frequency times inverse document frequency
 * (Spärck Jones, Journal of Documentation 1972), a document being the templates of one case. As scikit-learn's
 * `TfidfVectorizer` has it with its defaults: idf = ln((1 + n) / (1 + df)) + 1, rows of Euclidean length 1.
 *
 * The rows are then brought to `dim` components by a random projection with signs (Achlioptas, "Database-friendly random
 * projections", JCSS 2003) that depend on the words alone: equal words point the same way in every fold and every seed.
 * Words that no fitted case has are not used. Reading counts is left to `src/stages/embed.ts`.
 */
import { hashText, wordsOf } from './words.ts';

/** The words of the fitted cases, in order of first occurrence, with their idf. */
export type Idf = ReadonlyMap<string, number>;

/** `templatesOf[case]`: rows of `texts` that occur in the case. Only fitted cases are given. */
export function fitIdf(texts: readonly string[], templatesOf: readonly (readonly number[])[]): Idf {
  const words = texts.map((text) => [...new Set(wordsOf(text))]);
  const documents = new Map<string, number>();
  for (const templates of templatesOf) {
    for (const word of new Set(templates.flatMap((row) => words[row] ?? [])))
      documents.set(word, (documents.get(word) ?? 0) + 1);
  }
  const cases = templatesOf.length;
  return new Map([...documents].map(([word, df]) => [word, Math.log((1 + cases) / (1 + df)) + 1]));
}

/** Weight of every word of the text; squares add up to 1. Empty if no word is known. */
export function weighWords(text: string, idf: Idf): Map<string, number> {
  const weights = new Map<string, number>();
  for (const word of wordsOf(text)) {
    const own = idf.get(word);
    if (own !== undefined) weights.set(word, (weights.get(word) ?? 0) + own);
  }
  let squares = 0;
  for (const weight of weights.values()) squares += weight * weight;
  for (const [word, weight] of weights) weights.set(word, weight / Math.sqrt(squares));
  return weights;
}

/**
 * `[texts.length, dim]`, row-major. Of the order of 1 like the values of other embeddings: a row's expected length is √dim.
 * A text without known words is 0.
 */
export function embedTfidf(texts: readonly string[], idf: Idf, dim: number): Float32Array {
  const vectors = new Float32Array(texts.length * dim);
  const signs = new Map<string, Int8Array>();
  const signsOf = (word: string): Int8Array => {
    const known = signs.get(word);
    if (known) return known;
    const made = Int8Array.from({ length: dim }, (_, i) => (hashText(`${i} ${word}`) >>> 31 === 0 ? 1 : -1));
    signs.set(word, made);
    return made;
  };
  texts.forEach((text, row) => {
    const sum = new Float64Array(dim);
    for (const [word, weight] of weighWords(text, idf)) {
      const own = signsOf(word);
      for (let d = 0; d < dim; d++) sum[d] = (sum[d] as number) + weight * (own[d] as number);
    }
    vectors.set(sum, row * dim);
  });
  return vectors;
}
