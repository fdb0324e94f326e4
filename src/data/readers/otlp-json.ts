/**
 * OTLP JSON lines as SQL: requests are taken apart level by level, resources, scopes, records. What has not the shape of a
 * request is one refused row, at whatever level; a request of another signal is none.
 */
import type { Modality } from '../../stages/contracts.ts';
import { sqlText } from '../database.ts';
import { timeSql } from '../tables/clock.ts';
import { scanJson } from '../tables/json-lines.ts';
import { instanceMark, podMark } from './pod.ts';

const value = 'STRUCT(stringValue VARCHAR, intValue VARCHAR, doubleValue VARCHAR, boolValue VARCHAR)';
const attributes = `STRUCT("key" VARCHAR, "value" ${value})[]`;
const points = `STRUCT(dataPoints STRUCT(attributes ${attributes}, timeUnixNano VARCHAR, asDouble VARCHAR, asInt VARCHAR, count VARCHAR, sum VARCHAR)[])`;

interface Signal {
  /** Keys of the lists from the outside in. */
  readonly resources: string;
  readonly scopes: string;
  readonly records: string;
  /** Type of one record. */
  readonly type: string;
}

const signals: Readonly<Record<Modality, Signal>> = {
  log: {
    resources: 'resourceLogs',
    scopes: 'scopeLogs',
    records: 'logRecords',
    type: 'STRUCT(timeUnixNano VARCHAR, observedTimeUnixNano VARCHAR, severityText VARCHAR, body JSON)',
  },
  metric: {
    resources: 'resourceMetrics',
    scopes: 'scopeMetrics',
    records: 'metrics',
    type: `STRUCT("name" VARCHAR, gauge ${points}, "sum" ${points}, histogram ${points}, exponentialHistogram ${points}, summary ${points})`,
  },
  trace: {
    resources: 'resourceSpans',
    scopes: 'scopeSpans',
    records: 'spans',
    type: 'STRUCT(traceId VARCHAR, spanId VARCHAR, parentSpanId VARCHAR, "name" VARCHAR, startTimeUnixNano VARCHAR, endTimeUnixNano VARCHAR, status STRUCT(code VARCHAR))',
  },
};

const attribute = (list: string, key: string) =>
  `list_filter(${list}, lambda a: a."key" = ${sqlText(key)})[1]."value".stringValue`;

/** `SELECT filename, why, service, pod, host, x` (one record of the signal) over all files. */
function unpackRequests(root: string, files: readonly string[], modality: Modality): string {
  const { resources, scopes, records, type } = signals[modality];
  const resource = `STRUCT(resource STRUCT(attributes ${attributes}), ${scopes} STRUCT(${records} ${type}[])[])`;
  const others = Object.values(signals).flatMap((one) =>
    one.resources === resources ? [] : [one.resources],
  );
  const scan = scanJson(root, files, others, {
    [resources]: `${resource}[]`,
    resource: `STRUCT(attributes ${attributes})`,
    [scopes]: `STRUCT(${records} ${type}[])[]`,
  });
  const none = (what: string) => `'no OTLP JSON: without \`${what}\`'`;
  // A line may be a request, or one resource of it.
  const lines = `SELECT filename, CASE WHEN ${scopes} IS NOT NULL THEN [{'resource': resource, '${scopes}': ${scopes}}] ELSE ${resources} END AS list, ${others.map((key) => `${key} IS NOT NULL`).join(' OR ')} AS other FROM ${scan}`;
  const requests = `SELECT filename, list, CASE WHEN list IS NULL AND NOT other THEN ${none(resources)} END AS why FROM (${lines})`;
  const level = (list: string) => `unnest(CASE WHEN why IS NULL THEN ${list} ELSE [NULL] END)`;
  const perResource = `SELECT filename, why, ${level('list')} AS r FROM (${requests})`;
  const checkedResource = `SELECT filename, r, coalesce(why, CASE WHEN r.${scopes} IS NULL THEN ${none(scopes)} END) AS why FROM (${perResource})`;
  const named = (key: string) => attribute('r.resource.attributes', key);
  const perScope = `SELECT filename, why, ${named('service.name')} AS service, ${named('k8s.pod.name')} AS pod, ${named('host.name')} AS host, ${level(`r.${scopes}`)} AS s FROM (${checkedResource})`;
  const checkedScope = `SELECT * EXCLUDE (why), coalesce(why, CASE WHEN s.${records} IS NULL THEN ${none(records)} END) AS why FROM (${perScope})`;
  return `SELECT * EXCLUDE (s), ${level(`s.${records}`)} AS x FROM (${checkedScope})`;
}

