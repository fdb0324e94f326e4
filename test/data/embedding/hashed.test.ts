import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import { embedHashed } from '../../../src/data/embedding/hashed.ts';
import { readableText } from '../../../src/data/embedding/text.ts';

function cosines(texts: readonly string[], dim = 768): (i: number, j: number) => number {
  const vectors = embedHashed(texts, dim);
  return (i, j) => {
    let sum = 0;
    for (let d = 0; d < dim; d++) sum += (vectors[i * dim + d] ?? 0) * (vectors[j * dim + d] ?? 0);
    return sum / dim;
  };
}

test('vectors have values of the order of 1 and are the same on every machine', () => {
  const texts = ['order 17 failed', '', '：', 'INFO TravelServiceImpl getRouteById'];
  for (const dim of [8, 768]) {
    const cosine = cosines(texts, dim);
    texts.forEach((_, i) => {
      expect(cosine(i, i)).toBeCloseTo(1, 5);
    });
  }
  const bytes = Buffer.from(embedHashed(texts, 768).buffer);
  expect(createHash('sha256').update(bytes).digest('hex').slice(0, 16)).toBe('88308e12226db1f5');
});

test('texts that share words are nearer than others, and all can be told apart', () => {
  const cosine = cosines([
    'get route by id failed',
    'get route by id succeeded',
    'getRouteById failed',
    'conversion request successful',
  ]);
  expect(cosine(0, 1)).toBeGreaterThan(0.08);
  expect(cosine(0, 2)).toBeGreaterThan(0.15);
  expect(Math.abs(cosine(0, 3))).toBeLessThan(0.08);
  expect(cosine(0, 2)).toBeLessThan(0.5);
});

test('wildcards are not shown to an embedder, masks are shown as words', () => {
  expect(readableText('<:*:> INFO from <:IP:>:8080 <:*:>')).toBe('INFO from IP :8080');
});
