/** The spans of one case as columns: a case can have hundreds of thousands, and one object each would cost most of the time. */
import { RandomStream } from './random.ts';

/** `request`: the side that serves a call. `external`: the caller's side. */
export const spanTypes = ['request', 'external'] as const;
export type SpanType = (typeof spanTypes)[number];

/** gRPC status codes. */
export const status = { ok: 0, deadline: 4, internal: 13, unavailable: 14 } as const;
export type Status = (typeof status)[keyof typeof status];

/** One span. Times are microseconds since the start of the record. */
export type Span = {
  readonly trace: number;
  /** Index of the parent in the table, -1 for a root. */
  readonly parent: number;
  readonly operation: number;
  readonly type: SpanType;
  readonly pod: number;
  readonly start: number;
  readonly end: number;
  readonly status: Status;
};

/** Parents before children, traces one after the other. */
export class SpanTable {
  length = 0;
  traces = 0;
  trace = new Int32Array(1024);
  parent = new Int32Array(1024);
  operation = new Uint8Array(1024);
  /** Index into `spanTypes`. */
  type = new Uint8Array(1024);
  pod = new Uint8Array(1024);
  start = new Float64Array(1024);
  end = new Float64Array(1024);
  status = new Uint8Array(1024);

  /** Adds an open span and answers its index. */
  open(trace: number, parent: number, operation: number, type: 0 | 1, pod: number, start: number): number {
    const index = this.length;
    if (index === this.trace.length) this.#grow();
    this.trace[index] = trace;
    this.parent[index] = parent;
    this.operation[index] = operation;
    this.type[index] = type;
    this.pod[index] = pod;
    this.start[index] = start;
    this.length = index + 1;
    return index;
  }

  close(index: number, end: number, code: Status): void {
    this.end[index] = end;
    this.status[index] = code;
  }

  at(index: number): Span {
    return {
      trace: this.trace[index] as number,
      parent: this.parent[index] as number,
      operation: this.operation[index] as number,
      type: spanTypes[this.type[index] as 0 | 1],
      pod: this.pod[index] as number,
      start: this.start[index] as number,
      end: this.end[index] as number,
      status: this.status[index] as Status,
    };
  }

  /** All of them, one object each. */
  list(): Span[] {
    return Array.from({ length: this.length }, (_, index) => this.at(index));
  }

  #grow(): void {
    const size = 2 * this.trace.length;
    const longer = <T extends Int32Array | Uint8Array | Float64Array>(column: T, grown: T): T => {
      grown.set(column);
      return grown;
    };
    this.trace = longer(this.trace, new Int32Array(size));
    this.parent = longer(this.parent, new Int32Array(size));
    this.operation = longer(this.operation, new Uint8Array(size));
    this.type = longer(this.type, new Uint8Array(size));
    this.pod = longer(this.pod, new Uint8Array(size));
    this.start = longer(this.start, new Float64Array(size));
    this.end = longer(this.end, new Float64Array(size));
    this.status = longer(this.status, new Uint8Array(size));
  }
}

/** Ids as pairs of 32-bit words: of each span, and of the second half of each trace's (the first is its root's). */
export type SpanIds = {
  readonly span: Uint32Array;
  readonly tail: Uint32Array;
  /** Index of the root span of each trace. */
  readonly root: Int32Array;
};

export function drawIds(seed: number, index: number, spans: SpanTable): SpanIds {
  const draws = new RandomStream(seed, index, 'ids');
  const tail = new Uint32Array(2 * spans.traces);
  const span = new Uint32Array(2 * spans.length);
  const root = new Int32Array(spans.traces);
  for (let word = 0; word < tail.length; word++) tail[word] = draws.bits();
  for (let word = 0; word < span.length; word++) span[word] = draws.bits();
  for (let at = 0; at < spans.length; at++) {
    if ((spans.parent[at] as number) < 0) root[spans.trace[at] as number] = at;
  }
  return { span, tail, root };
}
