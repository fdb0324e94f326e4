/**
 * `npm run bench:data`: how fast raw files become windows, and whether memory stays flat. Generated files in D3's format,
 * several sizes, each (size, modality) in a process of its own with one DuckDB thread, pinned to one core where `taskset`
 * is there: `npm run bench:data [SIZES [KINDS]]`. Drain learns the log sample that lies beside the repository in some
 * checkouts (or MEDX_BENCH_LINES). One JSON line last.
 */
import { spawnSync } from 'node:child_process';
import { closeSync, mkdirSync, mkdtempSync, openSync, rmSync, statSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { openDatabase } from '../src/data/database.ts';
import { microservo } from '../src/data/readers/microservo.ts';
import { readCoverage } from '../src/data/windows/coverage.ts';
import { writeSamples } from '../src/data/windows/samples.ts';
import { writeSpans } from '../src/data/windows/spans.ts';
import type { CaseTable } from '../src/stages/contracts.ts';
import { sharedPath } from '../test/support/shared.ts';
import { benchDrain, type DrainBench } from './drain.ts';

type Kind = 'metric' | 'trace';

interface Measured {
  readonly kind: Kind;
  readonly records: number;
  readonly mb: number;
  /** Reading, windowing, writing parquet. */
  readonly records_per_s: number;
  /** The same by processor time: what an idle core does, also where other work shares it. */
  readonly records_per_cpu_s: number;
  /** The counting pass of stage `cases`. */
  readonly counting_records_per_s: number;
  readonly peak_rss_mb: number;
}

const start = Date.UTC(2024, 2, 22);
const minute = 60_000;
const services = [
  'cartservice',
  'checkoutservice',
  'currencyservice',
  'emailservice',
  'frontend',
  'paymentservice',
  'productcatalogservice',
  'recommendationservice',
  'shippingservice',
];
const kpis = Array.from({ length: 18 }, (_, k) => `container_kpi_${k}_total`);

/** A case of 20 minutes every half hour over the time the records take. */
function casesOver(minutes: number): CaseTable {
  const cases = Array.from({ length: Math.max(2, Math.floor(minutes / 30)) }, (_, c) => ({
    id: `case ${c}`,
    injected: start + (c * 30 + 15) * minute,
    start: start + (c * 30 + 5) * minute,
    end: start + (c * 30 + 25) * minute,
    label: c % 5,
    service: services[c % 9] ?? '',
    instance: '',
    day: '',
    group: c,
  }));
  return {
    simulated: true,
    classes: ['a', 'b', 'c', 'd', 'e'],
    windows: 20,
    windowMs: minute,
    cases,
    refused: [],
  };
}

/** Writes `records` rows and answers how many minutes they take. */
function generate(kind: Kind, folder: string, records: number): number {
  const perMinute = kind === 'metric' ? services.length * 3 : 4800;
  const handle = open(
    folder,
    kind === 'metric' ? 'metric/container/kpi_container_all.csv' : 'trace/trace.csv',
  );
  let buffer =
    kind === 'metric'
      ? 'timestamp,cmdb_id,kpi_name,value\n'
      : ',timestamp,cmdb_id,span_id,trace_id,duration,type,status_code,operation_name,parent_span\n';
  const flush = (limit: number) => {
    if (buffer.length <= limit) return;
    writeSync(handle, buffer);
    buffer = '';
  };
  let minutes = 0;
  if (kind === 'metric') {
    for (let i = 0; i < records; i++) {
      const pod = i % perMinute;
      const kpi = Math.floor(i / perMinute) % kpis.length;
      minutes = Math.floor(i / perMinute / kpis.length);
      buffer += `${start / 1000 + minutes * 60},observe.${services[pod % 9]}-${Math.floor(pod / 9)},${kpis[kpi]},${((i * 7919) % 100003) / 64}\n`;
      flush(1 << 20);
    }
  } else {
    for (let i = 0; i < records; i++) {
      const trace = Math.floor(i / 12);
      const within = i % 12;
      const id = (n: number) => n.toString(16).padStart(16, '0');
      minutes = Math.floor(i / perMinute);
      const time = (start + (trace * 12 * minute) / perMinute + within) * 1000;
      buffer += `${i},${Math.floor(time)},${services[(trace + within) % 9]},${id(i + 1)},${id(trace)}${id(trace * 31)},${(i * 7919) % 100003},request,0,/hipstershop.Service${within}/Call,${within === 0 ? '' : id(trace * 12 + Math.floor(within / 2) + 1)}\n`;
      flush(1 << 20);
    }
  }
  flush(0);
  closeSync(handle);
  return minutes + 1;
}

function open(folder: string, file: string): number {
  mkdirSync(join(folder, file, '..'), { recursive: true });
  return openSync(join(folder, file), 'w');
}

/** One measurement, in this process. */
async function measure(kind: Kind, folder: string, records: number, minutes: number): Promise<Measured> {
  const files = microservo.find(folder, {});
  const relation = microservo.relation(files, kind, {});
  const table = casesOver(minutes);
  const intervals = table.cases.map((row, id) => ({ id, start: row.start, end: row.end }));
  const timed = async (
    name: string,
    work: (db: Awaited<ReturnType<typeof openDatabase>>) => Promise<unknown>,
  ) => {
    const db = await openDatabase({ folder: join(folder, name), threads: 1 });
    const began = performance.now();
    const used = process.cpuUsage();
    await work(db);
    const { user, system } = process.cpuUsage(used);
    const seconds = (performance.now() - began) / 1000;
    db.close();
    return {
      perSecond: Math.round(records / seconds),
      perCpu: Math.round((records * 1e6) / (user + system)),
    };
  };
  const write = kind === 'metric' ? writeSamples : writeSpans;
  const windows = await timed('windows', (db) => write(db, relation, table, join(folder, 'out.parquet')));
  const counting = await timed('counting', (db) => readCoverage(db, relation, intervals));
  const size = files[kind].reduce((sum, file) => sum + statSync(join(folder, file)).size, 0);
  return {
    kind,
    records,
    mb: Math.round(size / 1e6),
    records_per_s: windows.perSecond,
    records_per_cpu_s: windows.perCpu,
    counting_records_per_s: counting.perSecond,
    peak_rss_mb: Math.round(process.resourceUsage().maxRSS / 1024),
  };
}

/** Runs this script again with these arguments, pinned to one core if possible, and reads the JSON it prints. */
function inChild(args: readonly string[], pinned: boolean): unknown {
  const node = [process.execPath, fileURLToPath(import.meta.url), ...args];
  const [command = '', ...rest] = pinned ? ['taskset', '-c', '0', ...node] : node;
  const child = spawnSync(command, rest, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] });
  if (child.status !== 0) throw new Error(`${args.join(' ')} failed`);
  return JSON.parse(child.stdout);
}

