import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { embedTfidf, fitIdf, weighWords } from '../../../src/data/embedding/tfidf.ts';

const expected = JSON.parse(readFileSync(join(import.meta.dirname, 'fixtures/tfidf.json'), 'utf8')) as {
  templates: string[];
  cases: number[][];
  idf: Record<string, number>;
  weights: Record<string, number>[];
};
const { templates, cases } = expected;
const idf = fitIdf(templates, cases);
const rounded = (weights: Iterable<readonly [string, number]>): Record<string, number> =>
  Object.fromEntries([...weights].sort().map(([word, weight]) => [word, Number(weight.toFixed(12))]));

test('idf and weights are those of scikit-learn', () => {
  expect(rounded(idf)).toEqual(rounded(Object.entries(expected.idf)));
  expect(templates.map((text) => rounded(weighWords(text, idf)))).toEqual(
    expected.weights.map((weights) => rounded(Object.entries(weights))),
  );
});

test('vectors keep the angles between the weights, and are 0 without known words', () => {
  const dim = 4096;
  const vectors = embedTfidf(templates, idf, dim);
  const row = (i: number): Float32Array => vectors.subarray(i * dim, (i + 1) * dim);
  const dot = (a: Float32Array, b: Float32Array): number =>
    a.reduce((sum, value, d) => sum + value * b[d]!, 0) / dim;
  templates.forEach((_, i) => {
    templates.forEach((_, j) => {
      const [a, b] = [expected.weights[i]!, expected.weights[j]!];
      const angle = Object.entries(a).reduce((sum, [word, weight]) => sum + weight * (b[word] ?? 0), 0);
      expect(Math.abs(dot(row(i), row(j)) - angle)).toBeLessThan(0.06);
    });
  });
  expect(row(5).every((value) => value === 0)).toBe(true);
  expect(embedTfidf(templates, fitIdf(templates, []), 8).every((value) => value === 0)).toBe(true);
});

test('a template has the same vector whatever other templates and cases there are', () => {
  const own = embedTfidf(
    ['disk full'],
    new Map([
      ['disk', 2],
      ['full', 1],
    ]),
    16,
  );
  const among = embedTfidf(
    ['x', 'disk full'],
    new Map([
      ['x', 3],
      ['disk', 2],
      ['full', 1],
    ]),
    16,
  );
  expect(among.subarray(16)).toEqual(own);
});
