/**
 * D1's raw format (AIOps Challenge 2022), a folder per day of UTC+8, in the layouts in circulation:
 *
 *     archive        groundtruth/groundtruth-DAY.json             timestamp [s], level, cmdb_id, failure_type; by column
 *                    tar/DAY-cloudbed1/cloudbed-1/metric/{container,istio,jvm,node}/kpi_KPI.csv, metric/service/…
 *                    …/log/all/log_filebeat-testbed-log-service.csv
 *                    …/trace/all/trace_jaeger-span.csv
 *     archive_csv    the same with groundtruth/groundtruth-k8s-1-DAY.csv
 *     openrca        cloudbed-1/record.csv
 *                    cloudbed-1/telemetry/2022_05_01/{metric/metric_GROUP.csv,log/log_service.csv,trace/trace_span.csv}
 *
 * Log and metric times are seconds, span times milliseconds, durations microseconds. Failure types are the original texts.
 */
import type { SimulatedCase } from '../case.ts';
import { aiops22Faults } from '../faults/aiops22.ts';
import type { RawFile, RawFolder } from '../output.ts';
import { RandomStream } from '../random.ts';
import { drawIds } from '../spans.ts';
import type { Service } from '../system.ts';
import { type MetricGroup, writeMetrics } from './aiops22-metrics.ts';
import { dayOf, daysOf } from './days.ts';
import { csvText, type Format, wordFor, writeSmall, writeSpanId, writeTraceId } from './format.ts';
import { skipLogId, writeLogId } from './log-id.ts';

const traceHeader =
  'timestamp,cmdb_id,span_id,trace_id,duration,type,status_code,operation_name,parent_span\n';
const logHeader = 'log_id,timestamp,cmdb_id,log_name,value\n';
const labelHeader = ['timestamp', 'level', 'cmdb_id', 'failure_type'] as const;

type Label = {
  readonly timestamp: number;
  readonly level: 'pod' | 'service';
  readonly cmdb_id: string;
  readonly failure_type: string;
};

type Paths = {
  readonly trace: (day: string) => string;
  readonly log: (day: string) => string;
  readonly metric: (day: string, group: MetricGroup, kpi: string) => string;
};

const archive: Paths = {
  trace: (day) => `${archiveFolder(day)}/trace/all/trace_jaeger-span.csv`,
  log: (day) => `${archiveFolder(day)}/log/all/log_filebeat-testbed-log-service.csv`,
  metric: (day, group, kpi) =>
    `${archiveFolder(day)}/metric/${group}/${group === 'service' ? 'metric_service' : `kpi_${kpi}`}.csv`,
};

function archiveFolder(day: string): string {
  return `tar/${day}-cloudbed1/cloudbed-1`;
}

/** OpenRCA's names of the groups. */
const groups = { container: 'container', istio: 'mesh', jvm: 'runtime', node: 'node', service: 'service' };

const openRca: Paths = {
  trace: (day) => `${openRcaFolder(day)}/trace/trace_span.csv`,
  log: (day) => `${openRcaFolder(day)}/log/log_service.csv`,
  metric: (day, group) => `${openRcaFolder(day)}/metric/metric_${groups[group]}.csv`,
};

function openRcaFolder(day: string): string {
  return `cloudbed-1/telemetry/${day.replaceAll('-', '_')}`;
}

export const aiops22Format: Format = {
  layouts: {
    archive: "the challenge's archives, labels as JSON",
    archive_csv: "the challenge's archives, labels as CSV",
    openrca: "OpenRCA's folders (Market), labels in record.csv",
  },
  open(folder, _setup, layout) {
    const paths = layout === 'openrca' ? openRca : archive;
    const labels: Label[] = [];
    return {
      write(simulated) {
        labels.push(...labelOf(simulated));
        for (const [day, from, to] of daysOf(simulated)) {
          writeSpans(folder.file(paths.trace(day), 'trace', traceHeader), simulated, from, to);
          writeLines(folder.file(paths.log(day), 'log', logHeader), simulated, from, to);
          const file = (group: MetricGroup, kpi: string, header: string) =>
            folder.file(paths.metric(day, group, kpi), group === 'container' ? 'metric' : 'other', header);
          writeMetrics(file, simulated, from, to);
        }
      },
      async pass(epochSeconds) {
        const today = dayOf(epochSeconds);
        const dated = (name: string) => /\d{4}[-_]\d\d[-_]\d\d/.exec(name)?.[0].replaceAll('_', '-') ?? today;
        await folder.close((name) => dated(name) < today);
      },
      finish: () => writeLabels(folder, labels, layout),
    };
  },
};

