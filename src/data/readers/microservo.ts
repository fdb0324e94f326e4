/**
 * Reader of D3 (MicroServo, Online Boutique) and of what the simulator writes.
 *
 *     [ANY/]groundtruth/groundtruth.json   platform form: columns timestamp [s], service, cmdb_id, failure_type
 *     [ANY/]ground_truth….csv              the authors' form: 故障类型, 对应服务, 起始时间戳 [s]
 *     [ANY/]log….csv                       timestamp [s], cmdb_id (pod), message
 *     [ANY/]…kpi_container….csv            timestamp [s], cmdb_id (NAMESPACE.POD), kpi_name, value
 *     [ANY/]trace….csv                     timestamp [µs], cmdb_id, span_id, trace_id, duration [µs], operation_name, parent_span
 *
 * Telemetry also as JSON lines or Parquet, text files also packed (.gz, .zst), in any folder and any number of them; a
 * prefix may stand before `log`, `trace` and `ground_truth`. Container KPIs only, at service level, as the paper's authors
 * use them; the pods of a service are averaged. Counters stay cumulative: differences (equation 7) are a step of the
 * pipeline. Sources disagree on three points, and each form is read: the text of a log line is `message` or `value`, a root
 * span has no parent or repeats its own id, `cmdb_id` of a span is a pod or a service. The unit of durations is an argument:
 * microseconds in all data that could be seen, milliseconds in the data set's own description.
 */
import { listFiles } from '../files.ts';
import { csvSelect, tableFile, touch } from './csv.ts';
import { isObject, labelError, mergeInjections, readCsv, readJson } from './labels.ts';
import { podService } from './pod.ts';
import type { DatasetFiles, DatasetReader, LabelRow, ReaderOptions, Relation } from './reader.ts';
import { clockOf, labelClock, zoneOf } from './times.ts';

/** The failure types of both label forms, in their spelling, and the class of each (authors' configuration). */
const classOf: Readonly<Record<string, string>> = {
  'cpu anomaly': 'cpu',
  'memory overload': 'memory',
  'network delay': 'network',
  'network loss': 'network',
  'http/grpc request abscence': 'http/grpc',
  'http/grpc request absence': 'http/grpc',
  'http/grpc requestdelay': 'http/grpc',
  'http/grpc request delay': 'http/grpc',
  'pod anomaly': 'pod_failure',
  'pod-failure': 'pod_failure',
};
const classes = new Set(Object.values(classOf));

