import { cpSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { embedBert } from '../../../src/data/embedding/bert.ts';
import { findEmbedder, modelFiles } from '../../../src/data/embedding/models.ts';
import { MedxError } from '../../../src/diagnostics/diagnostic.ts';
import { tempFolder } from '../../support/temp.ts';

const fixture = join(import.meta.dirname, 'fixtures/tiny-bert');
const { texts, vectors } = JSON.parse(
  readFileSync(join(import.meta.dirname, 'fixtures/expected.json'), 'utf8'),
) as { texts: string[]; vectors: number[][] };

/** A data root that holds the tiny model as `lab/tiny`. */
function dataRoot(): string {
  const root = tempFolder('models');
  cpSync(fixture, join(root, 'models/lab/tiny'), { recursive: true });
  return root;
}

const quiet = { allowRemote: false, progress: () => {} };

async function refusal(work: Promise<unknown>): Promise<string[]> {
  const error = await work.catch((thrown: unknown) => thrown);
  return error instanceof MedxError ? error.diagnostics.map(({ code }) => code) : [`no diagnostic: ${error}`];
}

/** A hub with the given models, each a folder; answers and counts as the real one does. */
async function hub(models: Readonly<Record<string, string>>) {
  const { createHash } = await import('node:crypto');
  const asked: string[] = [];
  const server = createServer((request, response) => {
    const url = decodeURIComponent(request.url ?? '');
    asked.push(url);
    const [, api, id, revision] =
      /^\/(api\/models\/)?([^/]+\/[^/]+)\/(?:revision|resolve)\/([^/?]+)/.exec(url) ?? [];
    const folder = models[id ?? ''];
    if (!folder || revision !== 'main') {
      response.writeHead(404).end();
    } else if (api) {
      const siblings = modelFiles.map((rfilename) => ({
        rfilename,
        lfs: {
          sha256: createHash('sha256')
            .update(readFileSync(join(folder, rfilename)))
            .digest('hex'),
        },
      }));
      response.end(JSON.stringify({ siblings }));
    } else {
      const path = join(folder, url.split('/resolve/main/')[1] ?? '');
      if (existsSync(path)) response.end(readFileSync(path));
      else response.writeHead(404).end();
    }
  });
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
  const remoteHost = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    remoteHost,
    asked,
    close: () => {
      server.closeAllConnections();
      return new Promise((closed) => server.close(closed));
    },
  };
}

test('vectors are the means of the last hidden state that PyTorch gives for the same weights', async () => {
  const options = { ...quiet, dataRoot: dataRoot(), cacheDir: tempFolder('cache') };
  const first = await embedBert(texts, 'lab/tiny', options);
  expect(first).toMatchObject({ dim: 16, computed: texts.length });
  vectors.forEach((vector, row) => {
    vector.forEach((value, d) => {
      expect(first.vectors[row * 16 + d]).toBeCloseTo(value, 5);
    });
  });

  const again = await embedBert([...texts].reverse(), 'lab/tiny', options);
  expect(again.computed).toBe(0);
  expect([...again.vectors.slice(0, 16)]).toEqual([...first.vectors.slice(-16)]);
});

test('a vector does not depend on the texts computed beside it, nor on what the cache holds', async () => {
  const root = dataRoot();
  const many = Array.from({ length: 40 }, (_, i) =>
    ['get', 'route', 'user', 'order'].map((w, j) => ((i >> j) & 1 ? w : 'id')).join(' '),
  );
  const together = await embedBert(many, 'lab/tiny', {
    ...quiet,
    dataRoot: root,
    cacheDir: tempFolder('cache'),
  });
  const cacheDir = tempFolder('cache');
  for (const [row, text] of many.slice(0, 5).entries()) {
    const alone = await embedBert([text], 'lab/tiny', { ...quiet, dataRoot: root, cacheDir });
    expect([...alone.vectors]).toEqual([...together.vectors.slice(row * 16, row * 16 + 16)]);
  }
  expect(together.computed).toBe(16);
});

