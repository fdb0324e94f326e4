/**
 * Spans of one case after the other, each joined to its parent, copies left out, in the order of the artefact. Reading them
 * and naming the services is `spans.ts`.
 */
import type { CaseTable } from '../../stages/contracts.ts';
import type { Feed } from '../database.ts';
import { createSlots } from './id-table.ts';
import { by, orderByCode, orderByValues } from './order.ts';
import { findParents, isCopy, isOrphan, isRoot, type SpanRows, spanRowsOf } from './span-rows.ts';
import { type Family, findFamilies } from './span-traces.ts';
import type { Spool } from './spool.ts';

/** Names in order, and the place among them of the name that a kind has. */
export interface Axis {
  readonly names: readonly string[];
  readonly ofKind: Int32Array;
}

/** Rows with the same texts (entity, operation, status) are of one kind. */
export interface SpanKinds {
  readonly count: number;
  readonly services: Axis;
  readonly operations: Axis;
  readonly instances: Axis;
  readonly statuses: Axis;
}

export interface Links {
  readonly feed: Feed;
  readonly counts: () => { readonly spans: number; readonly copies: number; readonly orphans: number };
}

/** Caller of a root span, and of a span whose parent is not in the files. */
export const client = 'client';
export const unknown = 'unknown';

/** A root, and a span whose parent is not there, have this in place of the caller's duration; it sorts last. */
const noCaller = Number.POSITIVE_INFINITY;

export function createLinks(table: CaseTable, spool: Spool, kinds: SpanKinds): Links {
  const { services, operations, instances, statuses } = kinds;
  const linkOf = numberLinks(kinds);
  const callers = {
    ofKind: services.ofKind,
    client: services.names.indexOf(client),
    unknown: services.names.indexOf(unknown),
  };
  let caseIndex = -1;
  let [at, size] = [0, 0];
  let [spans, copies, orphans] = [0, 0, 0];
  let room = createRoom(0);
  let rows: SpanRows | undefined;

  const load = (index: number): SpanRows => {
    const rows = spanRowsOf(spool.read(index));
    if (room.capacity < rows.count) room = createRoom(rows.count + (rows.count >> 2));
    const { order, other, link, window, caller, parent, family, slots } = room;
    linkRows(rows, linkOf, link);
    copies += findParents(rows, link, slots, parent);
    size = findInside(rows, table, index, room);
    const inside = other.subarray(0, size);
    orphans += findCallers(inside, rows, callers, room);
    findFamilies(inside, rows, parent, slots, family);
    // From the last key to the first; each pass keeps the order of the one before.
    orderByCode(other, order, size, link, kinds.count);
    orderByCode(order, other, size, caller, services.names.length);
    orderByCode(other, order, size, window, table.windows);
    orderWithinLinks(size, rows, kinds, room);
    at = 0;
    spans += size;
    return rows;
  };

  return {
    counts: () => ({ spans, copies, orphans }),
    feed: {
      columns: {
        case: 'INTEGER',
        window: 'INTEGER',
        caller: 'INTEGER',
        callee: 'INTEGER',
        operation: 'INTEGER',
        duration_us: 'DOUBLE',
        caller_us: 'DOUBLE',
        trace: 'INTEGER',
        time: 'DOUBLE',
        instance: 'INTEGER',
        depth: 'INTEGER',
        status: 'INTEGER',
      },
      fill(columns, limit) {
        while (at === size) {
          if (++caseIndex >= table.cases.length) return 0;
          rows = load(caseIndex);
        }
        if (!rows) return 0;
        const from = room.order.subarray(at, Math.min(size, at + limit));
        const { window, caller, callerUs, family } = room;
        const { kind, duration, time } = rows;
        columns[0]?.fill(caseIndex, 0, from.length);
        take(columns[1], from, window);
        take(columns[2], from, caller);
        takeOfKind(columns[3], from, kind, services.ofKind);
        takeOfKind(columns[4], from, kind, operations.ofKind);
        take(columns[5], from, duration);
        take(columns[6], from, callerUs);
        take(columns[7], from, family.trace);
        take(columns[8], from, time);
        takeOfKind(columns[9], from, kind, instances.ofKind);
        take(columns[10], from, family.depth);
        takeOfKind(columns[11], from, kind, statuses.ofKind);
        at += from.length;
        return from.length;
      },
    },
  };
}

/** For every kind the number of its service and operation, in their order. */
function numberLinks({ count, services, operations }: SpanKinds): Int32Array {
  const [callee, operation] = [services.ofKind, operations.ofKind];
  const compare = (a: number, b: number) => by(callee, a, b) || by(operation, a, b);
  const order = Array.from({ length: count }, (_, kind) => kind).sort(compare);
  const linkOf = new Int32Array(count);
  for (let i = 1; i < count; i++) {
    const [before, kind] = [order[i - 1] as number, order[i] as number];
    linkOf[kind] = (linkOf[before] as number) + (compare(before, kind) === 0 ? 0 : 1);
  }
  return linkOf;
}

