/** Writes a dataset in D3's raw form as OpenTelemetry data, for tests: OTLP JSON lines, or the ClickHouse exporter's tables. */
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { type Cell, type Database, openDatabase, sqlText } from '../../src/data/database.ts';
import { microservo } from '../../src/data/readers/microservo.ts';
import { podService } from '../../src/data/readers/pod.ts';
import { globSafe } from '../../src/data/tables/columns.ts';

type Row = Readonly<Record<string, Cell>>;

async function readRaw(from: string) {
  const files = microservo.find(from, {});
  const db = await openDatabase({ folder: `${from}.work`, threads: 1 });
  const read = (list: readonly string[]) =>
    db.rows(
      `SELECT * FROM read_csv([${list.map((file) => sqlText(globSafe(join(from, file)))).join(', ')}], all_varchar = true, header = true, union_by_name = true, delim = ',', quote = '"', escape = '"')`,
    );
  const raw = {
    log: await read(files.log),
    metric: await read(files.metric),
    trace: await read(files.trace),
  };
  const labels = await microservo.labels(files, {});
  return { db, raw, labels: labels.rows };
}

const nanos = (value: Cell | undefined, perUnit: number) =>
  String(BigInt(Math.round(Number(value) * (perUnit / 1e3))) * 1000n);
const text = (value: Cell | undefined) => String(value ?? '');
const pod = (row: Row) => text(row.cmdb_id).replace(/^.*\./, '');
const attribute = (key: string, value: string) => ({ key, value: { stringValue: value } });
const resource = (name: string) => ({
  attributes: [attribute('service.name', podService(name)), attribute('k8s.pod.name', name)],
});

function writeLabels(to: string, labels: Awaited<ReturnType<typeof readRaw>>['labels']): void {
  const rows = labels.map(({ time, service, type, instance }) => ({
    time: new Date(time).toISOString(),
    service,
    type,
    instance,
  }));
  writeFileSync(join(to, 'labels.json'), JSON.stringify(rows));
}

/** `perLine` records per request; with `gz` the files are packed. */
export async function writeOtlpJson(from: string, to: string, perLine = 50, gz = false): Promise<string> {
  const { db, raw, labels } = await readRaw(from);
  db.close();
  mkdirSync(to, { recursive: true });
  writeLabels(to, labels);
  const write = (
    name: string,
    rows: readonly Row[],
    request: (groups: readonly (readonly [string, readonly Row[]])[]) => unknown,
  ) => {
    const lines: string[] = [];
    for (let at = 0; at < rows.length; at += perLine) {
      const groups = new Map<string, Row[]>();
      for (const row of rows.slice(at, at + perLine))
        groups.set(pod(row), [...(groups.get(pod(row)) ?? []), row]);
      lines.push(JSON.stringify(request([...groups])));
    }
    const bytes = `${lines.join('\n')}\n`;
    writeFileSync(join(to, gz ? `${name}.jsonl.gz` : `${name}.jsonl`), gz ? gzipSync(bytes) : bytes);
  };
  write('logs', raw.log, (groups) => ({
    resourceLogs: groups.map(([name, rows]) => ({
      resource: resource(name),
      scopeLogs: [
        {
          scope: {},
          logRecords: rows.map((row) => ({
            timeUnixNano: nanos(row.timestamp, 1e9),
            body: { stringValue: text(row.message ?? row.value) },
          })),
        },
      ],
    })),
  }));
  write('metrics', raw.metric, (groups) => ({
    resourceMetrics: groups.map(([name, rows]) => ({
      resource: resource(name),
      scopeMetrics: [
        {
          metrics: rows.map((row, i) => {
            const value = Number(row.value);
            const point = {
              timeUnixNano: nanos(row.timestamp, 1e9),
              ...(Number.isInteger(value) ? { asInt: String(value) } : { asDouble: value }),
            };
            const data = { dataPoints: [point] };
            return { name: text(row.kpi_name), ...(i % 2 === 0 ? { gauge: data } : { sum: data }) };
          }),
        },
      ],
    })),
  }));
  write('traces', raw.trace, (groups) => ({
    resourceSpans: groups.map(([name, rows]) => ({
      resource: resource(name),
      scopeSpans: [
        {
          spans: rows.map((row) => {
            const start = nanos(row.timestamp, 1e3);
            return {
              traceId: text(row.trace_id),
              spanId: text(row.span_id),
              parentSpanId: text(row.parent_span),
              name: text(row.operation_name),
              startTimeUnixNano: start,
              endTimeUnixNano: String(BigInt(start) + BigInt(Math.round(Number(row.duration) * 1000))),
            };
          }),
        },
      ],
    })),
  }));
  return to;
}

