/** Packs from strangers: whatever is wrong with one, it is refused with one clear error, and nothing is written. */
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { beforeAll, describe, expect, test } from 'vitest';
import { MedxError } from '../../src/diagnostics/diagnostic.ts';
import { packLimits, readPack, writePack } from '../../src/run/pack.ts';
import type { RunRecord } from '../../src/run/record.ts';
import { packTar, unpackTar } from '../../src/run/tar.ts';
import { tempFolder } from '../support/temp.ts';
import { inProcess, runTiny, tinyPlan } from './support.ts';

const folder = tempFolder();
const limits = { packedBytes: 2 ** 20, unpackedBytes: 2 ** 22, files: 20 };
let record: RunRecord;
let whole: Buffer;

beforeAll(async () => {
  const about = {
    file: '/home/me/papers/tiny.med',
    sources: {
      '/home/me/papers/tiny.med': 'med 1\nimport "lib/m.med"\n',
      '/home/me/papers/lib/m.med': 'med 1\n',
    },
    set: ['tiny.seeds=1..2'],
    resolved: { values: [{ path: 'a', text: '1', origin: '/home/me/papers/tiny.med:1' }] },
    device: 'cpu',
  };
  const plan = tinyPlan({ rows: 1, seeds: 1, steps: 1, ms: 0 });
  const made = await runTiny(plan, folder, folder, { worker: inProcess(folder, folder), about });
  record = made.record;
  await writePack(record, record.lock!, 0.01, join(folder, 'whole.tar.gz'));
  whole = readFileSync(join(folder, 'whole.tar.gz'));
});

async function refusal(bytes: Buffer): Promise<string> {
  const box = tempFolder();
  const path = join(box, 'pack.tar.gz');
  writeFileSync(path, bytes);
  try {
    await readPack(path);
    return 'accepted';
  } catch (error) {
    if (!(error instanceof MedxError)) throw error;
    expect(readdirSync(box)).toEqual(['pack.tar.gz']);
    expect(error.diagnostics.length).toBe(1);
    return error.message.replace(': ', ' ').replaceAll(path, 'PACK');
  }
}

/** The members of the whole pack, some replaced, with a manifest that lists them rightly. */
function packWith(changed: Readonly<Record<string, string | undefined>>): Buffer {
  const files = unpackTar(whole, { ...limits, unpackedBytes: 2 ** 24 }, 'whole');
  const manifest = JSON.parse(files.get('pack.json')!.toString()) as { files: Record<string, string> };
  for (const [name, text] of Object.entries(changed)) {
    if (text === undefined) files.delete(name);
    else files.set(name, Buffer.from(text));
  }
  if (!('pack.json' in changed)) {
    const others = [...files].filter(([name]) => name !== 'pack.json');
    manifest.files = Object.fromEntries(
      others.map(([name, bytes]) => [name, createHash('sha256').update(bytes).digest('hex')]),
    );
    files.set('pack.json', Buffer.from(JSON.stringify(manifest)));
  }
  return packTar(files);
}

/** A header changed by hand, its checksum made right again. */
function tampered(change: (head: Buffer) => void): Buffer {
  const tar = gunzipSync(whole);
  const head = tar.subarray(0, 512);
  change(head);
  head.fill(' ', 148, 156);
  const sum = head.reduce((a, b) => a + b, 0);
  head.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148);
  return gzipSync(tar);
}

const renamed = (name: string) =>
  tampered((head) => {
    head.fill(0, 0, 100);
    head.write(name, 0);
  });

describe('what medx pack wrote', () => {
  test('is read back whole, and says nothing of where it was made', async () => {
    const pack = await readPack(join(folder, 'whole.tar.gz'));
    expect([...pack.sources]).toEqual([
      ['tiny.med', 'med 1\nimport "lib/m.med"\n'],
      ['lib/m.med', 'med 1\n'],
    ]);
    expect(pack.manifest).toMatchObject({ entry: 'tiny.med', set: ['tiny.seeds=1..2'], tolerance: 0.01 });
    expect(pack.record.experiments).toEqual(record.experiments);
    expect(pack.lock).toEqual(record.lock);
    expect(gunzipSync(whole).includes('/home/me')).toBe(false);
  });

  test('is the same to the byte when it is written again', async () => {
    await writePack(record, record.lock!, 0.01, join(folder, 'again.tar.gz'));
    expect(readFileSync(join(folder, 'again.tar.gz')).equals(whole)).toBe(true);
  });

  test('long paths are kept; one that no tar can hold is refused', () => {
    const long = `${'a'.repeat(90)}/${'b'.repeat(90)}.med`;
    expect([...unpackTar(packTar(new Map([[long, Buffer.from('x')]])), limits, 'x').keys()]).toEqual([long]);
    expect(() => packTar(new Map([['a'.repeat(300), Buffer.from('x')]]))).toThrow('MED6110');
  });
});