function linkRows({ count, kind }: SpanRows, linkOf: Int32Array, link: Int32Array): void {
  for (let row = 0; row < count; row++) link[row] = linkOf[kind[row] as number] as number;
}

/** Writes the rows that are in the case itself, copies left out, into `other`; answers how many. */
function findInside(rows: SpanRows, table: CaseTable, index: number, room: Room): number {
  const { start, end } = table.cases[index] ?? { start: 0, end: 0 };
  const { parent, window, other } = room;
  let size = 0;
  for (let row = 0; row < rows.count; row++) {
    const time = rows.time[row] as number;
    if (parent[row] === isCopy || time < start || time >= end) continue;
    window[row] = Math.floor((time - start) / table.windowMs);
    other[size++] = row;
  }
  return size;
}

interface Callers {
  readonly ofKind: Int32Array;
  readonly client: number;
  readonly unknown: number;
}

/** The service and the duration above each of these rows; answers how many have a parent that is not there. */
function findCallers(inside: Int32Array, rows: SpanRows, callers: Callers, room: Room): number {
  const { parent, caller, callerUs } = room;
  let orphans = 0;
  for (let i = 0; i < inside.length; i++) {
    const row = inside[i] as number;
    const above = parent[row] as number;
    if (above >= 0) {
      caller[row] = callers.ofKind[rows.kind[above] as number] as number;
      callerUs[row] = rows.duration[above] as number;
      continue;
    }
    caller[row] = above === isRoot ? callers.client : callers.unknown;
    callerUs[row] = noCaller;
    if (above === isOrphan) orphans++;
  }
  return orphans;
}

/** Rows of one window, caller, callee and operation lie together: orders them by the columns that are left. */
function orderWithinLinks(size: number, rows: SpanRows, kinds: SpanKinds, room: Room): void {
  const { order, other, link, window, caller, callerUs, family } = room;
  const { duration, time, kind } = rows;
  const [instance, status] = [kinds.instances.ofKind, kinds.statuses.ofKind];
  const compare = (a: number, b: number) =>
    by(family.trace, a, b) ||
    by(time, a, b) ||
    by(instance, kind[a] as number, kind[b] as number) ||
    by(family.depth, a, b) ||
    by(status, kind[a] as number, kind[b] as number);
  for (let from = 0; from < size; ) {
    const first = order[from] as number;
    let to = from + 1;
    for (; to < size; to++) {
      const row = order[to] as number;
      if (link[row] !== link[first] || caller[row] !== caller[first] || window[row] !== window[first]) break;
    }
    orderByValues(order, other, from, to, duration, callerUs);
    for (let tie = from; tie < to; ) {
      const own = order[tie] as number;
      let end = tie + 1;
      for (; end < to; end++) {
        const row = order[end] as number;
        if (duration[row] !== duration[own] || callerUs[row] !== callerUs[own]) break;
      }
      if (end - tie > 1) order.subarray(tie, end).sort(compare);
      tie = end;
    }
    from = to;
  }
}

type Column = Int32Array | Float64Array;

function take(into: Column | undefined, rows: Int32Array, column: Column): void {
  if (!into) return;
  for (let i = 0; i < rows.length; i++) into[i] = column[rows[i] as number] as number;
}

function takeOfKind(into: Column | undefined, rows: Int32Array, kind: Int32Array, ofKind: Int32Array): void {
  if (!into) return;
  for (let i = 0; i < rows.length; i++) into[i] = ofKind[kind[rows[i] as number] as number] as number;
}

/** Columns by row, and lists of rows. */
interface Room {
  readonly capacity: number;
  readonly slots: Int32Array;
  readonly order: Int32Array;
  readonly other: Int32Array;
  readonly link: Int32Array;
  readonly window: Int32Array;
  readonly caller: Int32Array;
  readonly callerUs: Float64Array;
  /** Row of the parent, or one of `isRoot`, `isOrphan`, `isCopy`. */
  readonly parent: Int32Array;
  readonly family: Family;
}

function createRoom(capacity: number): Room {
  const ints = () => new Int32Array(capacity);
  return {
    capacity,
    slots: createSlots(capacity),
    order: ints(),
    other: ints(),
    link: ints(),
    window: ints(),
    caller: ints(),
    callerUs: new Float64Array(capacity),
    parent: ints(),
    family: { depth: ints(), trace: ints(), head: ints() },
  };
}
