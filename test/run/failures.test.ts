import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { openEventLog } from '../../src/run/events.ts';
import type { Executor } from '../../src/run/executor.ts';
import type { JsonObject, StageContext } from '../../src/stages/stage.ts';
import { runStages, stageNode } from '../support/run-stages.ts';
import { tempFolder } from '../support/temp.ts';
import { isBuilt, planOf, runTiny, tinyPlan } from './support.ts';

const cases = stageNode('cases', 1, { cases: 4 });
const seedParams = { seed: 1, steps: 1, engine: { executor: 'onnx', device: 'cpu', threads: 1 } };

/** One row that fails the given way, one that works, one that needs what fails. */
function planWith(kind: string, params: JsonObject, cost: 'light' | 'train') {
  const bad = stageNode(kind, 1, params, {}, cost);
  const good = stageNode('train', 1, { ...seedParams, ms: 50 }, { cases }, 'train');
  const user = stageNode('train', 1, { ...seedParams, seed: 2 }, { cases, log: bad }, 'train');
  return planOf([cases, bad, good, user], cases, [
    { name: 'good', kind: 'variant', jobs: [{ seed: 1, hash: good.hash }] },
    { name: 'user', kind: 'variant', jobs: [{ seed: 1, hash: user.hash }] },
  ]);
}

describe.runIf(isBuilt)('a failing stage fails what needs it and nothing else', () => {
  test.each([
    ['bug', 'MED4010', 'x is not a function'],
    ['exit', 'MED4009', 'exit code 134'],
    ['kill', 'MED4009', 'signal SIGKILL'],
  ])('%s', async (how, code, words) => {
    const root = tempFolder();
    const { record, events } = await runTiny(planWith('crash', { how }, 'train'), root, root);
    expect(record.state).toBe('failed');
    expect(record.failures.map((d) => d.code)).toEqual([code]);
    expect(record.failures[0]!.message).toContain(words);
    const states = events.filter((e) => e.type === 'stage' && e.state !== 'running');
    expect(states.map((e) => e.type === 'stage' && `${e.kind} ${e.state}`).sort()).toEqual([
      'cases done',
      'crash failed',
      'train done',
      'train skipped',
    ]);
    const rows = record.experiments[0]!.rows;
    expect(rows.map((row) => row.jobs[0]!.test?.length)).toEqual([4, undefined]);
    expect(JSON.stringify(record.failures)).not.toContain('    at ');
    const bugs = readdirSync(join(root, 'runs', record.run)).filter((name) => name.startsWith('bug-'));
    expect(bugs.length).toBe(how === 'bug' ? 1 : 0);
  });

  test('a crash in a shared process costs one stage: the next gets a new process', async () => {
    const root = tempFolder();
    const { record } = await runTiny(planWith('crash', { how: 'exit' }, 'light'), root, root, { jobs: 1 });
    expect(record.failures.map((d) => d.code)).toEqual(['MED4009']);
    expect(record.failures[0]!.notes).toContain('FATAL ERROR: heap out of memory');
    expect(record.experiments[0]!.rows[0]!.jobs[0]!.test?.length).toBe(4);
  });
});

test.runIf(isBuilt)('a stopped run keeps what had finished and goes on', async () => {
  const plan = tinyPlan({ rows: 2, seeds: 2, steps: 4, ms: 30 });
  const root = tempFolder();
  const stop = new AbortController();
  let done = 0;
  const first = await runTiny(plan, root, root, {
    signal: stop.signal,
    listeners: [
      (event) => {
        if (event.type === 'stage' && event.state === 'done' && ++done === 6) stop.abort();
      },
    ],
  });
  expect(first.record.state).toBe('stopped');
  expect(first.record.stages.filter((s) => s.state === 'stopped').length).toBeGreaterThan(0);
  const second = await runTiny(plan, root, root);
  expect(second.record.state).toBe('finished');
  const again = second.events.filter((e) => e.type === 'stage' && e.state === 'running').length;
  expect(again).toBe(first.record.stages.filter((s) => s.state === 'stopped').length);
});

test('a stage that finishes while its process is being ended is done, not stopped', async () => {
  const root = tempFolder();
  const stop = new AbortController();
  const node = stageNode('answer', 1, {});
  const kinds = {
    answer: async () => ({
      kind: 'answer',
      version: 1,
      cost: 'light' as const,
      run: async (_: JsonObject, { out }: StageContext) => out.json('answer', 42),
    }),
  };
  // The child is ended after its last rename and before its message.
  const executor: Executor = {
    async run() {
      stop.abort();
      await runStages([node], root, { kinds });
      return { state: 'stopped' };
    },
    close: () => undefined,
    stop: async () => undefined,
  };
  const plan = { experiments: [], stages: [node], goals: [node.hash] };
  const { record, events } = await runTiny(plan, root, root, { worker: executor, signal: stop.signal });
  expect(record.stages.map(({ state }) => state)).toEqual(['done']);
  expect(record.state).toBe('finished');
  expect(events.flatMap((e) => (e.type === 'stage' ? [e.state] : []))).toEqual(['running', 'done']);
});

test.runIf(isBuilt)('notices are counted over the stages of a run, cached or not', async () => {
  const noisy = [1, 2].map((value) => stageNode('sum', 1, { value, notice: 'a modality is missing' }));
  const good = stageNode('train', 1, seedParams, { cases, a: noisy[0]!, b: noisy[1]! }, 'train');
  const plan = planOf([cases, ...noisy, good], cases, [
    { name: 'good', kind: 'variant', jobs: [{ seed: 1, hash: good.hash }] },
  ]);
  const root = tempFolder();
  const expected = [{ code: 'MED3999', message: 'a modality is missing', count: 2, stages: 2 }];
  expect((await runTiny(plan, root, root)).record.experiments[0]!.notices).toEqual(expected);
  expect((await runTiny(plan, root, root)).record.experiments[0]!.notices).toEqual(expected);
});

/** A file system of 6 MiB; mounting one needs root. */
function smallDisk(): string | undefined {
  const folder = join(tempFolder(), 'small');
  mkdirSync(folder);
  const mount = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=6m', 'medx-test', folder]);
  if (mount.status !== 0) return undefined;
  afterAll(() => spawnSync('umount', ['-l', folder]));
  return folder;
}

const small = isBuilt && process.platform === 'linux' ? smallDisk() : undefined;

test.skipIf(small === undefined)(
  'a full disk: a clear error, finished stages stay (needs root: tmpfs)',
  async () => {
    const root = join(small!, 'store');
    const { record } = await runTiny(planWith('fill', { mib: 9 }, 'light'), root, tempFolder());
    expect(record.failures.map((d) => d.code)).toEqual(['MED4002']);
    expect(record.failures[0]!.message).toContain('the disk is full');
    expect(readdirSync(join(root, 'tmp'))).toEqual([]);
    expect(record.experiments[0]!.rows[0]!.jobs[0]!.test?.length).toBe(4);
    const kept = JSON.parse(readFileSync(join(root, 'runs', record.run, 'record.json'), 'utf8'));
    expect(kept.state).toBe('failed');
  },
);

test.skipIf(!existsSync('/dev/full'))('events that cannot be written stop the run with a clear error', () => {
  const log = openEventLog('/dev/full', []);
  expect(() => log.emit({ type: 'notice', code: 'MED3999', message: 'x' })).toThrow(
    'MED4002: the disk is full',
  );
  log.close();
});
