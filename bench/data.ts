/**
 * `npm run bench:data [-- --full]`: how fast raw files become windows and features, and whether memory stays flat.
 *
 * Rates: metrics and spans, from CSV and from Parquet, several sizes, each in a process of its own with one DuckDB thread
 * pinned to one core; beside them the bare scan of the same columns, which is the ceiling. Drain on both log samples, where
 * they lie beside the repository. The whole way, raw files to cached features, by `medx data prepare` on two cores at 1 and
 * 10 million records, with `--full` at 100 million (11.5 GB of CSV, deleted afterwards). Memory is the sum of the
 * proportional set sizes of all processes of a run, looked at ten times a second. `--only rates,drain,whole` and
 * `--sizes 1000000,3000000` narrow it. One JSON line last.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { sharedPath } from '../test/support/shared.ts';
import { benchDrain, type DrainBench } from './drain.ts';
import { shareOf, writeRecords } from './raw.ts';
import { type Kind, kinds, type Measured, measureReading } from './reading.ts';
import { measureWhole, type Whole } from './whole.ts';

const script = fileURLToPath(import.meta.url);

/** Runs this script again with these arguments, pinned to one core if possible, and reads the JSON it prints. */
function inChild<T>(args: readonly string[], pinned: boolean): T {
  const node = [process.execPath, script, ...args];
  const [command = '', ...rest] = pinned ? ['taskset', '-c', '0', ...node] : node;
  const child = spawnSync(command, rest, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] });
  if (child.status !== 0) throw new Error(`${args.join(' ')} failed`);
  return JSON.parse(child.stdout) as T;
}

async function benchRates(sizes: readonly number[], pinned: boolean): Promise<Measured[]> {
  const results: Measured[] = [];
  for (const kind of kinds)
    for (const records of sizes)
      for (const format of ['csv', 'parquet'] as const) {
        const folder = mkdtempSync(join(tmpdir(), 'medx-bench-'));
        try {
          const { rows } = await writeRecords(folder, kind, records, format);
          const result = inChild<Measured>(['reading', kind, format, folder, String(rows)], pinned);
          results.push(result);
          console.log(
            `${kind.padEnd(6)} ${format.padEnd(7)} ${String(rows).padStart(9)} records (${result.mb} MB): ${result.records_per_s} records/s (${result.records_per_cpu_s} per CPU second), counting ${result.counting_records_per_s}, bare scan ${result.scan_records_per_s}, peak ${result.peak_rss_mb} MB`,
          );
        } finally {
          rmSync(folder, { recursive: true, force: true });
        }
      }
  return results;
}

type DrainResult = DrainBench & { readonly sample: string; readonly lines_per_cpu_s: number };

function benchSamples(pinned: boolean): DrainResult[] {
  return ['trainticket', 'microservo'].flatMap((sample) => {
    const path = sharedPath('data', 'drain3-expected', `${sample}.lines.txt.gz`);
    if (!path) {
      console.log(`drain: ${sample} not measured, the sample is not here`);
      return [];
    }
    const result = { sample, ...inChild<Omit<DrainResult, 'sample'>>(['drain', path], pinned) };
    console.log(
      `drain  ${sample}: ${result.lines} lines, ${result.clusters} templates: ${result.lines_per_s} lines/s (${result.lines_per_cpu_s} per CPU second), matching ${result.match_lines_per_s}`,
    );
    return [result];
  });
}

async function benchWhole(sizes: readonly number[]): Promise<Whole[]> {
  const results: Whole[] = [];
  for (const records of sizes) {
    const result = await measureWhole(records);
    results.push(result);
    console.log(
      `whole  ${String(result.records).padStart(9)} records (${result.mb} MB of CSV, written in ${result.generating_s} s): ${result.seconds} s, ${result.records_per_s} records/s, peak ${result.peak_mb} MB over ${result.processes} processes`,
    );
    console.log(
      `       ${Object.entries(result.stages)
        .map(([name, seconds]) => `${name} ${seconds} s`)
        .join(', ')}; planning and digests ${result.planning_s} s`,
    );
  }
  return results;
}

async function main(): Promise<void> {
  const args = process.argv.slice(2);
  const [mode, ...rest] = args;
  if (mode === 'reading') {
    const [kind, format, folder, rows] = rest;
    console.log(
      JSON.stringify(
        await measureReading(kind as Kind, format as 'csv' | 'parquet', folder ?? '', Number(rows)),
      ),
    );
    return;
  }
  if (mode === 'drain') {
    const began = performance.now();
    const bench = benchDrain(rest[0] ?? '');
    const { user, system } = process.cpuUsage();
    // Share of the core that this process got while it measured.
    const share = Math.min(1, (user + system) / 1000 / (performance.now() - began));
    console.log(JSON.stringify({ ...bench, lines_per_cpu_s: Math.round(bench.lines_per_s / share) }));
    return;
  }
  const option = (name: string) => {
    const at = args.indexOf(name);
    return at < 0 ? undefined : args[at + 1];
  };
  const full = args.includes('--full');
  const only = (option('--only') ?? 'rates,drain,whole').split(',');
  const rateSizes = option('--sizes') ?? (full ? '1000000,3000000,10000000,20000000' : '1000000,3000000');
  const wholeSizes = option('--whole') ?? (full ? '1000000,10000000,100000000' : '1000000,10000000');
  const numbers = (list: string) => list.split(',').map(Number);
  const pinned = spawnSync('taskset', ['-c', '0', 'true']).status === 0;
  const rates = only.includes('rates') ? await benchRates(numbers(rateSizes), pinned) : [];
  const drain = only.includes('drain') ? benchSamples(pinned) : [];
  const whole = only.includes('whole') ? await benchWhole(numbers(wholeSizes)) : [];
  const least = (format: string) => {
    const found = rates.filter((one) => one.format === format);
    return found.length > 0 ? Math.min(...found.map((one) => one.records_per_s)) : null;
  };
  console.log(
    JSON.stringify({
      bench: 'data',
      pinned,
      csv_records_per_s: least('csv'),
      parquet_records_per_s: least('parquet'),
      peak_rss_mb: rates.length > 0 ? Math.max(...rates.map((one) => one.peak_rss_mb)) : null,
      shares: Object.fromEntries(kinds.map((kind) => [kind, shareOf(kind, 100_000_000)])),
      rates,
      drain,
      whole,
    }),
  );
}

await main();
