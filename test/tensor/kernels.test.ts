import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import wabt from 'wabt';
import { generateKernels } from '../../src/tensor/kernels/generate.ts';
import { allocateArrays } from '../../src/tensor/kernels/kernels.ts';
import { dropoutMask, dropThreshold, randomKey } from '../../src/tensor/random.ts';

const folder = join(import.meta.dirname, '../../src/tensor/kernels');

test('kernels.generated.ts is what kernels.wat assembles to (MEDX_UPDATE=1 writes it anew)', async () => {
  const wat = readFileSync(join(folder, 'kernels.wat'), 'utf8');
  const generated = generateKernels(await wabt(), wat);
  const file = join(folder, 'kernels.generated.ts');
  if (process.env.MEDX_UPDATE) writeFileSync(file, generated);
  expect(readFileSync(file, 'utf8')).toBe(generated);
});

test('the SIMD mask has the bits of the plain one and drops the share asked for', () => {
  const { kernels, arrays } = allocateArrays([40_003]);
  const array = arrays[0]!;
  const key = randomKey(7, 12, 'layer.dropout');
  kernels.mask(array.pointer, array.padded, key.a, key.b, dropThreshold(0.3), Math.fround(1 / 0.7));
  const plain = dropoutMask(7, 12, 'layer.dropout', 0.3, 40_003);
  expect(array.data).toEqual(plain);
  const dropped = plain.filter((v) => v === 0).length / plain.length;
  expect(dropped).toBeGreaterThan(0.29);
  expect(dropped).toBeLessThan(0.31);
  // Another step, another mask: about 2 · 0.3 · 0.7 of the places differ.
  const next = dropoutMask(7, 13, 'layer.dropout', 0.3, 40_003);
  const changed = plain.filter((v, i) => v !== next[i]).length / plain.length;
  expect(changed).toBeGreaterThan(0.4);
  expect(changed).toBeLessThan(0.44);
});