export async function writeOtlpParquet(from: string, to: string): Promise<string> {
  const { db, raw, labels } = await readRaw(from);
  try {
    mkdirSync(to, { recursive: true });
    writeLabels(to, labels);
    const attributes = `MAP {'k8s.pod.name': pod, 'service.name': service} AS "ResourceAttributes", service AS "ServiceName"`;
    const common = (row: Row) => [pod(row), podService(pod(row))];
    const log = ['t', 'pod', 'service', 'body'];
    await writeTable(
      db,
      join(to, 'otel_logs.parquet'),
      log,
      raw.log.map((row) => [nanos(row.timestamp, 1e9), ...common(row), text(row.message ?? row.value)]),
      `SELECT make_timestamp_ns(CAST(t AS BIGINT)) AS "Timestamp", ${attributes}, body AS "Body"`,
    );
    const metric = ['t', 'pod', 'service', 'name', 'value'];
    const points = raw.metric.map((row) => [
      nanos(row.timestamp, 1e9),
      ...common(row),
      text(row.kpi_name),
      text(row.value),
    ]);
    for (const [k, kind] of ['gauge', 'sum'].entries())
      await writeTable(
        db,
        join(to, `otel_metrics_${kind}.parquet`),
        metric,
        points.filter((_, i) => i % 2 === k),
        `SELECT make_timestamp_ns(CAST(t AS BIGINT)) AS "TimeUnix", ${attributes}, name AS "MetricName", CAST(MAP {} AS MAP(VARCHAR, VARCHAR)) AS "Attributes", CAST(value AS DOUBLE) AS "Value"`,
      );
    await writeTable(
      db,
      join(to, 'otel_traces.parquet'),
      ['t', 'pod', 'service', 'trace', 'span', 'parent', 'name', 'duration'],
      raw.trace.map((row) => [
        nanos(row.timestamp, 1e3),
        ...common(row),
        text(row.trace_id),
        text(row.span_id),
        text(row.parent_span),
        text(row.operation_name),
        String(Math.round(Number(row.duration) * 1000)),
      ]),
      `SELECT make_timestamp_ns(CAST(t AS BIGINT)) AS "Timestamp", trace AS "TraceId", span AS "SpanId", parent AS "ParentSpanId", name AS "SpanName", ${attributes}, CAST(duration AS UBIGINT) AS "Duration"`,
    );
  } finally {
    db.close();
  }
  return to;
}

async function writeTable(
  db: Database,
  path: string,
  columns: readonly string[],
  rows: readonly (readonly string[])[],
  select: string,
): Promise<void> {
  const source = `${path}.rows`;
  writeFileSync(
    source,
    rows
      .map((row) => `${JSON.stringify(Object.fromEntries(columns.map((name, i) => [name, row[i]])))}\n`)
      .join(''),
  );
  const types = columns.map((name) => `${name}: 'VARCHAR'`).join(', ');
  await db.run(
    `COPY (${select} FROM read_json(${sqlText(source)}, columns = {${types}}, format = 'newline_delimited')) TO ${sqlText(path)} (FORMAT parquet)`,
  );
  rmSync(source);
}
