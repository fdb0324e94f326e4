/** The sound sets that the fuzz spoils: every layout of every reader, plain and packed, as CSV, JSON lines and Parquet. */
import { mkdirSync, renameSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { convertDataset } from '../../src/data/convert/convert.ts';
import { readers } from '../../src/data/readers/index.ts';
import { resolveSource } from '../../src/spec/source.ts';
import type { JsonObject } from '../../src/stages/stage.ts';
import { gaiaFiles, microssFiles, type SetFiles, sockshopFiles, writeSet } from '../support/alerts.ts';
import { convertFolder, type TableForm } from '../support/convert.ts';
import { writeOtlpJson, writeOtlpParquet } from '../support/otlp.ts';
import { simulatedLayouts, writeSimulated } from '../support/simulated.ts';

export interface BaseSet {
  readonly name: string;
  readonly folder: string;
  readonly format: string;
  readonly options: JsonObject;
  readonly window: JsonObject;
}

/** Writes all sets below `folder`: some 30 MB. */
export async function writeBaseSets(folder: string): Promise<BaseSet[]> {
  const sets: BaseSet[] = [];
  const add = (name: string, at: string, source: string) =>
    sets.push({ name, folder: at, ...readParams(source) });
  for (const { format, layout } of simulatedLayouts)
    for (const packing of ['plain', 'gzip'] as const) {
      const set = await writeSimulated(folder, { format, layout, packing, cases: 4 });
      const at = join(folder, set.folder);
      add(
        `${format} ${layout} ${packing}`,
        at,
        format === 'gaia' ? 'gaia("set", login_gap: 0s)' : `${format}("set")`,
      );
      if (packing === 'gzip' || layout === 'authors' || layout === 'openrca') continue;
      const form = ({ microservo: 'parquet', aiops22: 'ndjson.gz', gaia: 'jsonl' } as const)[format];
      const converted = join(folder, `${format}-${layout}-${form}`);
      await convertFolder(at, converted, form as TableForm, (path) => !/ground|label|run_table/.test(path));
      add(
        `${format} ${layout} ${form}`,
        converted,
        format === 'gaia' ? 'gaia("set", login_gap: 0s)' : `${format}("set")`,
      );
    }
  const origin = sets.find(({ format }) => format === 'microservo');
  const reader = readers.microservo;
  if (!origin || !reader) throw new Error('no D3 set was written');
  const out = join(folder, 'converted');
  const files = reader.find(origin.folder, {});
  await convertDataset({ reader, files, options: {}, out, digest: 'fuzz' }, async () => {});
  add('converted', out, 'converted("set")');
  const otlp = { json: join(folder, 'otlp-json'), parquet: join(folder, 'otlp-parquet') };
  await writeOtlpJson(origin.folder, otlp.json, 20, true);
  await writeOtlpParquet(origin.folder, otlp.parquet);
  add('otlp json', otlp.json, 'otlp("set")');
  add('otlp parquet', otlp.parquet, 'otlp("set")');
  for (const form of ['csv.gz', 'jsonl'] as const) {
    const at = join(folder, `table-${form}`);
    await convertFolder(origin.folder, at, form, (path) => !/ground/.test(path));
    const { rows } = await reader.labels(files, {});
    const faults = rows.map((row) => `${row.time},${row.service},${row.type}`);
    writeFiles(at, { 'faults.csv': `time,service,type\n${faults.join('\n')}\n` });
    add(`table ${form}`, at, tableSource(form));
  }
  for (const [name, made] of Object.entries(eventSets)) {
    writeSet(join(folder, name), made());
    add(`alerts ${name}`, join(folder, name, 'set'), 'alerts("set")');
  }
  writeFiles(join(folder, 'nezha'), nezhaFiles());
  add('nezha', join(folder, 'nezha'), 'nezha("set")');
  return sets;
}

const tableSource = (form: string) => `table("set", instance_to_service: pod,
  labels: rows(files: "faults.csv", time: "time", unit: ms, service: "service", type: "type"),
  log: rows(files: "log/*.${form}", time: "timestamp", instance: "cmdb_id", message: "message", id: ["log_id"]),
  metric: rows(files: "metric/container/*.${form}", time: "timestamp", unit: s, instance: "cmdb_id", kpi: "kpi_name", value: "value"),
  trace: rows(files: "trace/*.${form}", time: "timestamp", unit: us, trace: "trace_id", span: "span_id", parent: "parent_span",
    service: "cmdb_id", operation: "operation_name", duration: "duration"))`;

const eventSets: Readonly<Record<string, () => SetFiles>> = {
  'alerts-gaia': gaiaFiles,
  'alerts-sockshop': sockshopFiles,
  'alerts-micross': microssFiles,
};

/** The parameters that a plan would give the stages for this source. */
function readParams(source: string): Pick<BaseSet, 'format' | 'options' | 'window'> {
  const { dataset, diagnostics } = resolveSource(source, { read: () => ({ missing: true }) });
  const call = dataset?.from[0];
  if (!call) throw new Error(diagnostics.map(({ message }) => message).join('\n'));
  const { root: _, ...options } = call.args;
  const window = { window_ms: 60_000, before_ms: 120_000, after_ms: 120_000 };
  return { format: call.call, options, window };
}

function writeFiles(folder: string, files: Readonly<Record<string, string>>): void {
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, `${path}.part`), text);
    renameSync(join(folder, `${path}.part`), join(folder, path));
  }
}

