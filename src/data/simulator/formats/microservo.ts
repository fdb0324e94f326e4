/**
 * D3's raw format (MicroServo):
 *
 *     groundtruth/groundtruth.json      timestamp [s], service, cmdb_id, failure_type, duration [s]; one entry per pod
 *     groundtruth/ground_truth.csv      layout `authors` instead: 故障类型, 对应服务, 起始时间戳, 截止时间戳 [s], 持续时间
 *     log/log.csv                       ,log_id,timestamp [s],date,cmdb_id,message
 *     trace/trace.csv                   ,timestamp [µs],cmdb_id,span_id,trace_id,duration [µs],type,status_code,…
 *     metric/container/kpi_KPI.csv      timestamp [s],cmdb_id,kpi_name,value
 *     metric/istio/kpi_KPI.csv          the same
 */
import type { SimulatedCase } from '../case.ts';
import { microservoFaults } from '../faults/microservo.ts';
import type { RawFile, RawFolder } from '../output.ts';
import { RandomStream } from '../random.ts';
import { drawIds, spanTypes } from '../spans.ts';
import type { Operation, Service, System } from '../system.ts';
import {
  csvText,
  type Format,
  type FormatWriter,
  wordFor,
  writeSmall,
  writeSpanId,
  writeTraceId,
} from './format.ts';
import { writeLogId } from './log-id.ts';
import { writeMetrics } from './microservo-metrics.ts';

const traceHeader =
  ',timestamp,cmdb_id,span_id,trace_id,duration,type,status_code,operation_name,parent_span\n';
const logHeader = ',log_id,timestamp,date,cmdb_id,message\n';

type Label = {
  readonly timestamp: number;
  readonly service: string;
  readonly cmdb_id: string;
  readonly failure_type: string;
  readonly duration: number;
};

export const microservoFormat: Format = {
  layouts: {
    platform: 'labels as the platform writes them: groundtruth.json, one entry per pod',
    authors: "labels as the paper's authors read them: ground_truth.csv, one row per injection",
  },
  open(folder, _setup, layout): FormatWriter {
    const labels: Label[] = [];
    return {
      write(simulated) {
        labels.push(...labelsOf(simulated));
        writeSpans(folder.file('trace/trace.csv', 'trace', traceHeader), simulated);
        writeLines(folder.file('log/log.csv', 'log', logHeader), simulated);
        writeMetrics(folder, simulated);
      },
      finish: () => writeLabels(folder, labels, layout),
    };
  },
};

function labelsOf({ setup, fault, times }: SimulatedCase): Label[] {
  const { services, podNames } = setup.system;
  const failureType = wordFor(fault, setup, microservoFaults);
  if (failureType === undefined) return [];
  return fault.pods.map((pod) => ({
    timestamp: times.injected,
    service: (services[fault.service] as Service).name,
    cmdb_id: podNames[pod] as string,
    failure_type: failureType,
    duration: fault.duration,
  }));
}

function writeLabels(folder: RawFolder, labels: readonly Label[], layout: string): void {
  if (layout === 'authors') {
    const first = labels.filter((label, at) => label.timestamp !== labels[at - 1]?.timestamp);
    const rows = first.map(({ timestamp, service, failure_type, duration }) => {
      // The authors' file names the root cause first where several services were hit.
      return [failure_type, service, timestamp, timestamp + duration, duration];
    });
    const header = ['故障类型', '对应服务', '起始时间戳', '截止时间戳', '持续时间'];
    writeSmall(folder.root, 'groundtruth/ground_truth.csv', csvText(header, rows));
    return;
  }
  const column = <K extends keyof Label>(key: K): Label[K][] => labels.map((label) => label[key]);
  const table = {
    timestamp: column('timestamp'),
    service: column('service'),
    cmdb_id: column('cmdb_id'),
    failure_type: column('failure_type'),
    duration: column('duration'),
  };
  writeSmall(folder.root, 'groundtruth/groundtruth.json', `${JSON.stringify(table)}\n`);
}

/** The cart's agent reports HTTP, the others gRPC. */
function reportsHttp({ services }: System, service: number): boolean {
  return (services[service] as Service).language === 'dotnet';
}

function writeSpans(file: RawFile, { setup, index, times, spans }: SimulatedCase): void {
  const { system, params } = setup;
  const ids = drawIds(params.seed, index, spans);
  const entities = Array.from(
    system.serviceOf,
    (service) => `,${(system.services[service] as Service).name},`,
  );
  const operations = system.operations.map(({ name }) => `,${name},`);
  const types = spanTypes.map((type) => `,${type},`);
  const http = system.operations.map((operation: Operation) => reportsHttp(system, operation.service));
  for (let at = 0; at < spans.length; at++) {
    const start = spans.start[at] as number;
    const second = Math.floor(start / 1e6);
    const trace = spans.trace[at] as number;
    const operation = spans.operation[at] as number;
    const code = spans.status[at] as number;
    file.integer(file.rows);
    file.byte(44);
    file.integer(times.recordStart + second);
    file.padded(start - second * 1e6, 6);
    file.text(entities[spans.pod[at] as number] as string);
    writeSpanId(file, ids, at);
    file.byte(44);
    writeTraceId(file, ids, trace);
    file.byte(44);
    file.integer((spans.end[at] as number) - start);
    file.text(types[spans.type[at] as number] as string);
    file.integer(spans.type[at] === 0 && http[operation] ? (code === 0 ? 200 : 500) : code);
    file.text(operations[operation] as string);
    const parent = spans.parent[at] as number;
    if (parent >= 0) writeSpanId(file, ids, parent);
    file.row();
  }
}

function writeLines(file: RawFile, { setup, index, times, lines }: SimulatedCase): void {
  // The upper half of the index space keeps these draws apart from those of the spans.
  const draws = new RandomStream(setup.params.seed, index | 0x40000000, 'ids');
  const entities = setup.system.podNames.map((name) => `Z,${name},`);
  let shown = -1;
  let date = '';
  for (const line of lines) {
    const ms = times.recordStart * 1000 + Math.floor(line.time);
    const second = Math.floor(ms / 1000);
    if (second !== shown) {
      shown = second;
      date = `,${new Date(second * 1000).toISOString().slice(0, 20)}`;
    }
    file.integer(file.rows);
    file.byte(44);
    writeLogId(file, draws);
    file.byte(44);
    file.decimal(ms / 1000, 3);
    file.text(date);
    file.padded(ms - second * 1000, 3);
    file.text(entities[line.pod] as string);
    file.cell(line.message);
    file.row();
  }
}
