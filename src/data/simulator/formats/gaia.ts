/**
 * D2's raw format (GAIA MicroSS). As published:
 *
 *     metric/metric/INSTANCE_IP_METRIC_FROM_TO.csv      timestamp [ms],value; two files a month
 *     trace/trace/trace_table_INSTANCE_YYYY-MM.csv      timestamp,host_ip,service_name,trace_id,span_id,parent_id,start_time,…
 *     business/business/business_table_INSTANCE_….csv   datetime (the date),service,message; the real time is in the message
 *     run/run/run_table_YYYY-MM.csv                     the same columns; injections among other messages
 *
 * Layout `converted`, the copy that the paper's authors read, one folder per day: groundtruth.csv, docker_metric.csv,
 * log.csv, trace.csv, times in seconds. Strings are local time, UTC+8; epochs are UTC. A call is one span, at the side
 * that serves it; calls that nobody served are no span.
 */
import type { SimulatedCase } from '../case.ts';
import type { RawFile } from '../output.ts';
import { drawIds, type SpanIds } from '../spans.ts';
import { address } from '../voices/micross.ts';
import { type Line, level } from '../voices/voice.ts';
import { dayOf, daysOf, localText } from './days.ts';
import { type Format, type FormatWriter, writeSpanId } from './format.ts';
import { Injections } from './gaia-injections.ts';
import { type MetricFile, writeMetrics } from './gaia-metrics.ts';

const traceHeader =
  'timestamp,host_ip,service_name,trace_id,span_id,parent_id,start_time,end_time,url,status_code,message\n';

export const gaiaFormat: Format = {
  layouts: {
    published: 'as published: a file per instance and metric, injections in the run table',
    converted: "the copy that the paper's authors read: a folder per day, injections in groundtruth.csv",
  },
  open(folder, setup, layout): FormatWriter {
    const { podNames } = setup.system;
    const injections = new Injections(setup);
    const published = layout === 'published';
    const traceFile = (day: string, pod: number): RawFile =>
      published
        ? folder.file(`trace/trace/trace_table_${podNames[pod]}_${day.slice(0, 7)}.csv`, 'trace', traceHeader)
        : folder.file(
            `${day}/trace.csv`,
            'trace',
            'timestamp,service_name,span_id,parent_id,st_time,ed_time\n',
          );
    const logFile = (day: string, pod: number): RawFile =>
      published
        ? folder.file(
            `business/business/business_table_${podNames[pod]}_${day.slice(0, 7)}.csv`,
            'log',
            'datetime,service,message\n',
          )
        : folder.file(`${day}/log.csv`, 'log', ',datetime,service,message\n');
    const metricFile =
      (day: string): MetricFile =>
      (entity, host, kpi) => {
        if (published) {
          const name = `metric/metric/${entity}_${host}_${kpi}_${halfMonth(day)}.csv`;
          const content = kpi.startsWith('docker_') ? 'metric' : 'other';
          return { file: folder.file(name, content, 'timestamp,value\n'), middle: '' };
        }
        // The authors' copy holds containers only.
        if (!kpi.startsWith('docker_')) return undefined;
        const file = folder.file(`${day}/docker_metric.csv`, 'metric', 'timestamp,cmdb_id,kpi_name,value\n');
        return { file, middle: `,${host}.${entity},${kpi}` };
      };
    return {
      write(simulated) {
        const ids = drawIds(setup.params.seed, simulated.index, simulated.spans);
        injections.add(simulated, ids);
        const writeSpan = published ? publishedSpan : convertedSpan;
        for (const [day, from, to] of daysOf(simulated)) {
          writeSpans((pod) => traceFile(day, pod), simulated, ids, from, to, writeSpan);
          writeLines((pod) => logFile(day, pod), simulated, ids, from, to, day, !published);
          writeMetrics(metricFile(day), simulated, from, to, published ? 1000 : 1);
        }
      },
      async pass(epochSeconds) {
        const today = dayOf(epochSeconds);
        const [half, month] = [halfMonth(today), today.slice(0, 7)];
        await folder.close((name) => {
          if (!published) return !name.startsWith(`${today}/`);
          return name.startsWith('metric/') ? !name.includes(half) : !name.includes(month);
        });
      },
      finish: () => injections.write(folder.root, layout),
    };
  },
};

/** `2021-07-01_2021-07-15`, as the names of D2's metric files have it. */
function halfMonth(day: string): string {
  const month = day.slice(0, 8);
  if (Number(day.slice(8)) <= 15) return `${month}01_${month}15`;
  const last = new Date(Date.UTC(Number(day.slice(0, 4)), Number(day.slice(5, 7)), 0)).getUTCDate();
  return `${month}15_${month}${last}`;
}

type SpanWriter = (file: RawFile, simulated: SimulatedCase, ids: SpanIds, at: number, clock: Clock) => void;

/** Writes local times; keeps the text of the second it wrote last. */
class Clock {
  #second = -1;
  #text = '';

  text(epochSecond: number): string {
    if (epochSecond !== this.#second) {
      this.#second = epochSecond;
      this.#text = localText(epochSecond);
    }
    return this.#text;
  }
}

