/** A tiny dataset in D3's raw format, written by hand: two injections an hour apart, three pods, every row known. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { gzipSync } from 'node:zlib';
import type { JsonObject } from '../../src/stages/stage.ts';

/** 2024-03-22T10:00:00Z, epoch seconds. */
export const t0 = 1_711_101_600;
export const second = 1_711_105_200;

export const settings = { format: 'microservo', root: 'd3' };
export const caseParams: JsonObject = {
  ...settings,
  window_ms: 60_000,
  before_ms: 120_000,
  after_ms: 120_000,
};

export type RawFiles = Record<string, string>;

/** The files by path; a test changes what it wants before writing them. */
export function rawFiles(): RawFiles {
  const metric: string[] = [];
  const log: string[] = [];
  const trace: string[] = [];
  for (const [k, start] of [t0, second].entries())
    for (let m = -3; m <= 3; m++) {
      const time = start + 60 * m;
      // The counter of pod 0 runs at 2 per minute, that of pod 1 at 4: their mean at 3. The fault doubles it.
      const fault = m > 0 && k === 1 ? 2 : 1;
      metric.push(
        `${time},observe.cartservice-0,container_cpu_usage_seconds_total,${100 + 2 * m * fault}`,
        `${time},observe.cartservice-1,container_cpu_usage_seconds_total,${200 + 4 * m * fault}`,
        `${time},observe.frontend-0,container_cpu_usage_seconds_total,${50 + m}`,
        `${time},observe.frontend-0,container_threads,7`,
      );
      log.push(
        `${log.length},id${k}${m},${time + 1}.5,2024-03-22T10:00:00Z,frontend-0,"view  cart, user ${m}"`,
      );
      const id = `${k}${m + 3}`;
      trace.push(
        `${trace.length},${time * 1e6},frontend,a${id},t${id},${9000 + m},request,0,/Home,`,
        `${trace.length + 1},${time * 1e6 + 500},cartservice-0,b${id},t${id},${m === 1 ? 90_000 : 4000},request,0,/GetCart,a${id}`,
      );
    }
  return {
    'groundtruth/groundtruth.json': JSON.stringify({
      timestamp: [t0, t0, second],
      service: ['cartservice', 'cartservice', 'frontend'],
      cmdb_id: ['cartservice-0', 'cartservice-1', 'frontend-0'],
      failure_type: ['cpu anomaly', 'cpu anomaly', 'memory overload'],
      duration: [60, 60, 60],
    }),
    'log/log.csv': lines([',log_id,timestamp,date,cmdb_id,message', ...log]),
    'metric/container/kpi_container_all.csv': lines(['timestamp,cmdb_id,kpi_name,value', ...metric]),
    'metric/istio/kpi_istio_requests_total.csv': lines([
      'timestamp,cmdb_id,kpi_name,value',
      'never,read,at,all',
    ]),
    'trace/trace.csv': lines([
      ',timestamp,cmdb_id,span_id,trace_id,duration,type,status_code,operation_name,parent_span',
      ...trace,
    ]),
  };
}

export function lines(rows: readonly string[]): string {
  return `${rows.join('\n')}\n`;
}

/** Writes the files below `dataRoot/d3`; a path that ends in `.gz` is packed. Answers the data root. */
export function writeRaw(dataRoot: string, files: RawFiles): string {
  for (const [path, text] of Object.entries(files)) {
    const target = join(dataRoot, 'd3', path);
    mkdirSync(dirname(target), { recursive: true });
    writeFileSync(target, path.endsWith('.gz') ? gzipSync(text) : text);
  }
  return dataRoot;
}
