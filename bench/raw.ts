/**
 * Raw files in the exact shape of D3 (MicroServo), made by DuckDB at a million rows a second: three days, 119 injections of
 * which each is a case of 20 minutes, log, metric and trace records in D3's proportions. What the records say is not
 * simulated (`medx data simulate` does that); ids, lengths of texts, series, trace trees and time steps are as in D3.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { openDatabase, sqlText } from '../src/data/database.ts';
import type { Modality } from '../src/stages/contracts.ts';

export type RawFormat = 'csv' | 'parquet';

/** Records of D3 (paper, table 2): the shares of any other size. */
export const d3 = { log: 18_665_646, metric: 50_284_800, trace: 30_709_790 } as const;
const total = d3.log + d3.metric + d3.trace;

export const start = Date.UTC(2024, 2, 22);
export const days = 3;
export const minutes = days * 24 * 60;
export const cases = 119;
/** Between one injection and the next. */
const every = Math.floor((minutes - 20) / cases);

export function shareOf(modality: Modality, records: number): number {
  return Math.round((records * d3[modality]) / total);
}

/** Minutes after `start`. */
export function injections(): number[] {
  return Array.from({ length: cases }, (_, c) => 15 + c * every);
}

/** Writes one modality of about `records` rows, a file per day; answers the rows and the files relative to `folder`. */
export async function writeRecords(
  folder: string,
  modality: Modality,
  records: number,
  format: RawFormat,
): Promise<{ readonly rows: number; readonly files: readonly string[] }> {
  const perDay = Math.max(1, Math.round(records / days));
  const db = await openDatabase({ folder: join(folder, '.work'), threads: 2, memoryMb: 400 });
  const files: string[] = [];
  try {
    for (let day = 0; day < days; day++) {
      const date = new Date(start + day * 86_400_000).toISOString().slice(0, 10);
      const file = `${date}/${names[modality]}.${format}`;
      const path = join(folder, file);
      mkdirSync(dirname(path), { recursive: true });
      const rows = queries[modality](perDay, day);
      const options =
        format === 'parquet'
          ? 'FORMAT parquet'
          : `FORMAT csv, HEADER false, PREFIX ${sqlText(`${headers[modality]}\n`)}, SUFFIX ${sqlText('\n')}`;
      await db.run(`COPY (${rows}) TO ${sqlText(path)} (${options})`);
      files.push(file);
    }
  } finally {
    db.close();
  }
  return { rows: perDay * days, files };
}

/** The labels in the platform's form. Types take turns, so that every class has its share of every day. */
export function writeLabels(folder: string): void {
  const types = ['cpu anomaly', 'memory overload', 'network delay', 'http/grpc requestdelay', 'pod anomaly'];
  const times = injections();
  mkdirSync(join(folder, 'groundtruth'), { recursive: true });
  writeFileSync(
    join(folder, 'groundtruth', 'groundtruth.json'),
    JSON.stringify({
      timestamp: times.map((minute) => start / 1000 + minute * 60),
      service: times.map((_, c) => services[c % services.length]),
      cmdb_id: times.map((_, c) => `${services[c % services.length]}-${c % 3}`),
      failure_type: times.map((_, c) => types[c % types.length]),
      duration: times.map(() => 300),
    }),
  );
}

const services = [
  'cartservice',
  'checkoutservice',
  'currencyservice',
  'emailservice',
  'frontend',
  'paymentservice',
  'productcatalogservice',
  'recommendationservice',
  'shippingservice',
];
const list = `[${services.map((name) => sqlText(name)).join(', ')}]`;

const names = { log: 'log', metric: 'kpi_container_all', trace: 'trace' } as const;

const headers = {
  log: ',log_id,timestamp,date,cmdb_id,message',
  metric: 'timestamp,cmdb_id,kpi_name,value',
  trace: ',timestamp,cmdb_id,span_id,trace_id,duration,type,status_code,operation_name,parent_span',
} as const;

