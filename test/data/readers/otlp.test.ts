/** `otlp(…)`: the same records as from the files they were made of; every record read or refused; names and shapes. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import { openDatabase } from '../../../src/data/database.ts';
import { otlp } from '../../../src/data/readers/otlp.ts';
import type { MedxError } from '../../../src/diagnostics/diagnostic.ts';
import type { Modality } from '../../../src/stages/contracts.ts';
import type { JsonObject } from '../../../src/stages/stage.ts';
import { rawFiles, t0, writeRaw } from '../../support/microservo.ts';
import { writeOtlpJson, writeOtlpParquet } from '../../support/otlp.ts';
import { type ReadRecords, readRecords } from '../../support/read-records.ts';
import { tempFolder } from '../../support/temp.ts';

const root = tempFolder('otlp-d3');
let plain: ReadRecords;

beforeAll(async () => {
  writeRaw(root, rawFiles());
  plain = await readRecords(root, 'microservo("d3")');
});

test('OTLP JSON lines and the tables of ClickHouse give the records of the files they were made of', async () => {
  const raw = join(root, 'd3');
  const to = tempFolder('otlp');
  await writeOtlpJson(raw, join(to, 'json'), 5);
  await writeOtlpJson(raw, join(to, 'packed'), 1000, true);
  await writeOtlpParquet(raw, join(to, 'clickhouse'));
  for (const folder of ['json', 'packed', 'clickhouse']) {
    const found = await readRecords(to, `otlp("${folder}")`);
    expect([folder, found.records]).toEqual([folder, plain.records]);
    expect(found.counts).toEqual(plain.counts);
    expect(found.cases).toEqual(plain.cases);
    expect(found.notices.filter((notice) => !/MED3114|MED3110/.test(notice))).toEqual([]);
  }
});

async function recordsOf(lines: readonly string[], modality: Modality, options: JsonObject = {}) {
  const folder = tempFolder('otlp-lines');
  writeFileSync(join(folder, 'all.jsonl'), `${lines.join('\n')}\n`);
  const relation = otlp.relation(otlp.find(folder, options), modality, options);
  const db = await openDatabase({ folder: tempFolder('otlp-db'), threads: 1 });
  try {
    return {
      rows: (
        await db.rows(`SELECT time, repaired, used.why AS why FROM (${relation.rows}) ORDER BY ALL`)
      ).map((row) => (row.time === null ? String(row.why) : row.repaired ? 'repaired' : 'read')),
      records: (await db.rows(`SELECT * FROM (${relation.records}) ORDER BY ALL`)).map((row) => ({
        ...row,
        ...('entity' in row ? { entity: relation.nameOf(String(row.entity)) } : {}),
      })),
    };
  } finally {
    db.close();
  }
}

const ns = `${t0}000000500`;
const attribute = (key: string, stringValue: string) => ({ key, value: { stringValue } });

test('metrics: kinds of data, attributes as parts of names, services by their attributes', async () => {
  const point = (more: object) => ({ timeUnixNano: ns, ...more });
  const line = (attributes: readonly object[], metrics: readonly object[]) =>
    JSON.stringify({ resourceMetrics: [{ resource: { attributes }, scopeMetrics: [{ metrics }] }] });
  const cpu = { attributes: [attribute('state', 'idle'), attribute('cpu', '0')] };
  const lines = [
    line(
      [attribute('service.name', 'shop.cart')],
      [
        { name: 'cpu', gauge: { dataPoints: [point({ asDouble: 1.5, ...cpu }), point({ asInt: '7' })] } },
        { name: 'total', sum: { isMonotonic: true, dataPoints: [point({ asInt: 9 })] } },
        {
          name: 'latency',
          histogram: { dataPoints: [point({ count: '4', sum: 2.5, bucketCounts: ['4'] })] },
        },
      ],
    ),
    line(
      [attribute('k8s.pod.name', 'cart-7d9c4b5f6-x2x9z')],
      [{ name: 'q', summary: { dataPoints: [point({ count: 2, sum: 3 })] } }],
    ),
    line([attribute('host.name', 'node-1')], [{ name: 'up', gauge: { dataPoints: [{ asInt: 1 }] } }]),
  ];
  const { rows, records } = await recordsOf(lines, 'metric');
  expect(rows).toEqual(['read', 'read', 'read', 'read', 'read', 'a data point without a time']);
  expect(records.map((row) => Object.values(row).slice(1))).toEqual([
    ['cart', 'q.count', 2],
    ['cart', 'q.sum', 3],
    ['shop.cart', 'cpu', 7],
    ['shop.cart', 'cpu{cpu=0,state=idle}', 1.5],
    ['shop.cart', 'latency.count', 4],
    ['shop.cart', 'latency.sum', 2.5],
    ['shop.cart', 'total', 9],
  ]);
  const chosen = await recordsOf(lines, 'metric', { kpi_attributes: ['state'] });
  expect(chosen.records.map((row) => ('kpi' in row ? row.kpi : ''))).toContain('cpu{state=idle}');
});

test('levels of lines, status of spans, and the pods that both are of', async () => {
  const resource = {
    attributes: [
      { key: 'service.name', value: { stringValue: 'cart' } },
      { key: 'k8s.pod.name', value: { stringValue: 'cart-7' } },
    ],
  };
  const nano = (ms: number) => `${t0 * 1000 + ms}000000`;
  const logRecords = [
    { timeUnixNano: nano(1), severityText: 'ERROR', body: { stringValue: 'out of stock' } },
    { timeUnixNano: nano(2), body: { stringValue: 'sold' } },
  ];
  const logs = JSON.stringify({ resourceLogs: [{ resource, scopeLogs: [{ logRecords }] }] });
  const fieldOf = (name: string) => (record: object) =>
    Object.entries(record).find(([key]) => key === name)?.[1];
  expect((await recordsOf([logs], 'log')).records.map(fieldOf('level'))).toEqual(['ERROR', null]);
  const span = (at: number, status?: unknown) => ({
    ...{ traceId: 'a', spanId: String(at), name: 'GET', status },
    ...{ startTimeUnixNano: nano(at), endTimeUnixNano: nano(at + 5) },
  });
  const codes = [{ code: 2 }, { code: 'STATUS_CODE_ERROR' }, { code: 1 }, {}, undefined];
  const spans = codes.map((status, i) => span(i + 1, status));
  const traces = JSON.stringify({ resourceSpans: [{ resource, scopeSpans: [{ spans }] }] });
  const { records } = await recordsOf([traces], 'trace');
  expect(records.map(fieldOf('status'))).toEqual(['ERROR', 'STATUS_CODE_ERROR', 'OK', null, null]);
  expect(new Set(records.map(({ entity }) => entity))).toEqual(new Set(['cart']));
});

test('what is no request is refused, at whatever level; a request of another signal is none', async () => {
  const scope = (logRecords: unknown) => ({ resourceLogs: [{ scopeLogs: [{ logRecords }] }] });
  const lines = [
    JSON.stringify(scope([{ timeUnixNano: ns, body: { stringValue: 'a' } }])),
    JSON.stringify(
      scope([{ timeUnixNano: '0', observedTimeUnixNano: ns, body: { intValue: '7' } }, null, 5]),
    ),
    JSON.stringify({
      scopeLogs: [{ logRecords: [{ timeUnixNano: Number(ns), body: { kvlistValue: {} } }] }],
    }),
    JSON.stringify({ resourceMetrics: [] }),
    JSON.stringify({ resourceLogs: [] }),
    JSON.stringify({ resourceLogs: {} }),
    JSON.stringify({ resourceLogs: [7, {}] }),
    JSON.stringify(scope('none')),
    JSON.stringify({ message: 'a log of another kind' }),
    'no JSON',
  ];
  const { rows, records } = await recordsOf(lines, 'log');
  const refused = rows.filter((row) => row !== 'read' && row !== 'repaired').sort();
  expect(rows.filter((row) => row === 'read')).toHaveLength(2);
  expect(rows.filter((row) => row === 'repaired')).toHaveLength(1);
  expect(refused).toEqual([
    'a log record without a time',
    'a log record without a time',
    'no OTLP JSON: without `logRecords`',
    'no OTLP JSON: without `resourceLogs`',
    'no OTLP JSON: without `resourceLogs`',
    'no OTLP JSON: without `resourceLogs`',
    'no OTLP JSON: without `scopeLogs`',
    'no OTLP JSON: without `scopeLogs`',
  ]);
  expect(records.map((row) => ('message' in row ? row.message : '')).sort()).toEqual([
    'a',
    '{"intValue":"7"}',
    '{"kvlistValue":{}}',
  ]);
});

test('labels of a named zone; where they miss the telemetry by hours, the error names the setting', async () => {
  const folder = tempFolder('otlp-zone');
  const times = [t0, t0 + 3600];
  const record = (s: number) => ({ timeUnixNano: `${s}000000000`, body: { stringValue: 'a' } });
  const logRecords = times.flatMap((s) => [record(s - 60), record(s + 60)]);
  const resource = { attributes: [attribute('service.name', 's')] };
  mkdirSync(join(folder, 'd'));
  writeFileSync(
    join(folder, 'd/logs.jsonl'),
    `${JSON.stringify({ resourceLogs: [{ resource, scopeLogs: [{ logRecords }] }] })}\n`,
  );
  const label = (s: number) => new Date((s + 8 * 3600) * 1000).toISOString().slice(0, 19);
  const faults = times.map((s, i) => ({ time: label(s), service: 's', type: i ? 'cpu' : 'memory' }));
  writeFileSync(join(folder, 'd/labels.json'), JSON.stringify(faults));
  const read = (zone: string) => readRecords(folder, `otlp("d", time_zone: "${zone}")`, undefined, ['log']);
  expect((await read('Asia/Shanghai')).cases.map(({ injected }) => injected / 1000)).toEqual(times);
  await expect(read('UTC')).rejects.toThrow('MED3006');
  await read('UTC').catch((error: MedxError) => {
    expect(error.diagnostics[0]?.fix).toMatch(/8.0 h after the telemetry.*; set `time_zone: "\+08:00"`$/);
  });
  await expect(read('Beijing')).rejects.toThrow('MED3040: `time_zone` is "Beijing", which is no time zone');
});
