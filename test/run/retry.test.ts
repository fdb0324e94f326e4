/** After a failure: what is tried again, what is not, what still starts, and `--failed`. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { Plan } from '../../src/graph/plan.ts';
import type { RunEvent } from '../../src/run/events.ts';
import { failedJobs, lastRun } from '../../src/run/failed-jobs.ts';
import type { RunRequest } from '../../src/run/run-plan.ts';
import { openStore } from '../../src/run/store.ts';
import { stageNode } from '../support/run-stages.ts';
import { tempFolder } from '../support/temp.ts';
import { inProcess, isBuilt, planOf, runTiny } from './support.ts';

const cases = stageNode('cases', 1, { cases: 9 });
const training = { seed: 1, steps: 1, engine: { executor: 'onnx', device: 'cpu', threads: 1 } };

/** A row that goes wrong the first `times` times, and rows that work. */
function planWith(how: string, times: number, good = 1) {
  const flaky = stageNode('flaky', 1, { ...training, how, times }, { cases }, 'train');
  const others = Array.from({ length: good }, (_, i) =>
    stageNode('train', 1, { ...training, seed: i + 2, ms: 30 }, { cases }, 'train'),
  );
  return planOf([cases, flaky, ...others], cases, [
    { name: 'flaky', kind: 'variant', jobs: [{ seed: 1, hash: flaky.hash }] },
    ...others.map((node, i) => ({
      name: `good${i}`,
      kind: 'variant' as const,
      jobs: [{ seed: i + 2, hash: node.hash }],
    })),
  ]);
}

const policy = (retries: number, keepGoing = true) => ({
  onFailure: { keepGoing, retries, waitSeconds: 0.05 },
});
/** Stages in this process. */
const here = (plan: Plan, folder: string, more: Partial<RunRequest>) =>
  runTiny(plan, folder, folder, { worker: inProcess(folder, folder), ...more });
const retries = (events: readonly RunEvent[]) =>
  events.flatMap((event) => (event.type === 'retry' ? [`${event.mishap} ${event.attempt}`] : []));
const tries = (folder: string) => readFileSync(join(folder, 'starts.log'), 'utf8').split('flaky').length - 1;

test.each([
  ['memory', 'memory'],
  ['disk', 'disk'],
])('a stage that ends by a mishap (%s) is tried again and gives its result', async (how, mishap) => {
  const folder = tempFolder();
  const { record, events } = await here(planWith(how, 2), folder, policy(2));
  expect(record.state).toBe('finished');
  expect(retries(events)).toEqual([`${mishap} 2`, `${mishap} 3`]);
  expect(record.failures).toEqual([]);
  expect(record.experiments[0]!.rows[0]!.jobs[0]!.test!.length).toBe(9);
});

test.runIf(isBuilt)('a process that is killed is tried again in a new one', async () => {
  const folder = tempFolder();
  const { record, events } = await runTiny(planWith('kill', 1), folder, folder, policy(1));
  expect([record.state, retries(events)]).toEqual(['finished', ['killed 2']]);
});

test('tries end: the failure then says what it was', async () => {
  const folder = tempFolder();
  const { record, events } = await here(planWith('memory', 9), folder, policy(1));
  expect(retries(events)).toEqual(['memory 2']);
  expect(record.failures.map((one) => one.code)).toEqual(['MED6101']);
  expect(tries(folder)).toBe(2);
});

test('a mistake is not tried again: it would end the same', async () => {
  const folder = tempFolder();
  const { record, events } = await here(planWith('bug', 1), folder, policy(5));
  expect(retries(events)).toEqual([]);
  expect(record.failures.map((one) => one.code)).toEqual(['MED4010']);
  expect(tries(folder)).toBe(1);
});

test('after a failure nothing new starts, or with keepGoing all that needs no failed stage', async () => {
  const plan = planWith('bug', 9, 4);
  const [halting, going] = [tempFolder(), tempFolder()];
  const jobs = { jobs: 1 };
  const halted = await here(plan, halting, { ...policy(0, false), ...jobs });
  const states = halted.record.stages.map(({ kind, state }) => `${kind} ${state}`);
  expect(states).toEqual(['cases done', 'flaky failed', ...Array(4).fill('train stopped')]);
  expect(halted.record.state).toBe('failed');
  const gone = await here(plan, going, { ...policy(0), ...jobs });
  expect(gone.record.stages.filter(({ state }) => state === 'done').length).toBe(5);
  // The same command again goes on with what did not start.
  const again = await here(plan, halting, policy(0));
  expect(again.record.stages.filter(({ state }) => state === 'done').length).toBe(4);
});

test('what ran out of memory runs again with nothing beside it', async () => {
  const folder = tempFolder();
  const { events } = await here(planWith('memory', 1, 20), folder, { ...policy(1), jobs: 3 });
  const beside = new Set<string>();
  let most = 0;
  let alone = -1;
  let tried = false;
  for (const event of events) {
    if (event.type === 'retry') tried = true;
    if (event.type !== 'stage') continue;
    if (event.state === 'running') {
      beside.add(event.hash);
      if (tried && event.kind === 'flaky') alone = beside.size;
    } else beside.delete(event.hash);
    // A stage that waits for another try runs no longer.
    if (event.state === 'running' && !tried) most = Math.max(most, beside.size);
  }
  expect(most).toBe(3);
  expect(alone - 1).toBe(0);
});

test('only the failed jobs of the last run, also after their settings were mended', async () => {
  const folder = tempFolder();
  const plan = planWith('bug', 99, 3);
  await here(plan, folder, { ...policy(0, false), jobs: 1 });
  const store = openStore(folder);
  const { run, file } = lastRun(store, 'tiny.med');
  expect(file).toBe('tiny.med');
  expect(failedJobs(store, run, plan)).toEqual(new Set([plan.experiments[0]!.rows[0]!.jobs[0]!.hash]));

  writeFileSync(join(folder, 'mended'), '');
  const mended = planWith('mended', 99, 3);
  const only = failedJobs(store, run, mended);
  const { record } = await here(mended, folder, { only });
  expect(record.state).toBe('finished');
  const done = record.stages.filter(({ state }) => state === 'done').map(({ kind }) => kind);
  expect(done).toEqual(['flaky']);
  expect(() => lastRun(store, 'other.med')).toThrow('MED6102');
});
