/** The whole way: raw CSV files in D3's shape to cached features, as a user goes it: `medx data prepare FILE`. */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Modality } from '../src/stages/contracts.ts';
import { shareOf, writeLabels, writeRecords } from './raw.ts';

export interface Whole {
  readonly records: number;
  readonly mb: number;
  readonly generating_s: number;
  /** From the command to its end: digests, planning, all stages. */
  readonly seconds: number;
  readonly records_per_s: number;
  /** Before the first stage starts. */
  readonly planning_s: number;
  readonly stages: Readonly<Record<string, number>>;
  /** Largest sum of the processes' proportional set sizes. */
  readonly peak_mb: number;
  readonly processes: number;
}

/** The built command: this script runs from `.bench/bench`. */
const main = fileURLToPath(new URL('../../dist/app/cli/main.js', import.meta.url));

const spec = `med 1

dataset d3 {
  from   = microservo("d3")
  window = 60s
  case   = 10m before .. 10m after
  split  = stratified(train: 64%, valid: 16%, test: 20%)
}

model medicine {
  encode log    = drain -> weigh(by: fluctuation) -> hashed(768) -> weighted_sum
                  -> transformer(layers: 1, heads: 8) -> pool(mean)
  encode metric = standardize -> difference -> window_mean -> squeeze_excite(by: instance)
                  -> transformer(layers: 1, heads: 8) -> pool(mean)
  encode trace  = spans(by: [caller, callee]) -> standardize -> three_sigma -> weigh(by: fluctuation)
                  -> transformer(layers: 1, heads: 8) -> linear
}

train standard {
  epochs = 1
}

experiment whole {
  data = d3   train = standard   seeds = 1
  variant full = medicine
}
`;

export async function measureWhole(records: number): Promise<Whole> {
  const folder = mkdtempSync(join(tmpdir(), 'medx-bench-'));
  try {
    const data = join(folder, 'data', 'd3');
    mkdirSync(data, { recursive: true });
    const began = performance.now();
    writeLabels(data);
    let rows = 0;
    let bytes = 0;
    for (const modality of ['log', 'metric', 'trace'] satisfies Modality[]) {
      const written = await writeRecords(data, modality, shareOf(modality, records), 'csv');
      rows += written.rows;
      bytes += written.files.reduce((sum, file) => sum + statSync(join(data, file)).size, 0);
    }
    const generating = (performance.now() - began) / 1000;
    writeFileSync(join(folder, 'whole.med'), spec);
    const ran = await runMeasured(
      [main, 'data', 'prepare', join(folder, 'whole.med'), '--jobs', '2', '--offline', '--json'].concat([
        '--data-root',
        join(folder, 'data'),
        '--store',
        join(folder, 'store'),
      ]),
    );
    return {
      records: rows,
      mb: Math.round(bytes / 1e6),
      generating_s: tenths(generating),
      seconds: tenths(ran.seconds),
      records_per_s: Math.round(rows / ran.seconds),
      planning_s: tenths(ran.firstOutput),
      stages: ran.stages,
      peak_mb: ran.peakMb,
      processes: ran.processes,
    };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

const tenths = (value: number) => Math.round(value * 10) / 10;

async function runMeasured(args: readonly string[]) {
  const began = performance.now();
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  const stages: Record<string, number> = {};
  let firstOutput = 0;
  let text = '';
  child.stdout.setEncoding('utf8');
  child.stdout.on('data', (chunk: string) => {
    firstOutput ||= (performance.now() - began) / 1000;
    text += chunk;
    const lines = text.split('\n');
    text = lines.pop() ?? '';
    for (const line of lines) {
      const event = JSON.parse(line) as { type: string; state?: string; kind?: string; seconds?: number };
      if (event.type === 'stage' && event.state === 'done' && event.kind)
        stages[event.kind] = tenths(event.seconds ?? 0);
    }
  });
  let peak = 0;
  let processes = 0;
  const watch = setInterval(() => {
    const found = memoryOf(child);
    if (found.kb > peak) [peak, processes] = [found.kb, found.processes];
  }, 100);
  const code = await new Promise<number | null>((done) => child.on('close', done));
  clearInterval(watch);
  if (code !== 0) throw new Error(`medx ended with ${code}`);
  const seconds = (performance.now() - began) / 1000;
  return { seconds, firstOutput, stages, peakMb: Math.round(peak / 1024), processes };
}

/** Proportional set size of a process and all its descendants; 0 where there is no /proc. */
function memoryOf({ pid }: ChildProcess): { readonly kb: number; readonly processes: number } {
  const pids = pid === undefined ? [] : familyOf(pid);
  let kb = 0;
  for (const one of pids) {
    const found = /^Pss:\s+(\d+)/m.exec(readOr(`/proc/${one}/smaps_rollup`));
    kb += Number(found?.[1] ?? 0);
  }
  return { kb, processes: pids.length };
}

function familyOf(pid: number): number[] {
  let threads: string[] = [];
  try {
    threads = readdirSync(`/proc/${pid}/task`);
  } catch {
    // It has ended.
  }
  const children = threads.flatMap((thread) =>
    readOr(`/proc/${pid}/task/${thread}/children`).split(' ').filter(Boolean).map(Number),
  );
  return [pid, ...children.flatMap(familyOf)];
}

function readOr(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}