/** The span that a served span waits for: its caller's side is not written, so the span above that. */
function parentOf({ spans }: SimulatedCase, at: number): number {
  const parent = spans.parent[at] as number;
  return parent < 0 ? -1 : spans.type[parent] === 1 ? (spans.parent[parent] as number) : parent;
}

function writeSpans(
  fileOf: (pod: number) => RawFile,
  simulated: SimulatedCase,
  ids: SpanIds,
  from: number,
  to: number,
  write: SpanWriter,
): void {
  const { spans, setup } = simulated;
  const files = setup.system.podNames.map((_, pod) => fileOf(pod));
  const clock = new Clock();
  for (let at = 0; at < spans.length; at++) {
    const start = spans.start[at] as number;
    if (spans.type[at] !== 0 || start < from * 1e6 || start >= to * 1e6) continue;
    write(files[spans.pod[at] as number] as RawFile, simulated, ids, at, clock);
  }
}

/** Local time with microseconds. */
function writeLocal(file: RawFile, clock: Clock, recordStart: number, micros: number): void {
  const second = Math.floor(micros / 1e6);
  file.text(clock.text(recordStart + second));
  file.byte(46);
  file.padded(micros - second * 1e6, 6);
}

const publishedSpan: SpanWriter = (file, simulated, ids, at, clock) => {
  const { setup, times, spans } = simulated;
  const { system } = setup;
  const pod = spans.pod[at] as number;
  const name = system.podNames[pod] as string;
  const key = system.operations[spans.operation[at] as number]?.name.replace(/^\//, '') ?? '';
  const start = spans.start[at] as number;
  const inst = address(system, pod);
  file.text(clock.text(times.recordStart + Math.floor(start / 1e6)));
  file.text(`,0.0.0.${(system.podNodes[pod] as number) + 1},${name},`);
  writeSpanId(file, ids, ids.root[spans.trace[at] as number] as number);
  file.byte(44);
  writeSpanId(file, ids, at);
  file.byte(44);
  const parent = parentOf(simulated, at);
  if (parent >= 0) writeSpanId(file, ids, parent);
  file.byte(44);
  writeLocal(file, clock, times.recordStart, start);
  file.byte(44);
  writeLocal(file, clock, times.recordStart, spans.end[at] as number);
  file.text(`,${inst}/${key},${spans.status[at] === 0 ? 200 : 500},request call function 1 ${name}.${key}`);
  file.row();
};

const convertedSpan: SpanWriter = (file, simulated, ids, at) => {
  const { setup, times, spans } = simulated;
  const time = (micros: number): void => {
    const second = Math.floor(micros / 1e6);
    file.integer(times.recordStart + second);
    file.byte(46);
    file.padded(micros - second * 1e6, 6);
  };
  const start = spans.start[at] as number;
  time(start);
  file.text(`,${setup.system.podNames[spans.pod[at] as number]},`);
  writeSpanId(file, ids, at);
  file.byte(44);
  const parent = parentOf(simulated, at);
  if (parent >= 0) writeSpanId(file, ids, parent);
  file.byte(44);
  time(start);
  file.byte(44);
  time(spans.end[at] as number);
  file.row();
};

const levelNames = ['INFO', 'INFO', 'WARNING', 'ERROR'] as const;

/** The texts of Online Boutique say themselves how bad it is. */
function levelOf(line: Line): string {
  if (line.level !== level.unknown) return levelNames[line.level];
  if (/^(severity|level):error|^fail|ERROR|panic|fatal/i.test(line.message)) return 'ERROR';
  return /warn/i.test(line.message.slice(0, 60)) ? 'WARNING' : 'INFO';
}

function writeLines(
  fileOf: (pod: number) => RawFile,
  simulated: SimulatedCase,
  ids: SpanIds,
  from: number,
  to: number,
  day: string,
  numbered: boolean,
): void {
  const { setup, times, lines } = simulated;
  const { system } = setup;
  const files = system.podNames.map((_, pod) => fileOf(pod));
  const clock = new Clock();
  const places = system.podNames.map((name, pod) => place(system.podNodes[pod] as number, pod, name));
  for (const line of lines) {
    if (line.time < from * 1000 || line.time >= to * 1000) continue;
    const file = files[line.pod] as RawFile;
    const ms = Math.floor(line.time);
    const second = Math.floor(ms / 1000);
    if (numbered) {
      file.integer(file.rows);
      file.byte(44);
    }
    file.text(`${day},${system.podNames[line.pod]},"`);
    file.text(clock.text(times.recordStart + second));
    file.byte(44);
    file.padded(ms - second * 1000, 3);
    file.text(` | ${levelOf(line)} | ${places[line.pod]} | `);
    if (line.trace >= 0) {
      writeSpanId(file, ids, ids.root[line.trace] as number);
      file.text(' | ');
    }
    file.text(line.message.includes('"') ? line.message.replaceAll('"', '""') : line.message);
    file.byte(34);
    file.row();
  }
}

/** `0.0.0.4 | 172.17.0.3 | dbservice1` */
export function place(node: number, pod: number, name: string): string {
  return `0.0.0.${node + 1} | 172.17.0.${2 + (pod % 4)} | ${name}`;
}
