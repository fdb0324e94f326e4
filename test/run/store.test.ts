import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, truncateSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { MedxError } from '../../src/diagnostics/diagnostic.ts';
import { tryLock } from '../../src/run/lock.ts';
import {
  artefactPath,
  findNode,
  hasArtefact,
  lockPath,
  openArtefact,
  openStore,
  sweepLeftovers,
  workPath,
  writeNode,
} from '../../src/run/store.ts';
import type { StageRegistry } from '../../src/stages/registry.ts';
import type { StageContext, StageKind } from '../../src/stages/stage.ts';
import { runStages, stageNode } from '../support/run-stages.ts';
import { tempFolder } from '../support/temp.ts';

function registryOf(run: StageKind['run'], more: StageRegistry = {}): StageRegistry {
  return { probe: async () => ({ kind: 'probe', version: 1, cost: 'light', run }), ...more };
}

async function codeOf(action: Promise<unknown>): Promise<string> {
  const error: unknown = await action.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof MedxError)) throw new Error(`expected a MedxError, got ${String(error)}`);
  return error.diagnostics.map((d) => d.code).join(' ');
}

const writeAll = async (_: unknown, { out }: StageContext) => {
  out.json('facts', { windows: 20 });
  out.array('x', { shape: [2, 3], data: new Float32Array([1, 2, 3, 4, 5, 6.5]) });
  out.array('codes', { shape: [2], data: new Int32Array([-1, 7]) });
  out.array('wide', { shape: [1], data: new Float64Array([Math.PI]) });
  mkdirSync(join(out.path('raw'), 'deep'), { recursive: true });
  writeFileSync(join(out.path('raw'), 'deep', 'log.csv'), 'a,b\n');
};

test('an artefact is read back as it was written', async () => {
  const node = stageNode('probe', 1, {});
  const { artefact } = await runStages([node], tempFolder(), { kinds: registryOf(writeAll) });
  const read = artefact(node);
  expect(read.json('facts')).toEqual({ windows: 20 });
  expect(read.array('x')).toEqual({ shape: [2, 3], data: new Float32Array([1, 2, 3, 4, 5, 6.5]) });
  expect(read.array('codes').data).toEqual(new Int32Array([-1, 7]));
  expect(read.array('wide').data).toEqual(new Float64Array([Math.PI]));
  expect(readFileSync(join(read.path('raw'), 'deep/log.csv'), 'utf8')).toBe('a,b\n');
  expect([read.has('facts'), read.has('x'), read.has('raw'), read.has('nothing')]).toEqual([
    true,
    true,
    true,
    false,
  ]);
});

test('a stage that fails leaves neither an artefact nor a half-written folder', async () => {
  const root = tempFolder();
  const node = stageNode('probe', 1, {});
  const kinds = registryOf(async (_, { out }) => {
    out.json('facts', 1);
    throw new Error('boom');
  });
  await expect(runStages([node], root, { kinds })).rejects.toThrow('boom');
  expect(readdirSync(join(root, 'artefacts'))).toEqual([]);
  expect(readdirSync(join(root, 'tmp'))).toEqual([]);
  expect(readdirSync(join(root, 'locks'))).toEqual([]);
});

test('the work folder outlives a failure and goes with the finished artefact', async () => {
  const root = tempFolder();
  const node = stageNode('probe', 1, {});
  const kinds = registryOf(async (_, { out, workDir }) => {
    const checkpoint = join(workDir, 'epoch');
    if (!existsSync(checkpoint)) {
      writeFileSync(checkpoint, '3');
      throw new Error('first attempt');
    }
    out.json('resumed', readFileSync(checkpoint, 'utf8'));
  });
  await expect(runStages([node], root, { kinds })).rejects.toThrow('first attempt');
  const { artefact } = await runStages([node], root, { kinds });
  expect(artefact(node).json('resumed')).toBe('3');
  expect(existsSync(workPath(openStore(root), node.hash))).toBe(false);
});

test('numbers that are not finite are never stored', async () => {
  const node = stageNode('probe', 1, {});
  const array = registryOf(async (_, { out }) =>
    out.array('x', { shape: [2], data: new Float32Array([1, Number.NaN]) }),
  );
  expect(await codeOf(runStages([node], tempFolder(), { kinds: array }))).toBe('MED4011');
  const json = registryOf(async (_, { out }) => out.json('x', { loss: Number.POSITIVE_INFINITY }));
  expect(await codeOf(runStages([node], tempFolder(), { kinds: json }))).toBe('MED4011');
});

