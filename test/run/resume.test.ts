import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { Plan } from '../../src/graph/plan.ts';
import { findMissing } from '../../src/run/run-plan.ts';
import { openStore } from '../../src/run/store.ts';
import { tempFolder } from '../support/temp.ts';
import { allEvents, artefactFiles, fixture, isBuilt, runTiny, tinyPlan } from './support.ts';

if (!isBuilt) test.skip('runs in processes: `npm run build` has not been run');

interface Started {
  readonly child: ChildProcess;
  readonly ended: Promise<string>;
}

/** A run in a process group of its own. */
function startRun(plan: Plan, root: string, data: string): Started {
  const file = join(data, 'plan.json');
  writeFileSync(file, JSON.stringify(plan));
  const child = spawn(process.execPath, [fixture('runner.mjs'), file, root, data, '3'], {
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let out = '';
  for (const stream of [child.stdout, child.stderr]) stream?.on('data', (chunk) => (out += chunk));
  const ended = new Promise<string>((done) => child.on('close', () => done(out.trim())));
  return { child, ended };
}

/** Kills come after so many events of an attempt: some while stages are light, some in the middle of trainings. */
const moments = [2, 30, 9, 41, 17, 25];

/** Resolves when the store's runs have written `count` more events, or when the run has ended. */
async function waitForEvents(root: string, count: number, ended: Promise<unknown>): Promise<void> {
  let over = false;
  ended.then(() => {
    over = true;
  });
  const target = countEvents(root) + count;
  while (!over && countEvents(root) < target) await new Promise((done) => setTimeout(done, 5));
}

function countEvents(root: string): number {
  return existsSync(join(root, 'runs')) ? allEvents(root).length : 0;
}

test.runIf(isBuilt)(
  'killed again and again, a run ends with the same bytes and repeats no finished job',
  async () => {
    const plan = tinyPlan({ rows: 3, seeds: 4, steps: 8, ms: 20 });
    const whole = tempFolder();
    const calm = await runTiny(plan, join(whole, 'store'), whole);

    const data = tempFolder();
    const root = join(data, 'store');
    let kills = 0;
    for (const [i, moment] of moments.entries()) {
      const { child, ended } = startRun(plan, root, data);
      await waitForEvents(root, moment, ended);
      // Every other time only the parent: its children must notice and end.
      const target = i % 2 === 0 ? -child.pid! : child.pid!;
      try {
        process.kill(target, 'SIGKILL');
        kills += 1;
      } catch {
        // It had ended already.
      }
      await ended;
    }
    const { record } = await runTiny(plan, root, data);
    expect(record.state).toBe('finished');
    expect(record.experiments).toEqual(calm.record.experiments);
    expect(kills).toBeGreaterThan(2);
    expect(artefactFiles(root)).toEqual(artefactFiles(join(whole, 'store')));

    const done = new Map<string, number>();
    const startedAfterDone: string[] = [];
    for (const event of allEvents(root)) {
      if (event.type !== 'stage') continue;
      if (event.state === 'done') done.set(event.hash, (done.get(event.hash) ?? 0) + 1);
      if (event.state === 'running' && done.has(event.hash)) startedAfterDone.push(event.label);
    }
    expect(startedAfterDone).toEqual([]);
    expect([...done.values()].every((count) => count === 1)).toBe(true);
    // A killed training went on from its checkpoint.
    const starts = readFileSync(join(data, 'starts.log'), 'utf8').split('\n');
    expect(starts.some((line) => /^train .* from [1-9]/.test(line))).toBe(true);
    for (const folder of ['tmp', 'work', 'locks']) expect(readdirSync(join(root, folder))).toEqual([]);
  },
);

test.runIf(isBuilt)('two runs over one store share the work', async () => {
  const plan = tinyPlan({ rows: 2, seeds: 2, steps: 5, ms: 20 });
  const data = tempFolder();
  const root = join(data, 'store');
  const ended = await Promise.all([startRun(plan, root, data).ended, startRun(plan, root, data).ended]);
  expect(ended).toEqual(['finished', 'finished']);
  const starts = readFileSync(join(data, 'starts.log'), 'utf8').trim().split('\n');
  // Stage `cases` writes nothing down.
  expect(starts.length).toBe(findMissing(openStore(tempFolder()), plan).toRun.length - 1);
});

test.runIf(isBuilt)('a second run trains nothing', async () => {
  const plan = tinyPlan();
  const data = tempFolder();
  const root = join(data, 'store');
  await runTiny(plan, root, data);
  const before = readFileSync(join(data, 'starts.log'), 'utf8');
  const { record, events } = await runTiny(plan, root, data);
  expect(record.state).toBe('finished');
  expect(events.filter((e) => e.type === 'stage' && e.state === 'running')).toEqual([]);
  expect(readFileSync(join(data, 'starts.log'), 'utf8')).toBe(before);
  expect(record.experiments[0]!.rows[0]!.jobs[0]!.test!.length).toBe(9);
});

test.runIf(isBuilt)('children end when their parent is killed', async () => {
  const plan = tinyPlan({ rows: 1, seeds: 2, steps: 4, ms: 10_000 });
  const data = tempFolder();
  const root = join(data, 'store');
  const { child, ended } = startRun(plan, root, data);
  while (!existsSync(join(data, 'starts.log'))) await new Promise((done) => setTimeout(done, 50));
  // Who works is read before the kill: a child that ends in order takes its lock away.
  const pids = lockHolders(join(root, 'locks'));
  expect(pids.length).toBeGreaterThan(0);
  process.kill(child.pid!, 'SIGKILL');
  // `close` comes only when every process that holds the pipe has ended, so a surviving child would hang here.
  await ended;
  for (const pid of pids) await expect.poll(() => isAlive(pid), { timeout: 5000 }).toBe(false);
});

function lockHolders(folder: string): number[] {
  return readdirSync(folder).flatMap((lock) => {
    try {
      return [(JSON.parse(readFileSync(join(folder, lock), 'utf8')) as { pid: number }).pid];
    } catch {
      return []; // taken away, or not yet renamed into place
    }
  });
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return !/^\d+ \(.*\) Z/.test(readFileSync(`/proc/${pid}/stat`, 'utf8'));
  } catch {
    return false;
  }
}