test('a model is found in a folder, in the cache or on the hub, with one digest', async () => {
  const root = dataRoot();
  const cacheDir = tempFolder('cache');
  const inFolder = await findEmbedder('lab/tiny', { dataRoot: root, cacheDir, allowRemote: false });
  expect(inFolder).toMatchObject({ available: true, where: 'folder' });
  const byPath = await findEmbedder(fixture, { dataRoot: '/nowhere', cacheDir, allowRemote: false });
  const remote = await hub({ 'lab/tiny': fixture });
  const online = {
    dataRoot: tempFolder('empty'),
    cacheDir,
    allowRemote: true,
    remoteHost: remote.remoteHost,
  };
  const onHub = await findEmbedder('lab/tiny', online);
  expect(onHub).toMatchObject({ available: true, where: 'hub' });

  const fetched = await embedBert(texts, 'lab/tiny', { ...online, progress: () => {} });
  expect(fetched.computed).toBe(texts.length);
  await remote.close();
  const cached = await findEmbedder('lab/tiny', online);
  expect(cached).toMatchObject({ available: true, where: 'cache' });
  const digests = [inFolder, byPath, onHub, cached].map((found) =>
    found.available ? found.digest : found.reason,
  );
  expect(new Set(digests).size).toBe(1);
  expect(digests[0]).toMatch(/^[0-9a-f]{64}$/);
});

test('what is missing is named, and being off-line is quick', async () => {
  const root = dataRoot();
  const cacheDir = tempFolder('cache');
  const remote = await hub({});
  const online = { dataRoot: root, cacheDir, allowRemote: true, remoteHost: remote.remoteHost };
  const unknown = await findEmbedder('lab/none', online);
  await remote.close();
  expect(unknown).toMatchObject({ available: false, reason: expect.stringContaining('404') });
  const offline = await findEmbedder('lab/none', online);
  expect(offline).toMatchObject({ available: false, reason: expect.stringContaining('cannot be reached') });

  const silent = createServer(() => {});
  await new Promise<void>((ready) => silent.listen(0, '127.0.0.1', ready));
  const remoteHost = `http://127.0.0.1:${(silent.address() as AddressInfo).port}`;
  const late = await findEmbedder('lab/none', { ...online, remoteHost, timeoutMs: 100 });
  silent.closeAllConnections();
  silent.close();
  expect(late).toMatchObject({ available: false, reason: expect.stringContaining('cannot be reached') });

  rmSync(join(root, 'models/lab/tiny/tokenizer.json'));
  const partly = await findEmbedder('lab/tiny', { ...online, allowRemote: false });
  expect(partly).toMatchObject({ available: false, reason: expect.stringContaining('lacks tokenizer.json') });
  expect(await refusal(embedBert(['x'], 'lab/tiny', { ...quiet, dataRoot: root, cacheDir }))).toEqual([
    'MED3520',
  ]);
});

test('a model that changed since the plan, or is no model, is refused by name', async () => {
  const root = dataRoot();
  const folder = join(root, 'models/lab/tiny');
  const options = { ...quiet, dataRoot: root, cacheDir: tempFolder('cache') };
  expect(await refusal(embedBert(['x'], 'lab/tiny', { ...options, digest: 'f'.repeat(64) }))).toEqual([
    'MED3521',
  ]);
  writeFileSync(join(folder, 'onnx/model.onnx'), 'not a model');
  expect(await refusal(embedBert(['x'], 'lab/tiny', options))).toEqual(['MED3522']);
  writeFileSync(join(folder, 'config.json'), '{');
  expect(await refusal(embedBert(['x'], 'lab/tiny', options))).toEqual(['MED3522']);
});

test('a damaged file in the cache is computed again', async () => {
  const root = dataRoot();
  const cacheDir = tempFolder('cache');
  const options = { ...quiet, dataRoot: root, cacheDir };
  const first = await embedBert(['order failed'], 'lab/tiny', options);
  const { readdirSync } = await import('node:fs');
  const [identity] = readdirSync(join(cacheDir, 'embeddings'));
  const folder = join(cacheDir, 'embeddings', identity ?? '');
  const [name] = readdirSync(folder);
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, name ?? ''), 'torn');
  const again = await embedBert(['order failed'], 'lab/tiny', options);
  expect(again.computed).toBe(1);
  expect([...again.vectors]).toEqual([...first.vectors]);
});
