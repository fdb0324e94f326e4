/**
 * fastText for classes (Joulin, Grave, Bojanowski and Mikolov, "Bag of tricks for efficient text classification", EACL 2017):
 * a sentence is the mean of its words' vectors, one linear layer without bias and softmax name its label. Word n-grams and
 * character n-grams are off. On the tensor IR, so that it runs on every engine; seeded, the same numbers to the bit.
 *
 * As in fastText: word vectors start uniform in ±1/dim, label vectors at 0; plain SGD whose rate falls linearly to 0 with the
 * words seen; every sentence ends in the word `</s>`, so one without words still teaches its label.
 *
 * Otherwise:
 * - fastText makes one step per sentence, by several threads that overwrite each other (12 by default). Here the gradients of
 *   `batch` sentences are taken at the same parameters and summed: the same steps, each at most `batch` − 1 sentences late.
 *   With `batch: 1` and `shuffle: false` it is fastText on one thread (a test compares).
 * - Sentences are shuffled in every epoch; fastText reads its file from different places at once for the same purpose.
 * - The rate is set per batch; fastText sets it every 100 words.
 */
import { shuffledIndices } from '../../../data/random.ts';
import * as t from '../../../tensor/build.ts';
import type { Engine } from '../../../tensor/engine.ts';
import { zeros } from '../../../tensor/initialise.ts';
import type { Graph } from '../../../tensor/ir.ts';

export interface Sentence {
  readonly words: readonly string[];
  /** 0 … labels − 1. */
  readonly label: number;
}

export interface FastTextOptions {
  readonly labels: number;
  readonly dim: number;
  readonly epochs: number;
  readonly seed: number;
  /** Rate at the start. Default 0.1, as fastText's for classes. */
  readonly lr?: number;
  /** Words seen less often are left out. Default 1. */
  readonly minCount?: number;
  /** Sentences per step. Default 32. */
  readonly batch?: number;
  /** Default true. */
  readonly shuffle?: boolean;
  /** Vectors to start from, by word; other words start at random. */
  readonly pretrained?: ReadonlyMap<string, ArrayLike<number>>;
}

export interface FastText {
  readonly dim: number;
  /** Sorted; the end of the sentence is not among them. */
  readonly words: readonly string[];
  /** `[dim]`; undefined for a word that training did not see. */
  vectorOf(word: string): Float32Array | undefined;
  /** The other word whose vector has the largest cosine with that of `word`; undefined for an unknown or an only word. */
  nearestOf(word: string): string | undefined;
}

const end = '</s>';

/** A sentence as the distinct numbers of its words and the share of each; shares add up to 1. */
interface Bag {
  readonly words: Int32Array;
  readonly shares: Float32Array;
  readonly label: number;
  /** Words with their repetitions. */
  readonly length: number;
}

/** Words and sentences that one step has room for. */
interface Room {
  readonly words: number;
  readonly sentences: number;
}

/** Throws MED5003 if the loss is not finite. What is compiled lives as long as the engine (`withEngine`). */
export async function fitFastText(
  engine: Engine,
  sentences: readonly Sentence[],
  options: FastTextOptions,
): Promise<FastText> {
  const { labels, dim, epochs, seed, lr = 0.1, shuffle = true } = options;
  const vocabulary = [end, ...knownWords(sentences, options.minCount ?? 1)];
  const bags = bagSentences(sentences, vocabulary);
  const room = roomFor(bags, Math.min(options.batch ?? 32, Math.max(1, bags.length)));
  const graph = buildGraph(vocabulary.length, labels, dim, room);
  const state = engine.createState(graph, {
    seed,
    optimiser: { kind: 'sgd', lr, weight_decay: 0, momentum: 0 },
  });
  if (options.pretrained) await startFrom(state, vocabulary, dim, options.pretrained);
  const session = await engine.compileTraining(graph, { state, loss: 'loss' });
  const total = epochs * bags.reduce((sum, { length }) => sum + length, 0);
  let seen = 0;
  for (let epoch = 0; epoch < epochs; epoch++) {
    const order = shuffle ? shuffledIndices(bags.length, seed, epoch) : bags.map((_, i) => i);
    for (const batch of batchesOf(
      order.flatMap((i) => bags[i] ?? []),
      room,
    )) {
      // The loss is a mean: times the number of sentences it is the sum of their steps.
      await session.step(feedsOf(batch, room), { lr: lr * (1 - seen / total) * batch.length });
      seen += batch.reduce((sum, { length }) => sum + length, 0);
    }
  }
  const { words } = await state.readParams();
  return modelOf(vocabulary, words ?? new Float32Array(), dim);
}

function knownWords(sentences: readonly Sentence[], minCount: number): string[] {
  const counts = new Map<string, number>();
  for (const { words } of sentences) for (const word of words) counts.set(word, (counts.get(word) ?? 0) + 1);
  return [...counts].flatMap(([word, count]) => (count >= minCount && word !== end ? [word] : [])).sort();
}

