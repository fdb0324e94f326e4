/** `medx gc`: what the newest runs and the locks reach stays, also while others work. */
import { existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { Plan } from '../../src/graph/plan.ts';
import { lockPlan } from '../../src/run/experiment-lock.ts';
import { cleanStore } from '../../src/run/gc.ts';
import { claimStore, useStore } from '../../src/run/in-use.ts';
import { writeLock } from '../../src/run/lock-file.ts';
import { hasArtefact, openStore } from '../../src/run/store.ts';
import { tempFolder } from '../support/temp.ts';
import { artefactFiles, inProcess, runTiny, tinyPlan } from './support.ts';

const run = (plan: Plan, root: string) => runTiny(plan, root, root, { worker: inProcess(root, root) });
const old = tinyPlan({ rows: 1, seeds: 2, steps: 2, ms: 0 });
const latest = tinyPlan({ rows: 1, seeds: 1, steps: 3, ms: 0 });
const hashes = (plan: Plan) => plan.stages.map(({ hash }) => hash);
const own = hashes(old).filter((hash) => !hashes(latest).includes(hash));

async function twoRuns() {
  const root = tempFolder();
  await run(old, root);
  await run(latest, root);
  return { root, store: openStore(root) };
}

test('a dry run says what would go, with sizes, and removes nothing', async () => {
  const { root, store } = await twoRuns();
  const before = artefactFiles(root);
  const found = cleanStore(store, { keep: 1, dryRun: true });
  // The trainings of the first run: the second plan names all features.
  expect(found.removed.map(({ name }) => name).sort()).toEqual(own.toSorted());
  expect(found.removed.every(({ bytes, what }) => bytes > 0 && what === 'artefact')).toBe(true);
  expect(artefactFiles(root)).toEqual(before);
});

test('what the newest runs reach stays to the byte, the rest goes with its description', async () => {
  const { root, store } = await twoRuns();
  expect(cleanStore(store, { keep: 2, dryRun: false }).removed).toEqual([]);
  const before = artefactFiles(root);
  cleanStore(store, { keep: 1, dryRun: false });
  const kept = [...before].filter(([path]) => !own.some((hash) => path.includes(hash)));
  expect([...artefactFiles(root)]).toEqual(kept);
  const described = readdirSync(join(root, 'nodes')).map((name) => name.replace('.json', ''));
  expect(described.sort()).toEqual(readdirSync(join(root, 'artefacts')).sort());
  expect(readdirSync(join(root, 'runs')).length).toBe(2);
  // What is gone is made again, and what was kept is not.
  const { record } = await run(old, root);
  expect(
    record.stages
      .filter(({ state }) => state === 'done')
      .map(({ hash }) => hash)
      .sort(),
  ).toEqual(own.toSorted());
});

test('a run that was killed counts: its checkpoints and what it had made stay', async () => {
  const { root, store } = await twoRuns();
  const [record] = readdirSync(join(root, 'runs')).sort().slice(-1);
  rmSync(join(root, 'runs', record!, 'record.json'));
  const job = latest.experiments[0]!.rows[0]!.jobs[0]!.hash;
  mkdirSync(join(root, 'work', job), { recursive: true });
  writeFileSync(join(root, 'work', job, 'checkpoint.bin'), 'x');
  mkdirSync(join(root, 'work', own[0]!), { recursive: true });
  writeFileSync(join(root, 'work', own[0]!, 'checkpoint.bin'), 'xyz');
  const { removed } = cleanStore(store, { keep: 1, dryRun: false });
  expect(removed.filter(({ what }) => what === 'checkpoint')).toEqual([
    { what: 'checkpoint', name: own[0], label: expect.any(String), bytes: 3 },
  ]);
  expect(existsSync(join(root, 'work', job, 'checkpoint.bin'))).toBe(true);
});

test('what a lock locks stays as long as the lock is there', async () => {
  const { root, store } = await twoRuns();
  const file = join(tempFolder(), 'tiny.med');
  const path = await writeLock(store, file, lockPlan(store, old), {
    stages: hashes(old),
    keepOthers: false,
  });
  expect(cleanStore(store, { keep: 1, dryRun: false })).toMatchObject({ removed: [], locks: [path] });
  rmSync(path);
  cleanStore(store, { keep: 1, dryRun: false });
  expect(own.some((hash) => hasArtefact(store, hash))).toBe(false);
  expect(readdirSync(join(root, 'pins'))).toEqual([]);
});

test('a store in use is not cleaned, and a run waits until cleaning has ended', async () => {
  const { store } = await twoRuns();
  const using = await useStore(store);
  expect(() => cleanStore(store, { keep: 1, dryRun: false })).toThrow('MED6120');
  using.release();
  expect(cleanStore(store, { keep: 1, dryRun: false }).removed.length).toBe(own.length);
  const cleaning = claimStore(store);
  expect(() => claimStore(store)).toThrow('MED6120');
  let began = false;
  const waiting = useStore(store).then((mark) => {
    began = true;
    return mark;
  });
  await new Promise((done) => setTimeout(done, 150));
  expect(began).toBe(false);
  cleaning.release();
  (await waiting).release();
  expect(readdirSync(join(store.root, 'locks'))).toEqual([]);
});
