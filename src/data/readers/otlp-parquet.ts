/** Tables of the collector's ClickHouse exporter, as Parquet, in the shape of `otlp-json.ts`. */
import { resolve } from 'node:path';
import { dataCodes } from '../../diagnostics/codes/data.ts';
import { MedxError, report } from '../../diagnostics/diagnostic.ts';
import type { Modality } from '../../stages/contracts.ts';
import { sqlText } from '../database.ts';
import { timeSql } from '../tables/clock.ts';
import { globSafe, quoted } from '../tables/columns.ts';
import { readTableHeads, type TableHead } from '../tables/select.ts';
import { utc } from '../tables/zone.ts';
import { instanceSql, seriesSql, suffixSql } from './otlp-json.ts';

const needed: Readonly<Record<Modality, readonly string[]>> = {
  log: ['Timestamp', 'Body'],
  metric: ['TimeUnix', 'MetricName'],
  trace: ['Timestamp', 'TraceId', 'SpanId', 'ParentSpanId', 'SpanName', 'Duration'],
};

/** One select per set of columns. Throws `MedxError` naming every file that lacks one. */
export function parquetRecords(
  root: string,
  files: readonly string[],
  modality: Modality,
  keys: readonly string[] | undefined,
): string[] {
  const heads = readTableHeads(root, files, ({ file, names }) => {
    const wanted = [...needed[modality]];
    if (!names.includes('ServiceName')) wanted.push('ResourceAttributes');
    if (modality === 'metric' && !names.includes('Value')) wanted.push('Count', 'Sum');
    const missing = wanted.filter((name) => !names.includes(name));
    return missing.length > 0
      ? [report(dataCodes, 'MED3004', { missing, found: names }, { place: file })]
      : [];
  });
  const groups = new Map<string, TableHead[]>();
  for (const head of heads) {
    const key = JSON.stringify(head.columns);
    groups.set(key, [...(groups.get(key) ?? []), head]);
  }
  return [...groups.values()].map((members) => selectGroup(root, members, modality, keys));
}

function selectGroup(
  root: string,
  members: readonly TableHead[],
  modality: Modality,
  keys: readonly string[] | undefined,
): string {
  const columns = members[0]?.columns ?? [];
  const has = (name: string) => columns.some((column) => column.name === name);
  const attribute = (key: string) =>
    has('ResourceAttributes') ? `map_extract("ResourceAttributes", ${sqlText(key)})[1]` : 'NULL';
  const service = has('ServiceName') ? `nullif("ServiceName", '')` : 'NULL';
  const paths = members.map(({ file }) => sqlText(globSafe(resolve(root, file))));
  const from = `(SELECT *, coalesce(${service}, ${attribute('service.name')}) AS service, ${attribute('k8s.pod.name')} AS pod, ${attribute('host.name')} AS host FROM read_parquet([${paths.join(', ')}], filename = true, binary_as_string = true))`;
  const time = (name: string) => {
    const column = columns.find((one) => one.name === name);
    if (column?.kind === 'timestamp') return `epoch_us(${quoted(name)}) / 1e3`;
    if (column?.kind === 'other')
      throw new MedxError(
        members.map(({ file }) =>
          report(
            dataCodes,
            'MED3020',
            { unfit: [`${name} is ${column.type}, expected a timestamp`] },
            { place: file },
          ),
        ),
      );
    return timeSql(`CAST(${quoted(name)} AS VARCHAR)`, { unit: 'auto', zone: utc });
  };
  const text = (name: string) => (has(name) ? `CAST(${quoted(name)} AS VARCHAR)` : 'NULL');
  const why = (timed: string) => `CASE WHEN ${timed} IS NULL THEN 'no time' END AS why`;
  if (modality === 'log')
    return `SELECT filename, ${why(time('Timestamp'))}, ${time('Timestamp')} AS time, false AS repaired, ${instanceSql} AS instance, CAST("Body" AS VARCHAR) AS message, ${text('SeverityText')} AS level FROM ${from}`;
  if (modality === 'trace')
    return `SELECT filename, ${why(time('Timestamp'))}, ${time('Timestamp')} AS time, "TraceId" AS trace, "SpanId" AS span, "ParentSpanId" AS parent, ${seriesSql} AS entity, "SpanName" AS operation, TRY_CAST("Duration" AS DOUBLE) / 1e3 AS duration_us, ${text('StatusCode')} AS status FROM ${from}`;
  const entries =
    keys === undefined
      ? 'map_entries("Attributes")'
      : `list_filter(map_entries("Attributes"), lambda a: a."key" IN (${keys.map(sqlText).join(', ')}))`;
  const suffix = has('Attributes')
    ? suffixSql(`list_transform(${entries}, lambda a: concat(a."key", '=', a."value"))`)
    : `''`;
  const number = (name: string) =>
    has(name) ? `TRY_CAST(${quoted(name)} AS DOUBLE)` : 'CAST(NULL AS DOUBLE)';
  const histogram = !has('Value');
  const [count, sum] = histogram
    ? [number('Count'), number('Sum')]
    : ['CAST(NULL AS DOUBLE)', 'CAST(NULL AS DOUBLE)'];
  return `SELECT filename, ${why(time('TimeUnix'))}, ${time('TimeUnix')} AS time, ${seriesSql} AS entity, "MetricName" || ${suffix} AS name, ${number('Value')} AS value, ${count} AS count, ${sum} AS sum FROM ${from}`;
}