export const microservo: DatasetReader = {
  format: 'microservo',
  looksFor:
    'groundtruth*.json or ground_truth*.csv, log*.csv, kpi_container*.csv, trace*.csv (or .jsonl, .ndjson, plain, .gz or .zst, or .parquet)',

  find(root, options) {
    // A zone that is none is told when planning, not when the labels are read.
    zoneOf(options, 'UTC');
    const files = listFiles(root);
    const named = (pattern: RegExp) => files.filter((file) => pattern.test(file.replace(/^.*\//, '')));
    return {
      root,
      labels: named(/^(.*[-_.])?ground_?truth.*\.(json|csv)(\.(gz|zst))?$/),
      log: named(tableFile('^(log.*|(?!trace|.*kpi_).*[-_.]logs?)')),
      metric: named(tableFile('kpi_container.*')),
      trace: named(tableFile('^(trace.*|(?!log|.*kpi_).*[-_.]traces?)')),
    };
  },

  clock: (options) => ({ labels: clockOf(options) }),

  labels(files, options) {
    const clock = labelClock(options);
    const rows: LabelRow[] = [];
    const refused: { id: string; reason: string }[] = [];
    for (const file of files.labels)
      for (const entry of file.includes('.json')
        ? platformRows(files.root, file)
        : authorRows(files.root, file)) {
        const time = clock(entry.time);
        const type =
          classOf[entry.type.trim().toLowerCase()] ?? (classes.has(entry.type) ? entry.type : undefined);
        if (!Number.isFinite(time))
          refused.push({ id: entry.place, reason: `the time \`${entry.time}\` is no number of seconds` });
        else if (entry.service === '') refused.push({ id: entry.place, reason: 'the service is missing' });
        else if (type === undefined)
          refused.push({ id: entry.place, reason: `the failure type \`${entry.type}\` belongs to no class` });
        else
          rows.push({
            time,
            service: podService(entry.service),
            instance: entry.instance,
            type,
            place: entry.place,
          });
      }
    return mergeInjections(rows, refused);
  },

  relation(files, modality, options): Relation {
    return { log: logRelation, metric: metricRelation, trace: traceRelation }[modality](files, options);
  },
};

interface Entry {
  readonly time: string;
  readonly service: string;
  readonly instance: string;
  readonly type: string;
  readonly place: string;
}

function platformRows(root: string, file: string): Entry[] {
  const expected = 'an object of equally long lists timestamp, service, cmdb_id, failure_type';
  const table = readJson(root, file, expected);
  if (!isObject(table)) throw labelError(file, 'not an object', expected);
  const column = (name: string): readonly unknown[] => {
    const list = table[name];
    if (!Array.isArray(list)) throw labelError(file, `the list \`${name}\` is missing`, expected);
    return list;
  };
  const times = column('timestamp');
  const services = column('service');
  const entities = column('cmdb_id');
  const types = column('failure_type');
  for (const [name, list] of Object.entries({ service: services, cmdb_id: entities, failure_type: types }))
    if (list.length !== times.length)
      throw labelError(
        file,
        `\`${name}\` has ${list.length} entries, \`timestamp\` ${times.length}`,
        expected,
      );
  return times.map((time, i) => ({
    time: String(time ?? ''),
    service: String(services[i] ?? ''),
    instance: String(entities[i] ?? services[i] ?? ''),
    type: String(types[i] ?? ''),
    place: `${file}, entry ${i + 1}`,
  }));
}

function authorRows(root: string, file: string): Entry[] {
  const expected = 'a header with 故障类型, 对应服务 and 起始时间戳';
  const [header, ...rows] = readCsv(root, file);
  const at = (name: string): number => {
    const index = header?.cells.findIndex((cell) => cell.trim() === name) ?? -1;
    if (index < 0) throw labelError(file, `the column ${name} is missing`, expected);
    return index;
  };
  const [type, service, start] = [at('故障类型'), at('对应服务'), at('起始时间戳')];
  return rows.map(({ line, cells }) => {
    // `('cartservice', …)`: the first of a tuple is the root cause.
    const text = (cells[service] ?? '').trim();
    const name = /^[([]\s*['"]([^'"]+)['"]/.exec(text)?.[1] ?? text;
    return {
      time: cells[start] ?? '',
      service: name,
      instance: name,
      type: cells[type] ?? '',
      place: `${file}, line ${line}`,
    };
  });
}

function logRelation(files: DatasetFiles): Relation {
  const table = csvSelect(files.root, files.log, {
    needed: { timestamp: 'DOUBLE', cmdb_id: 'VARCHAR', message: 'VARCHAR' },
    optional: { log_id: 'VARCHAR' },
    also: { message: ['value'] },
    times: { timestamp: 's' },
  });
  return {
    files: files.log,
    unit: 's',
    nameOf: podService,
    rows: `SELECT "timestamp" * 1e3 AS time, false AS repaired, ${touch('cmdb_id', 'message', 'log_id')} AS used FROM (${table})`,
    records: `SELECT "timestamp" * 1e3 AS time, "cmdb_id" AS instance, "message" AS message, "log_id" AS key, CAST(NULL AS VARCHAR) AS level FROM (${table})`,
  };
}

function metricRelation(files: DatasetFiles): Relation {
  const table = csvSelect(files.root, files.metric, {
    needed: { timestamp: 'DOUBLE', cmdb_id: 'VARCHAR', kpi_name: 'VARCHAR', value: 'DOUBLE' },
    times: { timestamp: 's' },
  });
  return {
    files: files.metric,
    unit: 's',
    nameOf: podService,
    rows: `SELECT "timestamp" * 1e3 AS time, false AS repaired, ${touch('cmdb_id', 'kpi_name', 'value')} AS used FROM (${table})`,
    records: `SELECT "timestamp" * 1e3 AS time, "cmdb_id" AS entity, "kpi_name" AS kpi, "value" AS value FROM (${table})`,
  };
}

/** A root span has no parent, or repeats its own id. */
function traceRelation(files: DatasetFiles, options: ReaderOptions): Relation {
  const table = csvSelect(files.root, files.trace, {
    needed: {
      timestamp: 'DOUBLE',
      cmdb_id: 'VARCHAR',
      span_id: 'VARCHAR',
      trace_id: 'VARCHAR',
      duration: 'DOUBLE',
      operation_name: 'VARCHAR',
      parent_span: 'VARCHAR',
    },
    optional: { status_code: 'VARCHAR' },
    times: { timestamp: 'us' },
  });
  const duration = `"duration"${options.duration_unit === 'ms' ? ' * 1e3' : ''} AS duration_us`;
  return {
    files: files.trace,
    unit: 'us',
    nameOf: podService,
    rows: `SELECT "timestamp" / 1e3 AS time, false AS repaired, ${touch('cmdb_id', 'span_id', 'trace_id', 'duration', 'operation_name', 'parent_span', 'status_code')} AS used FROM (${table})`,
    records: `SELECT "timestamp" / 1e3 AS time, "trace_id" AS trace, "span_id" AS span, CASE WHEN "parent_span" = '' OR "parent_span" = "span_id" THEN NULL ELSE "parent_span" END AS parent, "cmdb_id" AS entity, "operation_name" AS operation, ${duration}, "status_code" AS status FROM (${table})`,
  };
}