function bagSentences(sentences: readonly Sentence[], vocabulary: readonly string[]): Bag[] {
  const numberOf = new Map(vocabulary.map((word, i) => [word, i]));
  return sentences.map(({ words, label }) => {
    const counts = new Map<number, number>([[0, 1]]);
    let length = 1;
    for (const word of words) {
      const number = numberOf.get(word);
      if (number === undefined) continue;
      counts.set(number, (counts.get(number) ?? 0) + 1);
      length++;
    }
    return {
      words: Int32Array.from(counts.keys()),
      shares: Float32Array.from(counts.values(), (count) => count / length),
      label,
      length,
    };
  });
}

/** Room for a batch of usual sentences, or for the longest one. */
function roomFor(bags: readonly Bag[], sentences: number): Room {
  const sizes = bags.map(({ words }) => words.length);
  const usual = (sizes.reduce((a, b) => a + b, 0) / Math.max(1, sizes.length)) * sentences;
  return { sentences, words: sizes.reduce((a, b) => Math.max(a, b), Math.max(1, Math.ceil(1.1 * usual))) };
}

/** In their order, as many at once as there is room for. */
function* batchesOf(bags: readonly Bag[], room: Room): Generator<readonly Bag[]> {
  let batch: Bag[] = [];
  let words = 0;
  for (const bag of bags) {
    if (batch.length === room.sentences || words + bag.words.length > room.words) {
      yield batch;
      [batch, words] = [[], 0];
    }
    batch.push(bag);
    words += bag.words.length;
  }
  if (batch.length > 0) yield batch;
}

/**
 * The words of a batch lie one behind the other: `words [n]` their numbers, `shares [n, 1]`, `sentences [n]` to which each
 * belongs. Room that is left is filled with share 0, and sentences of weight 0.
 */
function buildGraph(vocabulary: number, labels: number, dim: number, room: Room): Graph {
  const g = t.createGraph();
  const vectors = t.param(g, 'words', [vocabulary, dim], { kind: 'uniform', bound: 1 / dim }, 'fasttext');
  const targets = t.param(g, 'labels', [labels, dim], zeros, 'fasttext');
  const words = t.input(g, 'words', [room.words], 'int32');
  const shares = t.input(g, 'shares', [room.words, 1]);
  const sentenceOf = t.input(g, 'sentences', [room.words], 'int32');
  const label = t.input(g, 'label', [room.sentences], 'int32');
  const weight = t.input(g, 'weight', [room.sentences]);
  const means = t.scatterRows(g, t.mul(g, t.gather(g, vectors, words), shares), sentenceOf, room.sentences);
  const logits = t.matmul(g, means, targets, { transB: true });
  return t.finishGraph(g, { loss: t.crossEntropy(g, logits, label, weight) });
}

function feedsOf(batch: readonly Bag[], room: Room) {
  const feeds = {
    words: new Int32Array(room.words),
    shares: new Float32Array(room.words),
    sentences: new Int32Array(room.words),
    label: new Int32Array(room.sentences),
    weight: new Float32Array(room.sentences),
  };
  let at = 0;
  batch.forEach((bag, i) => {
    feeds.words.set(bag.words, at);
    feeds.shares.set(bag.shares, at);
    feeds.sentences.fill(i, at, at + bag.words.length);
    feeds.label[i] = bag.label;
    feeds.weight[i] = 1;
    at += bag.words.length;
  });
  return feeds;
}

async function startFrom(
  state: ReturnType<Engine['createState']>,
  vocabulary: readonly string[],
  dim: number,
  pretrained: ReadonlyMap<string, ArrayLike<number>>,
): Promise<void> {
  const { words } = await state.readParams();
  if (!words) return;
  vocabulary.forEach((word, i) => {
    const vector = pretrained.get(word);
    if (vector) words.set(vector, i * dim);
  });
  await state.writeParams({ words });
}

function modelOf(vocabulary: readonly string[], vectors: Float32Array, dim: number): FastText {
  const numberOf = new Map(vocabulary.map((word, i) => [word, i]));
  const rowOf = (number: number) => vectors.subarray(number * dim, (number + 1) * dim);
  const vectorOf = (word: string) => {
    const number = numberOf.get(word);
    return number === undefined ? undefined : rowOf(number);
  };
  const lengths = vocabulary.map((_, i) => Math.sqrt(dot(rowOf(i), rowOf(i))));
  const nearest = new Map<string, string | undefined>();
  const search = (word: string): string | undefined => {
    const number = numberOf.get(word);
    if (number === undefined) return undefined;
    const own = rowOf(number);
    let [best, cosine] = [0, Number.NEGATIVE_INFINITY];
    for (let other = 1; other < vocabulary.length; other++) {
      if (other === number) continue;
      const length = lengths[other] as number;
      const found = length > 0 ? dot(own, rowOf(other)) / length : 0;
      if (found > cosine) [best, cosine] = [other, found];
    }
    return best === 0 ? undefined : vocabulary[best];
  };
  return {
    dim,
    words: vocabulary.slice(1),
    vectorOf,
    nearestOf: (word) => {
      if (!nearest.has(word)) nearest.set(word, search(word));
      return nearest.get(word);
    },
  };
}

function dot(a: Float32Array, b: Float32Array): number {
  let total = 0;
  for (let i = 0; i < a.length; i++) total += (a[i] as number) * (b[i] as number);
  return total;
}
