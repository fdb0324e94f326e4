/**
 * Single traces of the cases as rows of numbers, as MEPFL learns from them: inputs `spans` and, where test cases are
 * corrupted, `poor_spans`. Per service ten numbers, 0 where the trace does not touch it: a presence bit, calls, distinct
 * instances, sum, mean and longest of the durations (ms), how many deviations the mean lies above that of the service's
 * spans in training, share of failed calls, least depth, and its place in the order of first calls.
 *
 * A trace counts for the window in which its first span of the case starts; the rows are those of the second half of the
 * windows. Memory holds the traces of one case at a time.
 */
import { type ColumnReader, type Database, sqlText } from '../../data/database.ts';
import { isFailure } from '../../data/windows/status.ts';
import type { SpanAxes } from '../contracts.ts';
import type { CorruptionNote } from '../corrupt.ts';
import type { StageContext } from '../stage.ts';
import { readCases, requireInput, withOrderedDatabase } from '../telemetry.ts';
import { randomStream } from './answer.ts';

export interface TraceRows {
  /** The chosen traces of a case as it is in training. Empty without traces. */
  readonly sound: (index: number) => readonly Float64Array[];
  /** The same of the spans that a test case has, which may be corrupted. */
  readonly given: (index: number) => readonly Float64Array[];
}

export interface TraceOptions {
  /** Training cases: durations are measured by them, and only services that they call are part of a row. */
  readonly fitted: readonly number[];
  /** Most traces of a case: half of them the failed and the slowest, the others drawn. */
  readonly limit: number;
  readonly seed: number;
}

const perService = 10;
/** Of the numbers of a service: the mean duration, and where the row has its deviations. */
const [meanAt, deviationsAt] = [5, 6];

export async function readTraces(context: StageContext, options: TraceOptions): Promise<TraceRows> {
  const spans = requireInput(context, 'spans');
  const { poor_spans: poor } = context.inputs;
  const { services, statuses } = spans.json<SpanAxes>('axes');
  const setting: Setting = {
    ...options,
    services: services.length,
    middle: Math.floor(readCases(context).windows / 2),
    isFailed: statuses.map(isFailure),
  };
  return withOrderedDatabase(context, async (db) => {
    const sound = await readCasesOf(db, spans.path('spans.parquet'), setting);
    const corrupted = new Set(poor?.json<CorruptionNote>('corruption').cases);
    const given = poor ? await readCasesOf(db, poor.path('spans.parquet'), setting) : sound;
    const scales = scalesOf(
      options.fitted.flatMap((index) => sound.get(index) ?? []),
      services.length,
    );
    const rows = (of: ReadonlyMap<number, CaseTraces>, index: number) =>
      (of.get(index)?.rows ?? []).map((row) => finish(row, scales));
    return {
      sound: (index) => rows(sound, index),
      given: (index) => rows(corrupted.has(index) ? given : sound, index),
    };
  });
}

interface Setting extends TraceOptions {
  readonly services: number;
  readonly middle: number;
  readonly isFailed: readonly boolean[];
}

/** What is kept of a case: rows whose deviations are still missing, and per service number, sum and squares of durations. */
interface CaseTraces {
  readonly rows: readonly Float64Array[];
  readonly moments: Float64Array;
}

/** Calls of one service in one trace. */
interface Visit {
  calls: number;
  failed: number;
  sum: number;
  longest: number;
  depth: number;
  first: number;
  readonly instances: Set<number>;
}

interface Trace {
  readonly number: number;
  readonly window: number;
  longest: number;
  failed: boolean;
  readonly visits: Map<number, Visit>;
}

