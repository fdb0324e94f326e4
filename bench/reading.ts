/** One measurement in a process of its own: reading and windowing one modality on one core, beside the bare scan. */
import { statSync } from 'node:fs';
import { join } from 'node:path';
import { type Database, openDatabase } from '../src/data/database.ts';
import { microservo } from '../src/data/readers/microservo.ts';
import { readCoverage } from '../src/data/windows/coverage.ts';
import { writeSamples } from '../src/data/windows/samples.ts';
import { writeSpans } from '../src/data/windows/spans.ts';
import type { CaseTable } from '../src/stages/contracts.ts';
import { injections, type RawFormat, start } from './raw.ts';

export type Kind = 'metric' | 'trace';
export const kinds: readonly Kind[] = ['metric', 'trace'];

export interface Measured {
  readonly kind: Kind;
  readonly format: RawFormat;
  readonly records: number;
  readonly mb: number;
  /** Reading, windowing, writing parquet; the records of the files, not only those in cases. */
  readonly records_per_s: number;
  /** The same by processor time: what an idle core does, also where other work shares it. */
  readonly records_per_cpu_s: number;
  /** The counting pass of stage `cases`. */
  readonly counting_records_per_s: number;
  /** DuckDB alone, counting and adding up the columns that are read: the ceiling. */
  readonly scan_records_per_s: number;
  readonly peak_rss_mb: number;
}

const minute = 60_000;

function caseTable(): CaseTable {
  const cases = injections().map((at, c) => ({
    id: `case ${c}`,
    injected: start + at * minute,
    start: start + (at - 10) * minute,
    end: start + (at + 10) * minute,
    label: c % 5,
    ...{ service: '', instance: '', day: '', group: c },
  }));
  const classes = ['a', 'b', 'c', 'd', 'e'];
  return { simulated: true, classes, windows: 20, windowMs: minute, cases, refused: [] };
}

export async function measureReading(
  kind: Kind,
  format: RawFormat,
  folder: string,
  records: number,
): Promise<Measured> {
  const files = microservo.find(folder, {});
  const relation = microservo.relation(files, kind, {});
  const table = caseTable();
  const timed = async (name: string, work: (db: Database) => Promise<unknown>) => {
    const db = await openDatabase({ folder: join(folder, `.${name}`), threads: 1 });
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
  const windows = await timed('windows', (db) => write(db, relation, table, join(folder, '.out.parquet')));
  // Its own peak: what follows only counts.
  const peak = Math.round(process.resourceUsage().maxRSS / 1024);
  const counting = await timed('counting', (db) =>
    readCoverage(
      db,
      relation,
      table.cases.map((row, id) => ({ id, start: row.start, end: row.end })),
      folder,
    ),
  );
  const columns =
    kind === 'metric'
      ? 'max(time), count(entity), count(kpi), sum(value)'
      : 'max(time), count(trace), count(span), count(parent), count(entity), count(operation), sum(duration_us)';
  const scan = await timed('scan', (db) => db.rows(`SELECT ${columns} FROM (${relation.records})`));
  const size = files[kind].reduce((sum, file) => sum + statSync(join(folder, file)).size, 0);
  return {
    kind,
    format,
    records,
    mb: Math.round(size / 1e6),
    records_per_s: windows.perSecond,
    records_per_cpu_s: windows.perCpu,
    counting_records_per_s: counting.perSecond,
    scan_records_per_s: scan.perSecond,
    peak_rss_mb: peak,
  };
}
