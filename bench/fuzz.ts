/**
 * `npm run fuzz -- [MINUTES [FIRST_SEED]]`: spoils small data sets of every format and reads them, seed after seed. Rounds run
 * in a child, so that a crash or a hang (no round done within a minute) costs one seed and is told. Exit code 1 if any
 * round was not fine. One JSON line last. `test/fuzz/` says what a round is.
 */
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { type BaseSet, writeBaseSets } from '../test/fuzz/base-sets.ts';
import { type Round, runRound } from '../test/fuzz/harness.ts';

const patienceMs = 60_000;

async function runSeeds(first: number, folder: string): Promise<void> {
  const sets = JSON.parse(process.env.MEDX_FUZZ_SETS ?? '[]') as BaseSet[];
  for (let seed = first; ; seed++) {
    process.stdout.write(`${JSON.stringify({ started: seed })}\n`);
    const round = await runRound(seed, sets, folder);
    process.stdout.write(`${JSON.stringify(round)}\n`);
  }
}

/** Runs rounds from `first` on until the child ends, hangs or time is up; answers the seed at which to go on. */
function watch(
  first: number,
  sets: readonly BaseSet[],
  folder: string,
  until: number,
  tell: (round: Round) => void,
): Promise<number> {
  const child = spawn(process.execPath, [fileURLToPath(import.meta.url), 'child', String(first), folder], {
    env: { ...process.env, MEDX_FUZZ_SETS: JSON.stringify(sets) },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let [seed, noise, ended] = [first, '', ''];
  const limit = { timer: setTimeout(() => {}, 0) };
  const wait = () => {
    clearTimeout(limit.timer);
    limit.timer = setTimeout(() => {
      ended = `no end within ${patienceMs / 1000} s`;
      child.kill('SIGKILL');
    }, patienceMs);
  };
  wait();
  child.stderr.on('data', (piece: Buffer) => {
    noise = (noise + piece.toString()).slice(-2000);
  });
  createInterface({ input: child.stdout }).on('line', (line) => {
    const said = JSON.parse(line) as Round | { started: number };
    wait();
    if ('started' in said) {
      seed = said.started;
      return;
    }
    tell(said);
    seed = said.seed + 1;
    if (Date.now() > until) {
      ended = 'time is up';
      child.kill('SIGKILL');
    }
  });
  return new Promise((resolve) => {
    child.on('close', (code, signal) => {
      clearTimeout(limit.timer);
      if (ended !== 'time is up') {
        const fault = ended || `the process ended (${signal ?? code}): ${noise}`;
        tell({ seed, set: '', spoilt: [], outcome: 'crash', rows: 0, fault });
        seed++;
      }
      resolve(seed);
    });
  });
}

async function main(): Promise<void> {
  const [mode = '1', second, third] = process.argv.slice(2);
  if (mode === 'child') return runSeeds(Number(second), third ?? '');
  const minutes = Number(mode);
  const folder = mkdtempSync(join(tmpdir(), 'medx-fuzz-'));
  const outcomes = new Map<string, number>();
  const faults: Round[] = [];
  let [rounds, rows] = [0, 0];
  const first = Number(second ?? '1');
  let seed = first;
  try {
    const sets = await writeBaseSets(join(folder, 'base'));
    const until = Date.now() + minutes * 60_000;
    while (Date.now() < until)
      seed = await watch(seed, sets, join(folder, 'round'), until, (round) => {
        rounds++;
        rows += round.rows;
        if (process.env.MEDX_FUZZ_VERBOSE) console.log(JSON.stringify(round));
        outcomes.set(round.outcome, (outcomes.get(round.outcome) ?? 0) + 1);
        if (round.fault === undefined) return;
        faults.push(round);
        console.log(`seed ${round.seed}, ${round.set}, ${round.spoilt.join('; ')}\n  ${round.fault}`);
      });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  const sorted = Object.fromEntries([...outcomes].sort((a, b) => b[1] - a[1]));
  console.log(
    JSON.stringify({
      fuzz: 'readers',
      minutes,
      seeds: [first, seed - 1],
      rounds,
      rows,
      outcomes: sorted,
      faults: faults.map((one) => one.seed),
    }),
  );
  if (faults.length > 0) process.exitCode = 1;
}

await main();
