/** fastText on every engine against a plain loop in Python (`fixtures/make_fasttext.py`), and what batches may change. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import {
  type FastText,
  fitFastText,
  type Sentence,
} from '../../../src/stages/baselines/learners/fasttext.ts';
import { openOnnxEngine } from '../../../src/tensor/engines/onnx/engine.ts';
import { engineCases } from '../../tensor/engines.ts';

const recorded = JSON.parse(readFileSync(join(import.meta.dirname, 'fixtures', 'fasttext.json'), 'utf8')) as {
  readonly dim: number;
  readonly labels: number;
  readonly epochs: number;
  readonly lr: number;
  readonly sentences: readonly Sentence[];
  readonly start: Readonly<Record<string, readonly number[]>>;
  readonly vectors: Readonly<Record<string, readonly number[]>>;
};
const { sentences, vectors, start, ...settings } = recorded;
const words = Object.keys(vectors).filter((word) => word !== '</s>');

function worst(model: FastText): number {
  return Math.max(
    ...words.flatMap((word) =>
      (vectors[word] ?? []).map((x, i) => Math.abs(x - (model.vectorOf(word)?.[i] ?? Number.NaN))),
    ),
  );
}

describe.each(engineCases)('$name', ({ open }) => {
  test('sentence by sentence gives the vectors of fastText on one thread', async () => {
    const model = await fitFastText(await open(), sentences, {
      ...settings,
      seed: 1,
      batch: 1,
      shuffle: false,
      pretrained: new Map(Object.entries(start)),
    });
    expect(model.words).toEqual(words.toSorted());
    expect(worst(model)).toBeLessThan(2e-5);
  });
});

/** Words that belong to one label, and words that occur everywhere. */
const story = (label: number, i: number): Sentence => ({
  label,
  words: [`own_${label}_${i % 3}`, `own_${label}_${(i + 1) % 3}`, `all_${i % 4}`, `all_${(i * 7) % 4}`],
});
const stories = Array.from({ length: 200 }, (_, i) => story(i % 4, Math.floor(i / 4)));
const options = { labels: 4, dim: 20, epochs: 5, seed: 3 };

test.each([1, 32, 200])('in batches of %i, words of one label become neighbours', async (batch) => {
  const model = await fitFastText(await openOnnxEngine({ device: 'cpu' }), stories, { ...options, batch });
  const own = model.words.filter((word) => word.startsWith('own'));
  expect(own).toHaveLength(12);
  for (const word of own) expect(model.nearestOf(word)?.slice(0, 5)).toBe(word.slice(0, 5));
});

test('the same seed gives the same bits, another one others', async () => {
  const engine = await openOnnxEngine({ device: 'cpu' });
  const vectorsAt = async (seed: number) => {
    const model = await fitFastText(engine, stories, { ...options, seed });
    return model.words.flatMap((word) => [...(model.vectorOf(word) ?? [])]);
  };
  const [one, again, other] = [await vectorsAt(1), await vectorsAt(1), await vectorsAt(2)];
  expect(again).toEqual(one);
  expect(other).not.toEqual(one);
});

test('rare words are left out, a sentence without words is no mistake, and one word has no neighbour', async () => {
  const given: Sentence[] = [
    { words: ['often', 'often', 'once'], label: 0 },
    { words: [], label: 1 },
  ];
  const engine = await openOnnxEngine({ device: 'cpu' });
  const model = await fitFastText(engine, given, { ...options, minCount: 2 });
  expect(model.words).toEqual(['often']);
  expect(model.vectorOf('once')).toBeUndefined();
  expect(model.nearestOf('often')).toBeUndefined();
  expect(model.nearestOf('never')).toBeUndefined();
});
