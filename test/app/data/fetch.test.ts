/** `medx data fetch` against a server on this machine: cuts, lies, refusals. */
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeEach, expect, test } from 'vitest';
import { fetchKnown, findKnown, licenceText } from '../../../src/app/cli/fetching.ts';
import { knownDatasets } from '../../../src/catalog/datasets/index.ts';
import type { KnownDataset, KnownFile } from '../../../src/catalog/datasets/types.ts';
import { contentsDigest, gatherFolder } from '../../../src/data/fetch/fetch.ts';
import { checkSpace } from '../../../src/data/fetch/unzip.ts';
import { listFiles } from '../../../src/data/files.ts';
import { readManifest } from '../../../src/data/manifest/manifest.ts';
import { MedxError } from '../../../src/diagnostics/diagnostic.ts';
import { isBuilt } from '../../run/support.ts';
import { rawFiles } from '../../support/microservo.ts';
import { tempFolder } from '../../support/temp.ts';
import { zipOf } from '../../support/zip.ts';
import { medxData, schemaErrors } from './support.ts';

type Answer = (request: IncomingMessage, response: ServerResponse) => void;
let answers: Record<string, Answer> = {};
let asked: string[] = [];
const server = createServer((request, response) => {
  asked.push(`${request.url} ${request.headers.range ?? ''}`.trim());
  const answer = answers[request.url ?? ''];
  if (answer) answer(request, response);
  else response.writeHead(404).end();
});
await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
const base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
afterAll(() => server.close());
beforeEach(() => {
  answers = {};
  asked = [];
});

const sha256 = (bytes: Buffer | string) => createHash('sha256').update(bytes).digest('hex');

/** Serves ranges. The first answers are cut after so many bytes, once those have arrived in the file `seen`. */
function serve(
  bytes: Buffer,
  options: { cuts?: number[]; seen?: string; etag?: () => string; ranges?: boolean } = {},
): Answer {
  const { cuts = [], seen = '', etag = () => '"one"', ranges = true } = options;
  return (request, response) => {
    const from = ranges ? Number(/bytes=(\d+)-/.exec(request.headers.range ?? '')?.[1] ?? 0) : 0;
    const goesOn = from > 0 && request.headers['if-range'] === etag();
    const body = goesOn ? bytes.subarray(from) : bytes;
    response.writeHead(goesOn ? 206 : 200, {
      etag: etag(),
      'content-length': body.length,
      ...(goesOn ? { 'content-range': `bytes ${from}-${bytes.length - 1}/${bytes.length}` } : {}),
    });
    const cut = cuts.shift();
    if (cut === undefined) response.end(body);
    else {
      response.write(body.subarray(0, cut));
      const size = (goesOn ? from : 0) + cut;
      const watch = setInterval(() => {
        if ((statSync(seen, { throwIfNoEntry: false })?.size ?? 0) < size) return;
        clearInterval(watch);
        response.destroy();
      }, 5);
    }
  };
}

const known = (files: readonly KnownFile[], more: Partial<KnownDataset> = {}): KnownDataset => ({
  name: 'tiny',
  title: 'Two injections',
  licence: 'CC-BY-4.0',
  homepage: 'https://example.org/tiny',
  citation: 'Nobody 2024',
  reader: { format: 'microservo' },
  roots: ['.'],
  files,
  byHand: [],
  notes: ['made by hand'],
  ...more,
});

const run = (dataset: KnownDataset, dataRoot: string, accepted = true) =>
  fetchKnown(dataset, { dataRoot, accepted, say: () => undefined, delayMs: 1 });

async function refusal(work: Promise<unknown>): Promise<string> {
  const error = await work.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof MedxError)) throw error ?? new Error('nothing was refused');
  return error.diagnostics
    .map(({ code, message, notes = [], fix }) => [code, message, ...notes, fix].join(' | '))
    .join('\n');
}

