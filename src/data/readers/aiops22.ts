/**
 * Reader of D1 (AIOps Challenge 2022), in the two layouts in circulation, as tables of any form and packing:
 *
 *     [ANY/]metric/container/kpi_container_KPI.csv         or  metric/metric_container.csv
 *     [ANY/]metric/{istio,jvm,node}/kpi_….csv              or  metric/metric_{mesh,runtime,node}.csv
 *     [ANY/]metric/service/metric_service.csv              or  metric/metric_service.csv
 *     [ANY/]log/all/log_filebeat-testbed-log-service.csv   or  log/log_service.csv
 *     [ANY/]trace/all/trace_jaeger-span.csv                or  trace/trace_span.csv
 *     [ANY/]groundtruth-….{json,csv}, groundtruth_….json   or  record.csv
 *
 * Instances are pods, without the node before the point. Log and metric times are seconds, those of spans milliseconds; the
 * unit is told by the size of each number, for copies that were converted. What no source states is an argument: the unit of
 * durations (default microseconds, as Jaeger counts), and a clock of the labels other than UTC. Folder names are days of
 * UTC+8, which no time depends on. Labels are read in `aiops22-labels.ts`; folders of several cloudbeds are told apart in
 * `cloudbeds.ts`. Logs of the proxies (`log-envoy`, `log_proxy`) are not read, as by the paper's authors.
 */
import { setCodes } from '../../diagnostics/codes/sets.ts';
import { report } from '../../diagnostics/diagnostic.ts';
import { listFiles } from '../files.ts';
import { podOf, readAiops22Labels, serviceOf } from './aiops22-labels.ts';
import { oneCloudbed } from './cloudbeds.ts';
import { csvSelect, tableFile, touch } from './csv.ts';
import type { DatasetFiles, DatasetReader, ReaderOptions, Relation } from './reader.ts';
import { clockOf, sqlEpoch, zoneOf } from './times.ts';

type Group = 'container' | 'node' | 'istio' | 'jvm' | 'service';

const groups: Readonly<Record<Group, RegExp>> = {
  container: tableFile('^(.*kpi_container.*|metric_container)'),
  node: tableFile('^(.*kpi_node.*|metric_node)'),
  istio: tableFile('^(.*kpi_istio.*|metric_mesh)'),
  jvm: tableFile('^(.*kpi_jvm.*|metric_runtime)'),
  service: tableFile('^metric_service'),
};
const order: readonly Group[] = ['container', 'node', 'istio', 'jvm', 'service'];