function labelOf({ setup, fault, times }: SimulatedCase): Label[] {
  const { services, podNames, replicas } = setup.system;
  const failureType = wordFor(fault, setup, aiops22Faults);
  if (failureType === undefined) return [];
  const whole = fault.pods.length === replicas;
  return (whole ? fault.pods.slice(0, 1) : fault.pods).map((pod) => ({
    timestamp: times.injected,
    level: whole ? 'service' : 'pod',
    cmdb_id: whole ? (services[fault.service] as Service).name : (podNames[pod] as string),
    failure_type: failureType,
  }));
}

function writeLabels(folder: RawFolder, labels: readonly Label[], layout: string): void {
  const cells = (rows: readonly Label[]) => rows.map((row) => labelHeader.map((name) => row[name]));
  if (layout === 'openrca') {
    writeSmall(folder.root, 'cloudbed-1/record.csv', csvText(labelHeader, cells(labels)));
    return;
  }
  const days = new Map<string, Label[]>();
  for (const label of labels) {
    const day = dayOf(label.timestamp);
    days.set(day, [...(days.get(day) ?? []), label]);
  }
  for (const [day, rows] of days) {
    if (layout === 'archive_csv') {
      writeSmall(folder.root, `groundtruth/groundtruth-k8s-1-${day}.csv`, csvText(labelHeader, cells(rows)));
      continue;
    }
    const table = Object.fromEntries(labelHeader.map((name) => [name, rows.map((row) => row[name])]));
    writeSmall(folder.root, `groundtruth/groundtruth-${day}.json`, `${JSON.stringify(table)}\n`);
  }
}

function writeSpans(
  file: RawFile,
  { setup, index, times, spans }: SimulatedCase,
  from: number,
  to: number,
): void {
  const { system, params } = setup;
  const ids = drawIds(params.seed, index, spans);
  const entities = system.podNames.map((name) => `,${name},`);
  // Go, Node and Python report RPCs by name, the cart's .NET reports what it serves as HTTP with a path.
  const http = system.operations.map(
    ({ service }) => (system.services[service] as Service).language === 'dotnet',
  );
  for (let at = 0; at < spans.length; at++) {
    const start = spans.start[at] as number;
    if (start < from * 1e6 || start >= to * 1e6) continue;
    const trace = spans.trace[at] as number;
    const operation = spans.operation[at] as number;
    const name = system.operations[operation]?.name ?? '';
    const code = spans.status[at] as number;
    const served = spans.type[at] === 0 && http[operation];
    file.integer(times.recordStart * 1000 + Math.floor(start / 1000));
    file.text(entities[spans.pod[at] as number] as string);
    writeSpanId(file, ids, at);
    file.byte(44);
    writeTraceId(file, ids, trace);
    file.byte(44);
    file.integer((spans.end[at] as number) - start);
    file.text(served ? ',http,' : ',rpc,');
    file.integer(served ? (code === 0 ? 200 : 500) : code);
    file.byte(44);
    file.text(served ? name : name.replace(/^\//, ''));
    file.byte(44);
    const parent = spans.parent[at] as number;
    if (parent >= 0) writeSpanId(file, ids, parent);
    file.row();
  }
}

function writeLines(
  file: RawFile,
  { setup, index, times, lines }: SimulatedCase,
  from: number,
  to: number,
): void {
  const draws = new RandomStream(setup.params.seed, index | 0x40000000, 'ids');
  const { podNames, services, serviceOf } = setup.system;
  const middles = podNames.map((name, pod) => {
    const service = (services[serviceOf[pod] as number] as Service).name;
    return `,${name},log_${service}-service_application,`;
  });
  for (const line of lines) {
    if (line.time < from * 1000 || line.time >= to * 1000) {
      skipLogId(draws);
      continue;
    }
    writeLogId(file, draws);
    file.byte(44);
    file.integer(times.recordStart + Math.floor(line.time / 1000));
    file.text(middles[line.pod] as string);
    // The challenge's agents write `severity: info, message: …`.
    file.cell(line.message.replace(/^(severity|level):/, '$1: ').replace(/,(message|error):/g, ', $1: '));
    file.row();
  }
}