const text = Buffer.from('0123456789'.repeat(2000));
const partOf = (dataRoot: string) => join(gatherFolder(dataRoot, known([])), 'a.bin.part');
const file = (path: string, more: Partial<KnownFile> = {}): KnownFile => ({
  url: `${base}/${path}`,
  path,
  ...more,
});

test.runIf(isBuilt)(
  'what is fetched lies in a folder of its own, with a manifest; nothing else is left',
  async () => {
    const dataRoot = tempFolder('fetch');
    const raw = rawFiles();
    for (const [path, content] of Object.entries(raw)) answers[`/${path}`] = serve(Buffer.from(content));
    const files = Object.entries(raw).map(([path, content]) =>
      file(path, { bytes: Buffer.byteLength(content), sha256: sha256(content) }),
    );
    const fetched = await run(known(files), dataRoot);
    expect(fetched).toMatchObject({ files: 5, verified: true, sources: ['microservo("tiny")'] });
    expect(schemaErrors('dataset-fetch', { format: 1, name: 'tiny', ...fetched })).toEqual([]);
    expect(readFileSync(join(dataRoot, 'tiny', 'log', 'log.csv'), 'utf8')).toBe(raw['log/log.csv']);
    const manifest = await readManifest(join(dataRoot, 'tiny'));
    expect(manifest).toMatchObject({ name: 'tiny', licence: 'CC-BY-4.0', origin: { verified: true } });
    expect(manifest?.files).toHaveLength(5);
    expect(existsSync(join(dataRoot, '.fetch', 'tiny'))).toBe(false);
    const listed = medxData(dataRoot, dataRoot, 'list', '--verify').out;
    expect(listed).toContain('Two injections; licence CC-BY-4.0');
    expect(listed).toContain('checksums as in dataset.yaml');
    writeFileSync(
      join(dataRoot, 'tiny', 'log', 'log.csv'),
      (raw['log/log.csv'] ?? '').replace('cart', 'cord'),
    );
    const checked = medxData(dataRoot, dataRoot, 'check', 'microservo("tiny")');
    expect(checked.code).toBe(1);
    expect(checked.out).toContain(
      'error MED3426: 1 file not as listed, by the checksums of dataset.yaml: log/log.csv',
    );
    expect(medxData(dataRoot, dataRoot, 'describe', 'microservo("tiny")').out).toContain(
      'licence   CC-BY-4.0',
    );
    expect(await refusal(run(known(files), dataRoot))).toContain('MED3306');
  },
);

test('a cut connection goes on where it stopped, also in a later call', async () => {
  const dataRoot = tempFolder('resume');
  const dataset = known([file('a.bin', { bytes: text.length, sha256: sha256(text) })]);
  answers['/a.bin'] = serve(text, { cuts: [5000, 5000], seen: partOf(dataRoot) });
  await run(dataset, dataRoot);
  expect(asked).toEqual(['/a.bin', '/a.bin bytes=5000-', '/a.bin bytes=10000-']);
  expect(readFileSync(join(dataRoot, 'tiny', 'a.bin')).equals(text)).toBe(true);

  const later = tempFolder('later');
  answers['/a.bin'] = serve(text, { cuts: [7000], seen: partOf(later) });
  const answer = answers['/a.bin'];
  answers['/a.bin'] = (request, response) =>
    asked.length === 4 ? answer(request, response) : response.writeHead(404).end();
  expect(await refusal(run(dataset, later))).toContain('the server answers 404');
  answers['/a.bin'] = serve(text);
  asked = [];
  await run(dataset, later);
  expect(asked).toEqual(['/a.bin bytes=7000-']);
});

