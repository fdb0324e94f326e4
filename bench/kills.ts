/**
 * A run of 12 jobs, killed with SIGKILL at 20 random moments: `npm run bench:kills [SEED]`. Its table, predictions and artefacts must
 * be those of an undisturbed run to the bit, and no finished stage may run again. Every other kill hits the parent alone: its
 * children must notice. The short form of this is in `test/run/resume.test.ts`.
 */
import { spawn } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { isDeepStrictEqual } from 'node:util';
import { type RunEvent, readEvents } from '../src/run/events.ts';
import { type RunRecord, readRecord } from '../src/run/record.ts';
import { listStarted } from '../src/run/started.ts';
import { main } from './small.ts';

const kills = 20;
const seed = Number(process.argv[2] ?? 1);
const folder = mkdtempSync(join(tmpdir(), 'medx-kills-'));

const spec = `med 1
dataset shop {
  from   = simulate(online_boutique, cases: 16, seed: 3, rate: 0.05, before: 3m, after: 3m)
  window = 60s   case = 3m before .. 3m after
  split  = stratified(train: 50%, valid: 25%, test: 25%)
}
model small {
  encode log    = drain -> weigh(by: fluctuation) -> hashed(8) -> weighted_sum -> transformer(heads: 2) -> pool(mean)
  encode metric = standardize -> window_mean -> squeeze_excite(by: instance) -> transformer(heads: 2) -> pool(mean)
  dim = 8   mao { alpha = 0.5  beta = 0.3 }
}
train quick { epochs = 30  batch = 4 }
experiment killed {
  data = shop   train = quick   seeds = 1..4
  variant full = small
  variant only_log = small only log
  variant only_metric = small only metric
}
`;

let state = seed;
/** Uniform in [0, 1): a linear congruential generator (Numerical Recipes) is random enough for moments. */
function random(): number {
  state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
  return state / 2 ** 32;
}

function start(store: string) {
  const args = [main, '--store', store, 'run', join(folder, 'killed.med'), '--offline', '--quiet'];
  const child = spawn(process.execPath, args, { cwd: folder, detached: true, stdio: 'ignore' });
  const ended = new Promise<number | null>((done) => child.on('close', done));
  return { child, ended };
}

const eventsOf = (store: string, run: string): RunEvent[] => {
  const file = join(store, 'runs', run, 'events.jsonl');
  return existsSync(file) ? readEvents(file) : [];
};

/** Stages that ended and epochs that were told: what a run gets done. */
const workOf = (events: readonly RunEvent[]) =>
  events.filter((event) => event.type === 'progress' || (event.type === 'stage' && event.state === 'done'))
    .length;

async function killOnce(store: string, turn: number): Promise<string> {
  const before = listStarted({ root: store }).length;
  const { child, ended } = start(store);
  let over = false;
  void ended.then(() => {
    over = true;
  });
  const steps = Math.floor(random() * 5);
  const runOf = () => listStarted({ root: store })[before]?.run;
  while (!over && (runOf() === undefined || workOf(eventsOf(store, runOf() ?? '')) < steps)) await sleep(10);
  await sleep(random() * 500);
  if (over) return 'it had ended before';
  process.kill(turn % 2 === 0 ? -(child.pid ?? 0) : (child.pid ?? 0), 'SIGKILL');
  await ended;
  return `after ${workOf(eventsOf(store, runOf() ?? ''))} steps of its own`;
}

function artefacts(store: string): Map<string, string> {
  const root = join(store, 'artefacts');
  return new Map(
    readdirSync(root)
      .sort()
      .map((hash) => [hash, readFileSync(join(root, hash, 'meta.json'), 'utf8')]),
  );
}

/** What of a record does not tell when and how fast it was made. */
const resultOf = (record: RunRecord) => ({
  rows: record.rows.map(({ cost: _, ...row }) => row),
  experiments: record.experiments.map(({ rows, ...one }) => ({
    ...one,
    rows: rows.map((row) => ({ ...row, jobs: row.jobs.map(({ cost: _, ...job }) => job) })),
  })),
});

const problems: string[] = [];
try {
  writeFileSync(join(folder, 'killed.med'), spec);
  const [calm, killed] = [join(folder, 'calm'), join(folder, 'killed')] as const;
  mkdirSync(killed);
  if ((await start(calm).ended) !== 0) throw new Error('the undisturbed run failed');
  let done = 0;
  for (let turn = 0; turn < kills; turn++) {
    const what = await killOnce(killed, turn);
    if (!what.startsWith('it had')) done += 1;
    process.stdout.write(`kill ${turn + 1}: ${what}\n`);
  }
  // Children of the last one may still be ending.
  if ((await start(killed).ended) !== 0) problems.push('the last run did not finish');
  const last = (store: string) => readRecord({ root: store }, 'last', () => undefined);
  if (!isDeepStrictEqual(resultOf(last(killed)), resultOf(last(calm))))
    problems.push('table or predictions differ');
  if (!isDeepStrictEqual(artefacts(killed), artefacts(calm))) problems.push('artefacts differ');
  const finished = new Set<string>();
  for (const { run } of listStarted({ root: killed }))
    for (const event of eventsOf(killed, run)) {
      if (event.type !== 'stage') continue;
      if (event.state === 'running' && finished.has(event.hash)) problems.push(`${event.label} ran again`);
      if (event.state === 'done') finished.add(event.hash);
    }
  const trained = last(killed).stages.filter(({ kind }) => kind === 'train').length;
  process.stdout.write(
    `${done} kills of a run of ${trained} jobs and ${last(killed).stages.length} stages; `,
  );
  process.stdout.write(
    problems.length === 0 ? 'the same to the bit, nothing ran twice\n' : `${problems.join('; ')}\n`,
  );
} finally {
  rmSync(folder, { recursive: true, force: true });
}
if (problems.length > 0) process.exitCode = 1;
