/** Packed files are read whole: several frames, frames to be skipped, and the bytes on disk in their order. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { openDatabase, sqlText } from '../../../src/data/database.ts';
import { DamagedArchive, readUnpacked } from '../../../src/data/packed.ts';
import { tempFolder } from '../../support/temp.ts';

const folder = tempFolder('packed');

async function pack(name: string, from: number, to: number): Promise<Buffer> {
  const db = await openDatabase({ folder: tempFolder('packed-db'), threads: 1 });
  try {
    const path = join(folder, name);
    await db.run(
      `COPY (SELECT i, i * i FROM range(${from}, ${to}) t(i)) TO ${sqlText(path)} (FORMAT csv, HEADER false, COMPRESSION zstd)`,
    );
    return readFileSync(path);
  } finally {
    db.close();
  }
}

async function read(bytes: Buffer): Promise<{ readonly text: string; readonly seen: Buffer }> {
  const path = join(folder, 'all.csv.zst');
  writeFileSync(path, bytes);
  const [pieces, seen]: [Buffer[], Buffer[]] = [[], []];
  for await (const piece of readUnpacked(path, (onDisk) => seen.push(Buffer.from(onDisk))))
    pieces.push(piece);
  return { text: Buffer.concat(pieces).toString(), seen: Buffer.concat(seen) };
}

const rows = (to: number) => Array.from({ length: to }, (_, i) => `${i},${i * i}\n`).join('');

test('zstd: frames one behind the other, and frames to be skipped between and around them', async () => {
  const [one, two] = [await pack('one.csv.zst', 0, 40_000), await pack('two.csv.zst', 40_000, 90_000)];
  const skipped = Buffer.from('502a4d1804000000deadbeef', 'hex');
  for (const bytes of [
    Buffer.concat([one, two]),
    Buffer.concat([skipped, one, skipped, skipped, two, skipped]),
  ]) {
    const { text, seen } = await read(bytes);
    expect(text === rows(90_000)).toBe(true);
    expect(seen.equals(bytes)).toBe(true);
  }
});

test('zstd: a file that is cut off or goes on with something else is an error', async () => {
  const one = await pack('one.csv.zst', 0, 40_000);
  await expect(read(one.subarray(0, one.length - 1))).rejects.toThrow(
    new DamagedArchive('zstd', 'it is cut off'),
  );
  await expect(read(Buffer.concat([one, Buffer.from('more')]))).rejects.toThrow('what follows byte');
  await expect(read(Buffer.from('none at all'))).rejects.toThrow('it is no zstd file');
});
