/** Which spans of a case are one trace, and how deep each lies in it. */
import { emptyTable, type Ids, slotOf } from './id-table.ts';
import { by } from './order.ts';
import type { SpanRows } from './span-rows.ts';

/** By row; filled by `findFamilies`, for the rows that it is given. */
export interface Family {
  /** Spans above this one, as far as they are in the files. */
  readonly depth: Int32Array;
  /** Number of the trace within the case. */
  readonly trace: Int32Array;
  /** Room for the search: first the uppermost span, then the first span of the trace. */
  readonly head: Int32Array;
}

/** Depth of a row that has not been looked at, and of one on the way up. */
const unknown = -1;
const onTheWay = -2;

/**
 * Spans of one trace id are one trace; spans without one (both halves 0) are those under one root, and get its id in
 * `spans.trace`. Traces are numbered by their first span in time among `rows`, equal times by id, so that the order of the
 * rows makes no difference. `slots` are room for the search.
 */
export function findFamilies(
  rows: Int32Array,
  spans: Pick<SpanRows, 'count' | 'time' | 'id' | 'trace'>,
  parent: Int32Array,
  slots: Int32Array,
  family: Family,
): void {
  findDepths(rows, spans.count, parent, family);
  nameTraces(rows, spans.trace, spans.id, family.head);
  numberTraces(rows, spans.trace, spans.time, slots, family);
}

function findDepths(rows: Int32Array, count: number, parent: Int32Array, family: Family): void {
  family.depth.fill(unknown, 0, count);
  for (let i = 0; i < rows.length; i++) climb(rows[i] as number, parent, family);
}

/** Goes up to a row that is known, or to the uppermost, and comes back with depths. A circle ends where it is entered. */
function climb(row: number, parent: Int32Array, { depth, head }: Family): void {
  let below = -1;
  for (let at = row; at >= 0 && depth[at] === unknown; at = parent[at] as number) {
    depth[at] = onTheWay;
    // The way back.
    head[at] = below;
    below = at;
  }
  for (let at = below; at >= 0; at = below) {
    below = head[at] as number;
    const above = parent[at] as number;
    const isUppermost = above < 0 || depth[above] === onTheWay;
    depth[at] = isUppermost ? 0 : (depth[above] as number) + 1;
    head[at] = isUppermost ? at : (head[above] as number);
  }
}

function nameTraces(rows: Int32Array, trace: Ids, id: Ids, head: Int32Array): void {
  for (let i = 0; i < rows.length; i++) {
    const row = rows[i] as number;
    if (trace.low[row] !== 0 || trace.high[row] !== 0) continue;
    trace.low[row] = id.low[head[row] as number] as number;
    trace.high[row] = id.high[head[row] as number] as number;
  }
}

function numberTraces(
  rows: Int32Array,
  ids: Ids,
  time: Float64Array,
  slots: Int32Array,
  { head, trace }: Family,
): void {
  const { low, high } = ids;
  const table = emptyTable(slots, rows.length, ids);
  for (let i = 0; i < rows.length; i++) {
    const row = rows[i] as number;
    const slot = slotOf(table, low[row] as number, high[row] as number);
    const first = (table.slots[slot] as number) - 1;
    if (first < 0 || (time[row] as number) < (time[first] as number)) table.slots[slot] = row + 1;
  }
  const firsts: number[] = [];
  for (let i = 0; i < rows.length; i++) {
    const row = rows[i] as number;
    const first = (table.slots[slotOf(table, low[row] as number, high[row] as number)] as number) - 1;
    head[row] = first;
    if (first === row) firsts.push(row);
  }
  firsts.sort((a, b) => by(time, a, b) || by(low, a, b) || by(high, a, b));
  for (let number = 0; number < firsts.length; number++) trace[firsts[number] as number] = number;
  for (let i = 0; i < rows.length; i++) {
    const row = rows[i] as number;
    trace[row] = trace[head[row] as number] as number;
  }
}
