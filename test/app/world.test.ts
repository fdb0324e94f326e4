import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { readWorld } from '../../src/app/world.ts';
import { resolveText } from '../spec/support.ts';
import { tempFolder } from '../support/temp.ts';

const folder = tempFolder();
const text = `med 1
dataset d { from = nezha("none") }
model m { encode log = drain -> bert("some/model") else hashed(16) -> weighted_sum -> transformer -> pool }
experiment e { data = d   device = cpu   variant full = m }
`;
const spec = resolveText(text);

let server: Server | undefined;
const before = process.env.HF_ENDPOINT;
afterEach(() => {
  server?.closeAllConnections();
  server?.close();
  if (before === undefined) delete process.env.HF_ENDPOINT;
  else process.env.HF_ENDPOINT = before;
});

/** A hub that answers every request after some time; counts them. */
async function hub(afterMs: number): Promise<() => number> {
  let asked = 0;
  const made = createServer((_request, response) => {
    asked += 1;
    setTimeout(() => response.writeHead(404).end(), afterMs);
  });
  server = made;
  await new Promise<void>((resolve) => made.listen(0, '127.0.0.1', resolve));
  process.env.HF_ENDPOINT = `http://127.0.0.1:${(made.address() as AddressInfo).port}/`;
  return () => asked;
}

const world = (store: string, allowRemote = true) =>
  readWorld(spec, { dataRoot: join(folder, 'data'), store: join(folder, store), allowRemote });

test('what is not here is said with the reason', async () => {
  await hub(0);
  const { datasets, models, engines } = await world('a');
  expect(datasets).toMatchObject([{ format: 'nezha', root: 'none', status: { present: false } }]);
  expect(models).toMatchObject([{ model: 'some/model', status: { available: false } }]);
  expect(engines).toMatchObject([
    { executor: 'onnx', device: 'cpu', status: { available: true, device: 'cpu' } },
  ]);
});

test('a hub that answers is asked every time, with --offline never', async () => {
  const asked = await hub(0);
  await world('b');
  await world('b');
  expect(asked()).toBe(2);
  await world('b', false);
  expect(asked()).toBe(2);
});

test('a hub that keeps us waiting is not asked again at once', async () => {
  const asked = await hub(60_000);
  await world('c');
  await world('c');
  expect(asked()).toBe(1);
});