/** What the pods of Online Boutique write, with as many places that vary. `{}` is one of them. */
const messages = [
  'severity:info,message:conversion request successful',
  'severity:info,message:Getting supported currencies...',
  'severity:info,message:received conversion request from session {}',
  'GetCartAsync called with userId={}-{}-{}',
  'AddItemAsync called with userId={}-{}, productId={}, quantity={}',
  'severity:info,http.req.method:GET,http.req.path:/product/{},http.req.id:{}-{},session:{},message:request started',
  'severity:debug,http.req.id:{}-{},http.resp.bytes:{},http.resp.status:200,http.resp.took_ms:{},session:{},message:request complete',
  'severity:info,message:[PlaceOrder] user_id={} user_currency=USD order {}',
  'severity:info,message:payment went through (transaction_id: {}-{}-{})',
  'severity:info,message:order confirmation email sent to {}@example.com',
  'PaymentService#Charge invoked with request from {} for {} units',
  'Transaction processed: visa ending {} Amount: USD{}.{}',
  'severity:info,message:[ListRecommendations] product_ids={} of {}',
  'severity:info,message:[GetQuote] completed request for {} items in {} ms',
  'severity:warning,message:failed to reach redis-cart:6379, retry {} of 5 after {} ms',
];

/** SQL of a message for row `i`: a text with numbers that follow from the row. */
function messageSql(): string {
  const texts = messages.map((text, k) => {
    let place = 0;
    const parts = text.split('{}').map((part) => sqlText(part));
    const joined = parts.reduce(
      (sql, part) => `${sql} || CAST(hash(i * 16 + ${place++}) % 99991 AS VARCHAR) || ${part}`,
    );
    return `WHEN ${k} THEN ${joined}`;
  });
  return `CASE hash(i) % ${messages.length} ${texts.join(' ')} END`;
}

const dayStart = (day: number) => start / 1000 + day * 86_400;

const queries: Readonly<Record<Modality, (rows: number, day: number) => string>> = {
  log: (rows, day) => `
    SELECT i AS idx, format('{:016x}Qb3c', hash(i + ${day})) AS log_id, round(${dayStart(day)} + i * 86400.0 / ${rows}, 3) AS timestamp,
      strftime(to_timestamp(round(${dayStart(day)} + i * 86400.0 / ${rows}, 3)) AT TIME ZONE 'UTC', '%Y-%m-%dT%H:%M:%S.%gZ') AS date,
      ${list}[1 + i % 9] || '-' || (i // 9 % 3) AS cmdb_id, ${messageSql()} AS message
    FROM range(${rows}) t(i)`,
  // 27 pods, as many KPIs as the day has records, one sample of each a minute.
  metric: (rows, day) => {
    const series = Math.max(27, Math.round(rows / 1440 / 27) * 27);
    const minute = `i // ${series} * 1440 // ${Math.ceil(rows / series)} * 60`;
    return `
    SELECT ${dayStart(day)} + ${minute} AS timestamp, 'observe.' || ${list}[1 + i % 9] || '-' || (i // 9 % 3) AS cmdb_id,
      'container_kpi_' || lpad(CAST(i % ${series} // 27 AS VARCHAR), 3, '0') || '_seconds_total' AS kpi_name,
      round(i % 27 * 1000 + (i // ${series}) * (1 + i % 27 / 7.0) + (hash(i) % 1000) / 125.0, 3) AS value
    FROM range(${rows}) t(i)`;
  },
  // Traces of 12 spans, three deep, written when they end.
  trace: (rows, day) => `
    SELECT i AS idx, CAST(${dayStart(day)}e6 + i // 12 * 12 * 86400e6 / ${rows} + i % 12 * 150 AS BIGINT) AS timestamp,
      ${list}[1 + (i // 12 + i % 12) % 9] AS cmdb_id, format('{:016x}', hash(i + ${day} * 1000000007)) AS span_id,
      format('{:016x}{:016x}', hash(i // 12 + ${day} * 1000000007), hash(i // 12 + 7)) AS trace_id,
      hash(i) % 30011 + CASE WHEN hash(i) % 331 = 0 THEN 400000 ELSE 0 END AS duration,
      CASE WHEN i % 2 = 0 THEN 'request' ELSE 'external' END AS type, 0 AS status_code,
      '/hipstershop.' || ${list}[1 + (i // 12 + i % 12) % 9] || '/Call' || (i % 12 % 3) AS operation_name,
      CASE WHEN i % 12 > 0 THEN format('{:016x}', hash(i // 12 * 12 + i % 12 // 3 + ${day} * 1000000007)) END AS parent_span
    FROM range(${rows}) t(i)`,
};
