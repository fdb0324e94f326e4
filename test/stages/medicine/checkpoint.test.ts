import { readdirSync, readFileSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, expect, test } from 'vitest';
import { readCheckpoint, writeCheckpoint } from '../../../src/stages/medicine/checkpoint.ts';
import { tempFolder } from '../../support/temp.ts';

let folder: string;
beforeEach(() => {
  folder = tempFolder('checkpoint');
});

const arrays = new Map([
  ['log.weight', Float32Array.from([1.5, -0, 3e-39])],
  ['m/log.weight', Float32Array.from([])],
]);

test('what is written comes back to the bit', () => {
  writeCheckpoint(folder, 'key', { state: { epoch: 3, best: null }, arrays });
  const read = readCheckpoint(folder, 'key');
  expect(read?.state).toEqual({ epoch: 3, best: null });
  expect([...(read?.arrays.keys() ?? [])]).toEqual(['log.weight', 'm/log.weight']);
  expect(Object.is(read?.arrays.get('log.weight')?.[1], -0)).toBe(true);
  expect(read?.arrays.get('log.weight')).toEqual(arrays.get('log.weight'));
  expect(readdirSync(folder)).toEqual(['checkpoint.bin']);
});

test('another computation, a cut file and a file half written beside are not read', () => {
  expect(readCheckpoint(folder, 'key')).toBeUndefined();
  writeCheckpoint(folder, 'key', { state: 1, arrays });
  expect(readCheckpoint(folder, 'other')).toBeUndefined();
  writeFileSync(join(folder, 'checkpoint.bin.part'), 'half');
  expect(readCheckpoint(folder, 'key')?.state).toBe(1);
  const file = join(folder, 'checkpoint.bin');
  for (let size = readFileSync(file).length - 1; size >= 0; size -= 7) {
    truncateSync(file, size);
    expect(readCheckpoint(folder, 'key')).toBeUndefined();
  }
});