/** The rows of the file are ordered by case and window. */
async function readCasesOf(db: Database, path: string, setting: Setting): Promise<Map<number, CaseTraces>> {
  const cases = new Map<number, CaseTraces>();
  let current = -1;
  let traces = new Map<number, Trace>();
  let moments = new Float64Array(3 * setting.services);
  const close = () => {
    if (current >= 0) cases.set(current, { rows: choose([...traces.values()], current, setting), moments });
    traces = new Map();
    moments = new Float64Array(3 * setting.services);
  };
  const columns = '"case", trace, "window", callee, instance, depth, status, duration_us, time';
  await db.stream(`SELECT ${columns} FROM read_parquet(${sqlText(path)})`, (found, rows) => {
    const [caseOf, trace, window, callee, instance, depth, status] = found
      .slice(0, 7)
      .map((column: ColumnReader) => column.ints());
    const [durations, times] = found.slice(7).map((column) => column.doubles());
    if (!caseOf || !trace || !window || !callee || !instance || !depth || !status || !durations || !times)
      return;
    for (let i = 0; i < rows; i++) {
      if (caseOf[i] !== current) {
        close();
        current = caseOf[i] as number;
      }
      const number = trace[i] as number;
      let own = traces.get(number);
      if (!own) {
        own = { number, window: window[i] as number, longest: 0, failed: false, visits: new Map() };
        traces.set(number, own);
      }
      const service = callee[i] as number;
      const ms = (durations[i] as number) / 1000;
      const isFailed = setting.isFailed[status[i] as number] === true;
      let visit = own.visits.get(service);
      if (!visit) {
        visit = {
          calls: 0,
          failed: 0,
          sum: 0,
          longest: 0,
          depth: Number.POSITIVE_INFINITY,
          first: Number.POSITIVE_INFINITY,
          instances: new Set(),
        };
        own.visits.set(service, visit);
      }
      visit.calls++;
      visit.sum += ms;
      visit.longest = Math.max(visit.longest, ms);
      visit.depth = Math.min(visit.depth, depth[i] as number);
      visit.first = Math.min(visit.first, times[i] as number);
      visit.instances.add(instance[i] as number);
      if (isFailed) visit.failed++;
      own.longest = Math.max(own.longest, ms);
      own.failed ||= isFailed;
      const at = 3 * service;
      moments[at] = (moments[at] as number) + 1;
      moments[at + 1] = (moments[at + 1] as number) + ms;
      moments[at + 2] = (moments[at + 2] as number) + ms * ms;
    }
  });
  close();
  return cases;
}

/** Half of the limit the failed, then the slowest; of the others as many as there is room for, drawn by the seed. */
function choose(traces: readonly Trace[], index: number, setting: Setting): Float64Array[] {
  const late = traces.filter(({ window }) => window >= setting.middle);
  const byWeight = late.toSorted(
    (a, b) => Number(b.failed) - Number(a.failed) || b.longest - a.longest || a.number - b.number,
  );
  const [worst, others] = [Math.ceil(setting.limit / 2), Math.floor(setting.limit / 2)];
  const rest = byWeight.slice(worst).sort((a, b) => a.number - b.number);
  const random = randomStream(setting.seed, index);
  for (let i = 0; i < Math.min(others, rest.length); i++) {
    const j = i + Math.floor(random() * (rest.length - i));
    [rest[i], rest[j]] = [rest[j] as Trace, rest[i] as Trace];
  }
  return [...byWeight.slice(0, worst), ...rest.slice(0, others)].map((trace) =>
    rowOf(trace, setting.services),
  );
}

function rowOf({ visits }: Trace, services: number): Float64Array {
  const row = new Float64Array(services * perService);
  const inOrder = [...visits].sort(([a, one], [b, other]) => one.first - other.first || a - b);
  inOrder.forEach(([service, { calls, failed, sum, longest, depth, instances }], place) => {
    const numbers = [
      1,
      calls,
      instances.size,
      sum,
      longest,
      sum / calls,
      0,
      failed / calls,
      depth,
      place + 1,
    ];
    row.set(numbers, service * perService);
  });
  return row;
}

/** Mean and deviation of the durations by service; a service without spans is left out of the rows. */
function scalesOf(cases: readonly CaseTraces[], services: number) {
  return Array.from({ length: services }, (_, service) => {
    const [n, sum, squares] = [0, 1, 2].map((k) =>
      cases.reduce((total, { moments }) => total + (moments[3 * service + k] as number), 0),
    ) as [number, number, number];
    const mean = n > 0 ? sum / n : 0;
    return { service, n, mean, deviation: n > 0 ? Math.sqrt(Math.max(0, squares / n - mean * mean)) : 0 };
  }).filter(({ n }) => n > 0);
}

function finish(row: Float64Array, scales: ReturnType<typeof scalesOf>): Float64Array {
  const out = new Float64Array(scales.length * perService);
  scales.forEach(({ service, mean, deviation }, k) => {
    const from = service * perService;
    out.set(row.subarray(from, from + perService), k * perService);
    const isThere = row[from] === 1 && deviation > 0;
    out[k * perService + deviationsAt] = isThere ? ((row[from + meanAt] as number) - mean) / deviation : 0;
  });
  return out;
}