test('a server that ignores ranges, or whose file has changed, starts anew', async () => {
  const dataset = known([file('a.bin', { sha256: sha256(text) })]);
  const dataRoot = tempFolder('ranges');
  answers['/a.bin'] = serve(text, { cuts: [5000], seen: partOf(dataRoot), ranges: false });
  await run(dataset, dataRoot);
  expect(readFileSync(join(dataRoot, 'tiny', 'a.bin')).equals(text)).toBe(true);

  // Between two connections the file becomes another one.
  const other = Buffer.from('abc'.repeat(5000));
  const changed = tempFolder('changed');
  const before = serve(text, { cuts: [5000], seen: partOf(changed) });
  const after = serve(other, { etag: () => '"two"' });
  asked = [];
  answers['/a.bin'] = (request, response) => (asked.length === 1 ? before : after)(request, response);
  await run(known([file('a.bin', { sha256: sha256(other) })]), changed);
  expect(asked).toEqual(['/a.bin', '/a.bin bytes=5000-']);
  expect(readFileSync(join(changed, 'tiny', 'a.bin')).equals(other)).toBe(true);
});

test('a wrong checksum or size is told, and the file is removed; all files that fail are told at once', async () => {
  const dataRoot = tempFolder('wrong');
  answers['/a.bin'] = serve(text);
  answers['/b.bin'] = serve(text);
  const said = await refusal(
    run(
      known([file('a.bin', { sha256: sha256('other') }), file('b.bin', { bytes: 3 }), file('c.bin')]),
      dataRoot,
    ),
  );
  expect(said).toContain(
    `MED3310 | not the file that is known: ${base}/a.bin | expected SHA-256 ${sha256('other')} | found SHA-256 ${sha256(text)}`,
  );
  expect(said).toContain('expected 3 bytes | found 20000 bytes');
  expect(said).toContain(`MED3309 | the server answers 404 Not Found: ${base}/c.bin`);
  expect(listFiles(gatherFolder(dataRoot, known([])))).toEqual([]);
  expect(existsSync(join(dataRoot, 'tiny'))).toBe(false);
});

test('a server that is busy is asked again; one that is not there is explained, and a file put there by hand is taken', async () => {
  const dataRoot = tempFolder('busy');
  let tries = 0;
  answers['/a.bin'] = (request, response) => {
    tries++;
    if (tries < 3) response.writeHead(503, { 'retry-after': '0' }).end();
    else serve(text)(request, response);
  };
  expect(await run(known([file('a.bin')]), dataRoot)).toMatchObject({ verified: false });
  expect(tries).toBe(3);
  expect(readFileSync(join(dataRoot, 'tiny', 'dataset.yaml'), 'utf8')).toContain('verified: false');

  const alone = tempFolder('alone');
  const gone = known([{ url: 'http://127.0.0.1:9/a.bin', path: 'a.bin', sha256: sha256(text) }]);
  const said = await refusal(run(gone, alone));
  const place = join(gatherFolder(alone, gone), 'a.bin');
  expect(said).toMatch(/MED3309 \| the connection failed|the server cannot be reached/);
  expect(said).toContain(`or get the file by hand, put it at ${place} and run the command again`);
  writeFileSync(place, text);
  expect(await run(gone, alone)).toMatchObject({ verified: true });
});

test('without consent to the licence nothing is asked for', async () => {
  const dataRoot = tempFolder('licence');
  const said = await refusal(run(known([file('a.bin')]), dataRoot, false));
  expect(said).toContain(
    'MED3308 | the licence of `tiny` is not accepted: nothing was fetched | its terms: CC-BY-4.0',
  );
  expect(asked).toEqual([]);
  expect(existsSync(join(dataRoot, '.fetch'))).toBe(false);
});

