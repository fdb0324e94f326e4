/** Rows of `trace.csv` and `log.csv`, as D3 prints them. */
import type { SimulatedCase } from './case.ts';
import { RandomStream } from './random.ts';
import { type Operation, operations, podName, podService, serviceIndex } from './system.ts';

export const traceHeader =
  ',timestamp,cmdb_id,span_id,trace_id,duration,type,status_code,operation_name,parent_span\n';
export const logHeader = ',log_id,timestamp,date,cmdb_id,message\n';

const cart = serviceIndex('cartservice');
const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';

/** Rows of all spans of a case. `first` is the index of the first row. */
export function traceRows(seed: number, simulated: SimulatedCase, first: number): string {
  const draws = new RandomStream(seed, simulated.index, 'ids');
  const word = (): string => draws.hex();
  // A trace's id begins with that of its root span.
  const tails = Array.from({ length: simulated.traces }, () => word() + word());
  const heads: string[] = [];
  const ids = simulated.spans.map((span) => {
    const id = word() + word();
    if (span.parent < 0) heads[span.trace] = id;
    return id;
  });
  const epoch = simulated.times.recordStart;
  const rows = simulated.spans.map((span, index) => {
    const { name, service } = operations[span.operation] as Operation;
    const second = Math.floor(span.start / 1e6);
    const micros = String(span.start - second * 1e6).padStart(6, '0');
    // The cart's agent reports HTTP, the others gRPC.
    const code = span.type === 'request' && service === cart ? (span.status === 0 ? 200 : 500) : span.status;
    const trace = `${heads[span.trace]}${tails[span.trace]}`;
    const parent = span.parent < 0 ? '' : ids[span.parent];
    return `${first + index},${epoch + second}${micros},${podService(span.pod).name},${ids[index]},${trace},${span.end - span.start},${span.type},${code},${name},${parent}\n`;
  });
  return rows.join('');
}

/** Rows of all log lines of a case. `first` is the index of the first row. */
export function logRows(seed: number, simulated: SimulatedCase, first: number): string {
  // The upper half of the index space keeps these draws apart from those of the spans.
  const draws = new RandomStream(seed, simulated.index | 0x40000000, 'ids');
  let shown = -1;
  let prefix = '';
  const rows = simulated.lines.map((line, index) => {
    const ms = simulated.times.recordStart * 1000 + Math.floor(line.time);
    const message = /[",\n]/.test(line.message) ? `"${line.message.replaceAll('"', '""')}"` : line.message;
    const second = Math.floor(ms / 1000);
    if (second !== shown) {
      shown = second;
      prefix = new Date(second * 1000).toISOString().slice(0, 20);
    }
    const date = `${prefix}${String(ms - second * 1000).padStart(3, '0')}Z`;
    return `${first + index},${logId(draws)},${ms / 1000},${date},${podName(line.pod)},${message}\n`;
  });
  return rows.join('');
}

/** Twenty characters, six bits each. */
function logId(draws: RandomStream): string {
  let id = '';
  for (let part = 0; part < 4; part++) {
    let bits = draws.bits();
    for (let i = 0; i < 5; i++) {
      id += alphabet[bits & 63];
      bits >>>= 6;
    }
  }
  return id;
}
