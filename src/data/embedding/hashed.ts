/**
 * Vectors from text without a model: signed feature hashing (Weinberger, Dasgupta, Langford, Smola and Attenberg,
 * "Feature hashing for large scale multitask learning", ICML 2009) of words, neighbouring words and the character
 * trigrams of words (as in Bojanowski et al., "Enriching word vectors with subword information", TACL 2017), and of the
 * text as a whole, which takes most of the length.
 *
 * The whole text matters because log templates share most of their words (`INFO`, `TraceID`, class names) while what
 * distinguishes failures is which template occurs: with words alone the sum over a window's templates hardly differs
 * from case to case. Templates that share words still get similar vectors; what words mean is not known. Nothing is
 * fitted and nothing is downloaded, and the same text has the same vector everywhere.
 */
import { hashText, wordsOf } from './words.ts';

/** How much each kind of word feature weighs. */
const weights = { word: 1, pair: 0.5, trigram: 0.25 } as const;
/** Share of a vector's squared length that belongs to the text as a whole. */
const identityShare = 0.8;

/**
 * `[texts.length, dim]`, row-major. Every row has Euclidean length √dim, so that values are of the order of 1, as in the
 * layer-normalised last hidden state of a text model.
 */
export function embedHashed(texts: readonly string[], dim: number): Float32Array {
  const vectors = new Float32Array(texts.length * dim);
  texts.forEach((text, row) => {
    const words = scaled(wordVector(text, dim), Math.sqrt(1 - identityShare));
    const whole = scaled(identityVector(text, dim), Math.sqrt(identityShare));
    const sum = words.map((value, i) => value + (whole[i] as number));
    vectors.set(scaled(sum, Math.sqrt(dim)), row * dim);
  });
  return vectors;
}

/** The vector with the given length; zeros stay zeros. */
function scaled(vector: Float64Array, length: number): Float64Array {
  let squares = 0;
  for (const value of vector) squares += value * value;
  const factor = squares > 0 ? length / Math.sqrt(squares) : 0;
  return vector.map((value) => value * factor);
}

/** +1 or −1 everywhere, by hash of the text and the place: nearly orthogonal for any two texts. */
function identityVector(text: string, dim: number): Float64Array {
  return Float64Array.from({ length: dim }, (_, i) => (hashText(`${i} ${text}`) >>> 31 === 0 ? 1 : -1));
}

function wordVector(text: string, dim: number): Float64Array {
  const counts = new Map<string, number>();
  const add = (kind: keyof typeof weights, feature: string): void => {
    const key = `${kind} ${feature}`;
    counts.set(key, (counts.get(key) ?? 0) + 1);
  };
  const words = wordsOf(text);
  words.forEach((word, i) => {
    add('word', word);
    add('pair', `${words[i - 1] ?? '^'} ${word}`);
    const framed = `^${word}$`;
    for (let j = 0; j + 3 <= framed.length; j++) add('trigram', framed.slice(j, j + 3));
  });

  const vector = new Float64Array(dim);
  for (const [key, count] of counts) {
    const hash = hashText(key);
    const kind = key.slice(0, key.indexOf(' ')) as keyof typeof weights;
    // The sign comes from the top bit, the place from the others, so that the two are independent.
    const sign = hash >>> 31 === 0 ? 1 : -1;
    const place = (hash & 0x7fffffff) % dim;
    // A word said twice says less than two words.
    vector[place] = (vector[place] ?? 0) + sign * weights[kind] * (1 + Math.log(count));
  }
  return vector;
}