async function main(): Promise<void> {
  const [mode, ...args] = process.argv.slice(2);
  const lines =
    process.env.MEDX_BENCH_LINES ?? sharedPath('data', 'drain3-expected', 'trainticket.lines.txt.gz');
  if (mode === 'measure') {
    const [kind, folder, records, minutes] = args;
    if ((kind !== 'metric' && kind !== 'trace') || !folder)
      throw new Error('measure KIND FOLDER RECORDS MINUTES');
    console.log(JSON.stringify(await measure(kind, folder, Number(records), Number(minutes))));
    return;
  }
  if (mode === 'drain') {
    const began = performance.now();
    const bench = benchDrain(lines ?? '');
    const { user, system } = process.cpuUsage();
    // Share of the core that this process got while it measured.
    const share = Math.min(1, (user + system) / 1000 / (performance.now() - began));
    console.log(JSON.stringify({ ...bench, lines_per_cpu_s: Math.round(bench.lines_per_s / share) }));
    return;
  }
  const sizes = (mode ?? '300000,1000000,3000000').split(',').map(Number);
  const kinds = (['metric', 'trace'] as const).filter((kind) => (args[0] ?? 'metric,trace').includes(kind));
  const pinned = spawnSync('taskset', ['-c', '0', 'true']).status === 0;
  const results: Measured[] = [];
  for (const kind of kinds)
    for (const records of sizes) {
      const folder = mkdtempSync(join(tmpdir(), 'medx-bench-'));
      try {
        const minutes = generate(kind, folder, records);
        const result = inChild(
          ['measure', kind, folder, String(records), String(minutes)],
          pinned,
        ) as Measured;
        results.push(result);
        console.log(
          `${kind.padEnd(6)} ${String(records).padStart(8)} records (${result.mb} MB): ${result.records_per_s} records/s (${result.records_per_cpu_s} per CPU second), counting ${result.counting_records_per_s} records/s, peak ${result.peak_rss_mb} MB`,
        );
      } finally {
        rmSync(folder, { recursive: true, force: true });
      }
    }
  const drain = lines ? (inChild(['drain'], pinned) as DrainBench & { lines_per_cpu_s: number }) : null;
  if (drain)
    console.log(
      `drain  ${drain.lines} lines, ${drain.clusters} templates: ${drain.lines_per_s} lines/s (${drain.lines_per_cpu_s} per CPU second)`,
    );
  else console.log('drain: not measured, the log sample is not here');
  const least = Math.min(...results.map((r) => r.records_per_s));
  const leastCpu = Math.min(...results.map((r) => r.records_per_cpu_s));
  console.log(
    JSON.stringify({
      bench: 'data',
      cores: 1,
      pinned,
      records_per_s: least,
      records_per_cpu_s: leastCpu,
      results,
      drain,
    }),
  );
}

await main();