/** Two faults in the raw form of Nezha's TrainTicket data. */
function nezhaFiles(): Record<string, string> {
  const day = '2023-01-29';
  const start = Date.parse(`${day}T08:40:00Z`);
  const pods = ['ts-travel-service-64469b5b48-25zj6', 'ts-gateway-service-6f6cfc45b-h5m2n'] as const;
  const seconds = Array.from({ length: 600 }, (_, k) => k);
  const nanos = (second: number) => `${start / 1000 + second}000000000`;
  const hex = (n: number, digits: number) => n.toString(16).padStart(digits, '0');
  const log = seconds.map((s) => {
    const text = JSON.stringify({ log: `08:40 INFO  Impl#${s % 7} order ${s} done\n`, stream: 'stdout' });
    const time = new Date(start + s * 1000).toISOString();
    return `${time},${nanos(s)},n1,${pods[s % 2]},server,${hex(s, 32)},${hex(s, 16)},"${text.replaceAll('"', '""')}"`;
  });
  const trace = seconds.flatMap((s) =>
    [0, 1].map((k) => {
      const parent = k === 0 ? 'root' : hex(2 * s, 16);
      return `${hex(s, 32)},${hex(2 * s + k, 16)},${parent},${pods[k]},/op,${nanos(s)},${nanos(s + 1)},${1000 + s}`;
    }),
  );
  const metric = [0, 60, 120, 180, 240, 300, 360, 420, 480, 540].map(
    (s) => `${new Date(start + s * 1000).toISOString()},${start / 1000 + s},${pods[0]},${s / 7},NaN,12`,
  );
  const fault = (time: string, type: string) => ({
    inject_time: `${day} ${time}`,
    inject_pod: pods[0],
    inject_type: type,
  });
  const folder = `rca_data/${day}`;
  return {
    [`${folder}/${day}-fault_list.json`]: JSON.stringify({
      '08': [fault('08:43:00', 'return'), fault('08:46:00', 'exception')],
    }),
    [`${folder}/log/08_43_log.csv`]: `Timestamp,TimeUnixNano,Node,PodName,Container,TraceID,SpanID,Log\n${log.join('\n')}\n`,
    [`${folder}/trace/08_43_trace.csv`]: `TraceID,SpanID,ParentID,PodName,OperationName,StartTimeUnixNano,EndTimeUnixNano,Duration\n${trace.join('\n')}\n`,
    [`${folder}/metric/travel_metric.csv`]: `Time,TimeStamp,PodName,CpuUsage(m),MemoryUsage(Mi),Net\n${metric.join('\n')}\n`,
  };
}
