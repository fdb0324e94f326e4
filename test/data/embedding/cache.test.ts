import { spawn } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { openVectorCache } from '../../../src/data/embedding/cache.ts';
import { tempFolder } from '../../support/temp.ts';

const built = fileURLToPath(new URL('../../../dist/data/embedding/cache.js', import.meta.url));
const dim = 64;
const texts = Array.from({ length: 60 }, (_, i) => `text ${i}`);
const vectorOf = (i: number): Float32Array => new Float32Array(dim).fill(i + 0.5);

test.skipIf(!existsSync(built))(
  'two processes write the same texts at once: every file is whole, none is left over',
  async () => {
    const folder = tempFolder('vectors');
    const script = `
    const { openVectorCache } = await import(${JSON.stringify(built)});
    const cache = openVectorCache(process.argv[1], 'model', ${dim});
    for (let round = 0; round < 5; round++)
      for (let i = 0; i < ${texts.length}; i++) cache.put('text ' + i, new Float32Array(${dim}).fill(i + 0.5));`;
    const writer = () =>
      new Promise<number | null>((ended) => {
        spawn(process.execPath, ['--input-type=module', '-e', script, folder], { stdio: 'inherit' }).on(
          'exit',
          ended,
        );
      });
    const cache = openVectorCache(folder, 'model', dim);
    const writers = Promise.all([writer(), writer()]);
    let reading = true;
    const seen = (async () => {
      while (reading) {
        texts.forEach((text, i) => {
          const vector = cache.get(text);
          if (vector) expect(vector).toEqual(vectorOf(i));
        });
        await new Promise((next) => setTimeout(next, 5));
      }
    })();
    expect(await writers).toEqual([0, 0]);
    reading = false;
    await seen;
    expect(texts.map((text) => cache.get(text))).toEqual(texts.map((_, i) => vectorOf(i)));
    const [own] = readdirSync(join(folder, 'embeddings'));
    expect(readdirSync(join(folder, 'embeddings', own!))).toHaveLength(texts.length);
  },
);

test('a vector of another length, or of another embedder, is absent', () => {
  const folder = tempFolder('vectors');
  openVectorCache(folder, 'a', 2).put('x', Float32Array.of(1, 2));
  expect(openVectorCache(folder, 'a', 2).get('x')).toEqual(Float32Array.of(1, 2));
  expect(openVectorCache(folder, 'a', 3).get('x')).toBeUndefined();
  expect(openVectorCache(folder, 'b', 2).get('x')).toBeUndefined();
});