const fileName = (path: string) => path.replace(/^.*\//, '');

/** KPIs of a challenge archive that bear the name of their metric alone lie in a folder of their group. */
function groupOf(path: string): Group | undefined {
  const name = fileName(path);
  const named = order.find((group) => groups[group].test(name));
  if (named || !tableFile('^kpi_.*').test(name)) return named;
  const folder = /metric\/(container|node|istio|jvm)\/[^/]*$/.exec(path)?.[1];
  return order.find((group) => group === folder);
}

function groupsOf(options: ReaderOptions): readonly Group[] {
  const { metrics } = options;
  if (!Array.isArray(metrics)) return ['container'];
  return order.filter((group) => metrics.includes(group));
}

export const aiops22: DatasetReader = {
  format: 'aiops22',
  looksFor:
    'groundtruth-*.json, groundtruth-*.csv or record.csv, *kpi_container* or metric_container*, *log-service* or log_service*, trace_jaeger-span* or trace_span* (.csv, .jsonl, .ndjson, plain, .gz or .zst, or .parquet)',

  find(root, options) {
    // A zone that is none is told when planning, not when the labels are read.
    zoneOf(options, 'UTC');
    const files = listFiles(root);
    const named = (pattern: RegExp) => files.filter((file) => pattern.test(fileName(file)));
    const grouped = files.filter((file) => groupOf(file) !== undefined);
    const taken = grouped.filter((file) => groupsOf(options).some((group) => group === groupOf(file)));
    const log = named(tableFile('^(.*-log-service.*|log_service)'));
    const trace = named(tableFile('^(trace_jaeger-span.*|trace_span)'));
    const labels = named(/^(groundtruth[-_].*\.(json|csv)|record\.csv)(\.(gz|zst))?$/);
    const own = oneCloudbed([...log, ...taken, ...trace], labels, options, 'aiops22');
    const kept = new Set(own.telemetry);
    const [left] = grouped.filter((file) => !taken.includes(file));
    const aside = {
      files: grouped.length - taken.length,
      example: fileName(left ?? ''),
      argument: '`metrics` (container, node, istio, jvm, service)',
    };
    return {
      root,
      labels: own.labels,
      log: log.filter((file) => kept.has(file)),
      metric: taken.filter((file) => kept.has(file)),
      trace: trace.filter((file) => kept.has(file)),
      notices: [...own.notices, ...(left ? [report(setCodes, 'MED3136', aside)] : [])],
    };
  },

  labels: readAiops22Labels,

  clock: (options) => ({ labels: clockOf(options) }),

  relation(files, modality, options): Relation {
    return { log: logRelation, metric: metricRelation, trace: traceRelation }[modality](files, options);
  },
};

/** `node-6.adservice2-0` → `adservice2-0`, or its service. */
function namer({ instances }: ReaderOptions): (entity: string) => string {
  return instances === 'services' ? serviceOf : podOf;
}

function logRelation(files: DatasetFiles, options: ReaderOptions): Relation {
  const table = csvSelect(files.root, files.log, {
    needed: { timestamp: 'DOUBLE', cmdb_id: 'VARCHAR', value: 'VARCHAR' },
    optional: { log_id: 'VARCHAR' },
    also: { value: ['message'] },
    times: { timestamp: 'ms' },
  });
  const time = `${sqlEpoch('"timestamp"')} AS time`;
  return {
    files: files.log,
    unit: 's',
    nameOf: namer(options),
    rows: `SELECT ${time}, false AS repaired, ${touch('cmdb_id', 'value', 'log_id')} AS used FROM (${table})`,
    records: `SELECT ${time}, "cmdb_id" AS instance, "value" AS message, "log_id" AS key, CAST(NULL AS VARCHAR) AS level FROM (${table})`,
  };
}

/**
 * A row per instance, KPI and minute; those of services have a column per KPI. Sidecars are instances by their pod: the KPI
 * keeps the direction, and the peers are averaged. A Java runtime is known by its service alone.
 */
function metricRelation(files: DatasetFiles, options: ReaderOptions): Relation {
  const parts = order.flatMap((group) => {
    const members = files.metric.filter((file) => groupOf(file) === group);
    return members.length > 0 ? [metricPart(files.root, members, group)] : [];
  });
  return {
    files: files.metric,
    unit: 's',
    nameOf: namer(options),
    rows: parts.map(({ rows }) => rows).join(' UNION ALL '),
    records: parts.map(({ records }) => records).join(' UNION ALL '),
  };
}

const serviceKpis = ['rr', 'sr', 'mrt', 'count'] as const;

function metricPart(root: string, members: readonly string[], group: Group) {
  const time = `${sqlEpoch('"timestamp"')} AS time`;
  if (group === 'service') {
    const table = csvSelect(root, members, {
      needed: { service: 'VARCHAR', timestamp: 'DOUBLE' },
      optional: Object.fromEntries(serviceKpis.map((kpi) => [kpi, 'DOUBLE'] as const)),
      times: { timestamp: 'ms' },
    });
    const names = serviceKpis.map((kpi) => `'service_${kpi}'`).join(', ');
    const values = serviceKpis.map((kpi) => `"${kpi}"`).join(', ');
    return {
      rows: `SELECT ${time}, false AS repaired, ${touch('service', ...serviceKpis)} AS used FROM (${table})`,
      records: `SELECT ${time}, regexp_replace("service", '-(grpc|http)$', '') AS entity, unnest([${names}]) AS kpi, unnest([${values}]) AS value FROM (${table})`,
    };
  }
  const table = csvSelect(root, members, {
    needed: { timestamp: 'DOUBLE', cmdb_id: 'VARCHAR', kpi_name: 'VARCHAR', value: 'DOUBLE' },
    times: { timestamp: 'ms' },
  });
  const entity = {
    container: '"cmdb_id"',
    node: '"cmdb_id"',
    // `cartservice-1.source.cartservice.redis-cart`
    istio: `split_part("cmdb_id", '.', 1)`,
    // `adservice.ts:8088`
    jvm: `regexp_extract("cmdb_id", '^[^.:]*')`,
  }[group];
  const kpi = group === 'istio' ? `concat("kpi_name", ' ', split_part("cmdb_id", '.', 2))` : '"kpi_name"';
  return {
    rows: `SELECT ${time}, false AS repaired, ${touch('cmdb_id', 'kpi_name', 'value')} AS used FROM (${table})`,
    records: `SELECT ${time}, ${entity} AS entity, ${kpi} AS kpi, "value" AS value FROM (${table})`,
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
      parent_span: 'VARCHAR',
    },
    optional: { operation_name: 'VARCHAR', status_code: 'VARCHAR' },
    also: { parent_span: ['parent_id'] },
    times: { timestamp: 'ms' },
  });
  const time = `${sqlEpoch('"timestamp"')} AS time`;
  const duration = `"duration" * ${options.duration_unit === 'ms' ? 1000 : 1} AS duration_us`;
  return {
    files: files.trace,
    unit: 'ms',
    nameOf: namer(options),
    rows: `SELECT ${time}, false AS repaired, ${touch('cmdb_id', 'span_id', 'trace_id', 'duration', 'operation_name', 'parent_span', 'status_code')} AS used FROM (${table})`,
    records: `SELECT ${time}, "trace_id" AS trace, "span_id" AS span, CASE WHEN "parent_span" = '' OR "parent_span" = "span_id" THEN NULL ELSE "parent_span" END AS parent, "cmdb_id" AS entity, "operation_name" AS operation, ${duration}, "status_code" AS status FROM (${table})`,
  };
}