test('an unknown kind, another version and a missing input are told apart', async () => {
  const kinds = registryOf(writeAll);
  const run = (node: ReturnType<typeof stageNode>) => codeOf(runStages([node], tempFolder(), { kinds }));
  expect(await run(stageNode('toString', 1, {}))).toBe('MED4007');
  expect(await run(stageNode('probe', 2, {}))).toBe('MED4008');
  expect(await run(stageNode('probe', 1, {}, { cases: stageNode('probe', 1, { other: 1 }) }))).toBe(
    'MED4006',
  );
});

test('a damaged artefact is refused, set aside and made again', async () => {
  const root = tempFolder();
  const store = openStore(root);
  const node = stageNode('probe', 1, {});
  const kinds = registryOf(writeAll);
  const damage: [string, (folder: string) => void][] = [
    ['shorter', (folder) => truncateSync(join(folder, 'x.bin'), 5)],
    ['same size', (folder) => writeFileSync(join(folder, 'facts.json'), '{"windows":21}')],
    ['no meta', (folder) => writeFileSync(join(folder, 'meta.json'), '{"format":1,"fil')],
  ];
  for (const [name, break_] of damage) {
    await runStages([node], root, { kinds });
    break_(artefactPath(store, node.hash));
    const read = async () => openArtefact(store, node.hash).json('facts');
    expect([name, await codeOf(read())]).toEqual([name, 'MED4003']);
    expect(hasArtefact(store, node.hash)).toBe(false);
  }
  const { artefact } = await runStages([node], root, { kinds });
  expect(artefact(node).json('facts')).toEqual({ windows: 20 });
  expect(readdirSync(join(root, 'damaged')).length).toBe(3);
});

test('the lock of a dead process is broken, of a living one is not', () => {
  const store = openStore(tempFolder());
  const path = lockPath(store, 'abc');
  const dead = spawnSync(process.execPath, ['-e', '0']).pid;
  writeFileSync(path, JSON.stringify({ host: hostname(), pid: dead, started: '', token: 'a' }));
  const lock = tryLock(path);
  expect(lock).toBeDefined();
  expect(tryLock(path)).toBeUndefined();
  lock?.release();
  expect(existsSync(path)).toBe(false);

  // The pid lives, but it is not the process that took the lock.
  writeFileSync(path, JSON.stringify({ host: hostname(), pid: process.pid, started: 'x/1', token: 'b' }));
  if (process.platform === 'linux') expect(tryLock(path)).toBeDefined();
});

test('half-written folders of dead processes are swept, those of living ones stay', async () => {
  const store = openStore(tempFolder());
  mkdirSync(join(store.root, 'tmp', 'aaaa-1'));
  mkdirSync(join(store.root, 'tmp', 'bbbb-1'));
  const sleeper = spawn(process.execPath, ['-e', 'setTimeout(() => 0, 60000)']);
  writeFileSync(
    lockPath(store, 'bbbb'),
    JSON.stringify({ host: hostname(), pid: sleeper.pid, started: '', token: 'c' }),
  );
  sweepLeftovers(store);
  expect(readdirSync(join(store.root, 'tmp'))).toEqual(['bbbb-1']);
  sleeper.kill('SIGKILL');
  await new Promise((done) => sleeper.on('exit', done));
  sweepLeftovers(store);
  expect(readdirSync(join(store.root, 'tmp'))).toEqual([]);
});

test('a stage is found by the first digits of its hash', () => {
  const store = openStore(tempFolder());
  const nodes = ['00001111', '00002222'].map((hash) => ({ ...stageNode('probe', 1, {}), hash }));
  for (const node of nodes) writeNode(store, node);
  expect(findNode(store, '00001')).toEqual(nodes[0]);
  expect(() => findNode(store, '0000')).toThrow('MED4005');
  expect(() => findNode(store, 'ffff')).toThrow('MED4004');
  expect(() => findNode(store, '../x')).toThrow('MED4004');
});

test('a store in a file is a clear error', async () => {
  const file = join(tempFolder(), 'file');
  writeFileSync(file, '');
  expect(() => openStore(join(file, 'store'))).toThrow('MED4001');
});