describe('a pack is refused that', () => {
  test.each([
    ['leads out of its folder', '../../.bashrc', 'leaves its folder'],
    ['names a place on the disk', '/etc/passwd', 'is no relative path'],
    ['names a place on a Windows disk', 'a\\..\\b', 'is no relative path'],
    ['steers the terminal', 'spec/\u001b[2J.med', 'has a control character in its name'],
    ['has no name', '', 'has no name'],
    ['names a folder twice over', 'spec//a.med', 'leaves its folder'],
  ])('%s', async (_, name, words) => {
    expect(await refusal(renamed(name))).toContain(`MED6111 \`PACK\` is refused: \`${name}\` ${words}`);
  });

  test.each([
    ['1', 'is a link'],
    ['2', 'is a link'],
    ['3', 'is a device'],
    ['5', 'is a folder'],
    ['6', 'is a pipe'],
    ['x', 'is a member of kind `x`'],
    ['L', 'is a member of kind `L`'],
  ])('holds a member of kind %s', async (kind, words) => {
    const bytes = tampered((head) => {
      head.write(kind, 156);
      head.write('/etc/passwd', 157);
    });
    expect(await refusal(bytes)).toBe(`MED6111 \`PACK\` is refused: \`pack.json\` ${words}`);
  });

  test('unpacks to more than any run has: a bomb', () => {
    const zeros = gzipSync(Buffer.alloc(16 * 2 ** 20), { level: 9 });
    expect(zeros.length).toBeLessThan(2 ** 15);
    expect(() => unpackTar(zeros, limits, 'PACK')).toThrow('unpack to more than 4.0 MiB');
    expect(packLimits.unpackedBytes).toBeLessThanOrEqual(2 ** 28);
  });

  test('has thousands of files, or one of them twice', async () => {
    const many = new Map(
      Array.from({ length: 1001 }, (_, i) => [`spec/${i}.med`, Buffer.from('x')] as const),
    );
    expect(await refusal(packTar(many))).toMatch(/MED6112 .* more than 1000 files/);
    const one = gunzipSync(packTar(new Map([['a', Buffer.from('x')]]))).subarray(0, 1024);
    expect(await refusal(gzipSync(Buffer.concat([one, one, Buffer.alloc(1024)])))).toContain(
      '`a` is there twice',
    );
  });

  test.each([
    ['is something else', () => Buffer.from('med 1\n'), 'MED6110'],
    ['is empty', () => Buffer.alloc(0), 'MED6110'],
    ['is a zip', () => Buffer.from('PK\x03\x04'), 'MED6110'],
    ['is cut off', () => whole.subarray(0, whole.length / 2), 'MED6110'],
    [
      'is cut off inside',
      () => gzipSync(gunzipSync(whole).subarray(0, 1500)),
      'MED6110 `PACK` is no whole pack: it is cut off',
    ],
    ['has a damaged header', () => gzipSync(Buffer.from(gunzipSync(whole).fill('x', 0, 3))), 'MED6110'],
    [
      'claims a size beyond its end',
      () => tampered((head) => head.write('77777777777\0', 124)),
      'it is cut off',
    ],
    [
      'claims a size that is none',
      () => tampered((head) => head.write('9999999999z\0', 124)),
      'cannot be read',
    ],
  ])('%s', async (_, bytes, words) => {
    expect(await refusal(bytes())).toContain(words);
  });

  test.each([
    ['has no record', { 'record.json': undefined }, 'it has no `record.json`'],
    [
      'has a record of another shape',
      { 'record.json': '{"format":1}' },
      '`record.json`: the whole must have required property',
    ],
    ['has a lock that is no JSON', { 'lock.json': '{' }, '`lock.json` is no JSON'],
    ['has a lock of another shape', { 'lock.json': '[]' }, '`lock.json`: '],
    ['has no spec', { 'spec/tiny.med': undefined }, 'it has no `spec/tiny.med`'],
    ['is of another format', { 'pack.json': '{"format":2}' }, '`pack.json`: '],
    ['is deep', { 'record.json': '['.repeat(200_000) + ']'.repeat(200_000) }, '`record.json`: '],
  ])('%s', async (_, changed, words) => {
    const found = await refusal(packWith(changed));
    expect(found).toContain('MED6113');
    expect(found).toContain(words);
  });

  test('has a file that is not what its manifest lists', async () => {
    const files = unpackTar(whole, { ...limits, unpackedBytes: 2 ** 24 }, 'whole');
    files.set('spec/tiny.med', Buffer.from('med 1\n'));
    expect(await refusal(packTar(files))).toContain('the contents of `spec/tiny.med` have changed');
    files.set('spec/more.med', Buffer.from('med 1\n'));
    files.delete('spec/tiny.med');
    expect(await refusal(packTar(files))).toContain('`spec/more.med` is not listed');
  });
});