test('archives are unpacked to what was asked for, and their contents are compared', async () => {
  const dataRoot = tempFolder('zip');
  const members = [
    { name: 'repo-1/', text: '' },
    { name: 'repo-1/LICENSE', text: 'free' },
    { name: 'repo-1/data/a.csv', text: 'a\n1\n' },
    { name: 'repo-1/data/b.csv', text: 'b\n' },
    { name: 'repo-1/code/x.py', text: 'pass' },
  ];
  answers['/r.zip'] = serve(zipOf(members));
  const digest = contentsDigest([
    { path: 'data/b.csv', bytes: 2, sha256: sha256('b\n') },
    { path: 'data/a.csv', bytes: 4, sha256: sha256('a\n1\n') },
  ]);
  const archive = (contents: { below: string; files: number; sha256: string }) =>
    known([
      file('r.zip', { unpack: { into: '.', strip: 1, only: ['data', 'LICENSE'], contents: [contents] } }),
    ]);
  const wrong = await refusal(run(archive({ below: 'data', files: 3, sha256: digest }), dataRoot));
  expect(wrong).toContain('MED3310');
  const fetched = await run(archive({ below: 'data', files: 2, sha256: digest }), dataRoot);
  expect(fetched).toMatchObject({ files: 3, verified: true });
  expect(listFiles(join(dataRoot, 'tiny'))).toEqual(['LICENSE', 'data/a.csv', 'data/b.csv', 'dataset.yaml']);
});

test.each([
  ['a path that leads out', [{ name: '../evil.txt', text: 'x' }], /evil/],
  ['an absolute path', [{ name: '/tmp/evil.txt', text: 'x' }], /evil/],
  ['a link', [{ name: 'link', text: '/etc/passwd', mode: 0o120777 }], /is a link/],
  ['a damaged member', [{ name: 'a.csv', text: 'abc', crc: 1 }], /checksum|CRC/i],
])('an archive with %s is refused', async (_what, members, reason) => {
  const dataRoot = tempFolder('evil');
  answers['/r.zip'] = serve(zipOf(members));
  const said = await refusal(run(known([file('r.zip', { unpack: { into: '.', strip: 0 } })]), dataRoot));
  expect(said).toMatch(/MED3312/);
  expect(said).toMatch(reason);
  expect(existsSync(join(dataRoot, 'tiny'))).toBe(false);
  expect(existsSync(join(dataRoot, '..', 'evil.txt'))).toBe(false);
});

test('what is no archive, and a disk that is too small', async () => {
  const dataRoot = tempFolder('none');
  answers['/r.zip'] = serve(Buffer.from('<html>sign in</html>'));
  expect(await refusal(run(known([file('r.zip', { unpack: { into: '.', strip: 0 } })]), dataRoot))).toContain(
    'MED3312',
  );
  const huge = known([file('a.bin', { bytes: 1e18 })]);
  expect(await refusal(run(huge, tempFolder('huge')))).toContain('MED3311 | not enough space');
  expect(() => checkSpace(dataRoot, 1)).not.toThrow();
});

test.runIf(isBuilt)(
  'the public datasets: names, addresses, checksums and licences are of the right form; unknown names get the nearest',
  () => {
    const names = knownDatasets.map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
    for (const { files, licence, homepage, byHand, name } of knownDatasets) {
      expect(licence, name).not.toBe('');
      expect(homepage, name).toMatch(/^https:\/\//);
      expect(files.length + byHand.length, name).toBeGreaterThan(0);
      for (const one of files) {
        expect(one.url).toMatch(/^https:\/\//);
        expect(one.path).not.toMatch(/^\/|\.\./);
        if (one.sha256) expect(one.sha256).toMatch(/^[0-9a-f]{64}$/);
      }
    }
    expect(() => findKnown('tvdiga')).toThrow('MED3304');
    expect(licenceText(findKnown('microservo'))).toContain('none stated');
    const folder = tempFolder('cli');
    mkdirSync(join(folder, 'data'));
    const unknown = medxData(folder, join(folder, 'data'), 'fetch', 'tvdiga');
    expect([unknown.code, unknown.err]).toEqual([1, expect.stringContaining('did you mean `tvdiag`?')]);
    const hand = medxData(folder, join(folder, 'data'), 'fetch', 'aiops22', '--accept-licence');
    expect([hand.code, hand.err]).toEqual([1, expect.stringContaining('competition.aiops-challenge.com')]);
    const refused = medxData(folder, join(folder, 'data'), 'fetch', 'tvdiag');
    expect([refused.code, refused.err]).toEqual([1, expect.stringContaining('MED3308')]);
    expect(refused.out).toContain('licence   MIT');
  },
);