const nanos = (text: string) => timeSql(`nullif(${text}, '0')`, { unit: 'ns' });

/** Service or pod of a resource as one text: pods are told apart by their first sign (see `otlpName`). */
export const entitySql = `coalesce(nullif(service, ''), '${podMark}' || nullif(pod, ''), nullif(host, ''))`;
/** Entity of a data point or span: the service, and which of its instances, so that equal values of two pods stay two. */
export const seriesSql = `coalesce(nullif(service, '') || '${instanceMark}' || coalesce(pod, host, ''), ${entitySql})`;
export const instanceSql = `coalesce(nullif(pod, ''), nullif(host, ''), nullif(service, ''))`;

/** One row per log record: filename, why, time, repaired, instance, message, level. */
export function jsonLogs(root: string, files: readonly string[]): string {
  const text = `coalesce(json_extract_string(x.body, '$.stringValue'), CAST(x.body AS VARCHAR))`;
  const time = nanos('x.timeUnixNano');
  return finish(
    `SELECT filename, why, coalesce(${time}, ${nanos('x.observedTimeUnixNano')}) AS time, ${time} IS NULL AS repaired, ${instanceSql} AS instance, ${text} AS message, x.severityText AS level FROM (${unpackRequests(root, files, 'log')})`,
    'a log record without a time',
  );
}

/** Numbers of OTLP's own; 1 would be a failure in gRPC's. */
export function statusSql(code: string): string {
  return `CASE ${code} WHEN '0' THEN 'UNSET' WHEN '1' THEN 'OK' WHEN '2' THEN 'ERROR' ELSE ${code} END`;
}

/** One row per span: filename, why, time, trace, span, parent, entity, operation, duration_us, status. */
export function jsonSpans(root: string, files: readonly string[]): string {
  const [start, end] = ['x.startTimeUnixNano', 'x.endTimeUnixNano'];
  const duration = `coalesce((TRY_CAST(${end} AS BIGINT) - TRY_CAST(${start} AS BIGINT)) / 1e3, NULL)`;
  return finish(
    `SELECT filename, why, CASE WHEN ${duration} IS NOT NULL THEN ${nanos(start)} END AS time, x.traceId AS trace, x.spanId AS span, x.parentSpanId AS parent, ${seriesSql} AS entity, x."name" AS operation, ${duration} AS duration_us, ${statusSql('x.status.code')} AS status FROM (${unpackRequests(root, files, 'trace')})`,
    'a span without a start or an end',
  );
}

/** One row per data point: filename, why, time, entity, name, value, count, sum (the last two of histograms and summaries). */
export function jsonPoints(
  root: string,
  files: readonly string[],
  keys: readonly string[] | undefined,
): string {
  const kinds = ['gauge', '"sum"', 'histogram', 'exponentialHistogram', 'summary'];
  const list = `coalesce(${kinds.map((kind) => `x.${kind}.dataPoints`).join(', ')})`;
  const perMetric = `SELECT * EXCLUDE (why), coalesce(why, CASE WHEN ${list} IS NULL THEN 'a metric without data points' END) AS why FROM (${unpackRequests(root, files, 'metric')})`;
  const perPoint = `SELECT * EXCLUDE (x), x."name" AS metric, unnest(CASE WHEN why IS NULL THEN ${list} ELSE [NULL] END) AS p FROM (${perMetric})`;
  const shown = `concat(a."key", '=', coalesce(a."value".stringValue, a."value".intValue, a."value".doubleValue, a."value".boolValue))`;
  const chosen =
    keys === undefined
      ? 'p.attributes'
      : `list_filter(p.attributes, lambda a: a."key" IN (${keys.map(sqlText).join(', ')}))`;
  const suffix = suffixSql(`list_transform(${chosen}, lambda a: ${shown})`);
  const number = (text: string) => `TRY_CAST(${text} AS DOUBLE)`;
  return finish(
    `SELECT filename, why, ${nanos('p.timeUnixNano')} AS time, ${seriesSql} AS entity, metric || ${suffix} AS name, ${number('coalesce(p.asDouble, p.asInt)')} AS value, ${number('p.count')} AS count, ${number('p.sum')} AS sum FROM (${perPoint})`,
    'a data point without a time',
  );
}

/** `{code=200,state=idle}` of a list of texts; empty without any. */
export function suffixSql(list: string): string {
  return `CASE WHEN len(${list}) > 0 THEN concat('{', array_to_string(list_sort(${list}), ','), '}') ELSE '' END`;
}

function finish(select: string, timeless: string): string {
  return `SELECT * EXCLUDE (why), coalesce(why, CASE WHEN time IS NULL THEN ${sqlText(timeless)} END) AS why FROM (${select})`;
}
