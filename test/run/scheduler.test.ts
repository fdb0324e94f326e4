import { expect, test } from 'vitest';
import type { StageNode } from '../../src/graph/plan.ts';
import type { Executor, Outcome } from '../../src/run/executor.ts';
import { schedule } from '../../src/run/scheduler.ts';
import { stageNode } from '../support/run-stages.ts';

/** Runs nothing; a stage ends when the others that are ready have started. Keeps the order and the load. */
function recorder(failing: readonly string[] = []) {
  const order: string[] = [];
  let now = 0;
  let most = 0;
  const executor: Executor = {
    async run(node): Promise<Outcome> {
      order.push(node.label);
      now += 1;
      most = Math.max(most, now);
      await new Promise((done) => setTimeout(done, 1));
      now -= 1;
      return failing.includes(node.label)
        ? { state: 'failed', diagnostics: [] }
        : { state: 'done', seconds: 0 };
    },
    close: () => undefined,
    stop: async () => undefined,
  };
  return { executor, order, most: () => most };
}

async function run(nodes: readonly StageNode[], jobs: number, failing: readonly string[] = []) {
  const { executor, order, most } = recorder(failing);
  const skipped: string[] = [];
  const states = await schedule({
    nodes,
    jobs,
    executor,
    onStart: () => undefined,
    onEnd: () => undefined,
    onSkip: (node) => skipped.push(node.label),
    listener: () => ({ onProgress: () => undefined, onNotice: () => undefined }),
  });
  return { states, order, skipped, most: most() };
}

const named = (
  label: string,
  inputs: readonly StageNode[] = [],
  cost: 'light' | 'train' = 'light',
  threads = 1,
) => ({
  ...stageNode(
    'sum',
    1,
    { label, engine: { threads } },
    Object.fromEntries(inputs.map((node, i) => [`i${i}`, node])),
    cost,
  ),
  label,
});

test('inputs come before users, whatever the order of the list', async () => {
  const a = named('a');
  const b = named('b', [a]);
  const c = named('c', [b, a]);
  expect((await run([c, b, a], 4)).order).toEqual(['a', 'b', 'c']);
});

test('no more stages at once than there are slots; threads of a training count', async () => {
  const light = Array.from({ length: 9 }, (_, i) => named(`l${i}`));
  expect((await run(light, 3)).most).toBe(3);
  const wide = Array.from({ length: 6 }, (_, i) => named(`t${i}`, [], 'train', 2));
  expect((await run(wide, 4)).most).toBe(2);
  // A training that wants more threads than there are slots runs alone.
  expect((await run([named('t', [], 'train', 16), ...light], 2)).states.size).toBe(10);
});

test('light stages open the way, and long trainings start before short ones', async () => {
  const a = named('a');
  const b = named('b');
  const short = named('short', [a], 'train');
  const long = named('long', [a, b], 'train');
  expect((await run([a, short, b, long], 1)).order).toEqual(['a', 'b', 'long', 'short']);
});

test('what needs a failed stage is skipped, also through others; the rest runs', async () => {
  const a = named('a');
  const b = named('b', [a]);
  const c = named('c', [b]);
  const d = named('d');
  const { states, skipped, order } = await run([a, b, c, d], 1, ['a']);
  expect(order.sort()).toEqual(['a', 'd']);
  expect(skipped).toEqual(['b', 'c']);
  expect(states.get(d.hash)).toBe('done');
});

test('a callback that throws, as on a full disk, ends the run', async () => {
  const { executor } = recorder();
  const failing = schedule({
    nodes: [named('a'), named('b')],
    jobs: 1,
    executor,
    onStart: () => undefined,
    onEnd: () => {
      throw new Error('disk full');
    },
    onSkip: () => undefined,
    listener: () => ({ onProgress: () => undefined, onNotice: () => undefined }),
  });
  await expect(failing).rejects.toThrow('disk full');
});
