/**
 * Spans of one case after the other, each joined to its parent, copies left out, in the order of the artefact. Reading them
 * and naming the services is `spans.ts`.
 */
import type { CaseTable } from '../../stages/contracts.ts';
import type { Feed } from '../database.ts';
import { orderByCode, orderByValues } from './order.ts';
import { type Family, findFamilies, isCopy, isOrphan, isRoot } from './span-traces.ts';
import type { Block, RowShape, Spool } from './spool.ts';

/**
 * time, duration; id (two halves), parent's id (two halves, 0 for a root), service, operation, first case of the row, trace
 * (two halves, 0 without an id), instance, status.
 */
export const spanShape: RowShape = { doubles: 2, ints: 11 };

type Ints = Int32Array;
type SevenColumns = [Ints, Ints, Ints, Ints, Ints, Ints, Ints];
type FourColumns = [Ints, Ints, Ints, Ints];

interface Names {
  readonly names: readonly string[];
  readonly placeOf: Int32Array;
}

export interface SpanNames {
  readonly services: Names;
  readonly operations: Names;
  readonly instances: Names;
  readonly statuses: Names;
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

export function createLinks(table: CaseTable, spool: Spool, names: SpanNames): Links {
  const { services, operations, instances, statuses } = names;
  const clientCode = services.names.indexOf(client);
  const unknownCode = services.names.indexOf(unknown);
  let caseIndex = -1;
  let [at, size] = [0, 0];
  let [spans, copies, orphans] = [0, 0, 0];
  let room = createRoom(0);
  let block: Block = { count: 0, doubles: [], ints: [] };

  const load = (index: number) => {
    block = spool.read(index);
    const n = block.count;
    if (room.capacity < n) room = createRoom(n + (n >> 2));
    const [times, durations] = block.doubles as [Float64Array, Float64Array];
    const ints = block.ints as readonly Int32Array[];
    const [low, high, parentLow, parentHigh, callee, operation, isFirst] = ints.slice(0, 7) as SevenColumns;
    const [traceLow, traceHigh, instance, status] = ints.slice(7) as FourColumns;
    for (let i = 0; i < n; i++) {
      callee[i] = services.placeOf[callee[i] as number] as number;
      operation[i] = operations.placeOf[operation[i] as number] as number;
      instance[i] = instances.placeOf[instance[i] as number] as number;
      status[i] = statuses.placeOf[status[i] as number] as number;
    }
    const { slots, mask, order, other, window, caller, callerUs, parent, family } = room;
    slots.fill(0);
    const slotOf = (lowHalf: number, highHalf: number): number => {
      let slot = (lowHalf ^ Math.imul(highHalf, 0x9e3779b1)) & mask;
      for (;;) {
        const row = (slots[slot] as number) - 1;
        if (row < 0 || (low[row] === lowHalf && high[row] === highHalf)) return slot;
        slot = (slot + 1) & mask;
      }
    };
    const isBefore = (a: number, b: number): boolean => {
      for (const column of [times, durations, callee, operation, parentLow, parentHigh]) {
        const difference = (column[a] as number) - (column[b] as number);
        if (difference !== 0) return difference < 0;
      }
      return false;
    };
    const parentOf = (i: number): number => {
      if (parentLow[i] === 0 && parentHigh[i] === 0) return isRoot;
      const row = (slots[slotOf(parentLow[i] as number, parentHigh[i] as number)] as number) - 1;
      return row < 0 ? isOrphan : row;
    };
    for (let i = 0; i < n; i++) {
      const slot = slotOf(low[i] as number, high[i] as number);
      const there = (slots[slot] as number) - 1;
      if (there >= 0) copies += isFirst[i] as number;
      // Of several copies the one that sorts first is kept; they agree in the formats that medx reads.
      if (there < 0 || isBefore(i, there)) slots[slot] = i + 1;
    }
    const { start, end } = table.cases[index] ?? { start: 0, end: 0 };
    size = 0;
    parent.fill(isCopy, 0, n);
    for (let slot = 0; slot <= mask; slot++) {
      const i = (slots[slot] as number) - 1;
      if (i >= 0) parent[i] = parentOf(i);
    }
    for (let i = 0; i < n; i++) {
      const above = parent[i] as number;
      if (above === isCopy) continue;
      const time = times[i] as number;
      if (time < start || time >= end) continue;
      window[i] = Math.floor((time - start) / table.windowMs);
      caller[i] =
        above === isRoot ? clientCode : above === isOrphan ? unknownCode : (callee[above] as number);
      callerUs[i] = above < 0 ? noCaller : (durations[above] as number);
      if (above === isOrphan) orphans++;
      order[size++] = i;
    }
    findFamilies(
      order.subarray(0, size),
      parent,
      { low: traceLow, high: traceHigh },
      { low, high },
      times,
      family,
    );
    // From the last key to the first; each pass keeps the order of the one before.
    orderByCode(order, other, size, operation, operations.names.length);
    orderByCode(other, order, size, callee, services.names.length);
    orderByCode(order, other, size, caller, services.names.length);
    orderByCode(other, order, size, window, table.windows);
    const isSame = (a: number, b: number) =>
      operation[a] === operation[b] &&
      callee[a] === callee[b] &&
      caller[a] === caller[b] &&
      window[a] === window[b];
    for (let from = 0; from < size; ) {
      let to = from + 1;
      while (to < size && isSame(order[from] as number, order[to] as number)) to++;
      orderByValues(order, other, from, to, durations, callerUs);
      orderTies(from, to);
      from = to;
    }
    at = 0;
    spans += size;

    function orderTies(from: number, to: number): void {
      const columns = [family.trace, times, instance, family.depth, status];
      const compare = (a: number, b: number): number => {
        for (const column of columns) {
          const difference = (column[a] as number) - (column[b] as number);
          if (difference !== 0) return difference;
        }
        return 0;
      };
      const agree = (a: number, b: number) => durations[a] === durations[b] && callerUs[a] === callerUs[b];
      for (let first = from; first < to; ) {
        let end = first + 1;
        while (end < to && agree(order[first] as number, order[end] as number)) end++;
        if (end - first > 1) order.subarray(first, end).sort(compare);
        first = end;
      }
    }
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
          load(caseIndex);
        }
        const n = Math.min(limit, size - at);
        columns[0]?.fill(caseIndex, 0, n);
        const from = [
          room.window,
          room.caller,
          block.ints[4],
          block.ints[5],
          block.doubles[1],
          room.callerUs,
          room.family.trace,
          block.doubles[0],
          block.ints[9],
          room.family.depth,
          block.ints[10],
        ];
        from.forEach((source, c) => {
          const column = columns[c + 1];
          if (!source || !column) return;
          for (let i = 0; i < n; i++) column[i] = source[room.order[at + i] as number] as number;
        });
        at += n;
        return n;
      },
    },
  };
}

interface Room {
  readonly capacity: number;
  /** Open addressing by id: row + 1, 0 where free. */
  readonly slots: Int32Array;
  readonly mask: number;
  readonly order: Int32Array;
  readonly other: Int32Array;
  readonly window: Int32Array;
  readonly caller: Int32Array;
  readonly callerUs: Float64Array;
  /** Row of the parent, or one of `isRoot`, `isOrphan`, `isCopy`. */
  readonly parent: Int32Array;
  readonly family: Family;
}

function createRoom(capacity: number): Room {
  let slots = 16;
  while (slots < 2 * capacity) slots *= 2;
  return {
    capacity,
    slots: new Int32Array(slots),
    mask: slots - 1,
    order: new Int32Array(capacity),
    other: new Int32Array(capacity),
    window: new Int32Array(capacity),
    caller: new Int32Array(capacity),
    callerUs: new Float64Array(capacity),
    parent: new Int32Array(capacity),
    family: {
      depth: new Int32Array(capacity),
      trace: new Int32Array(capacity),
      root: new Int32Array(capacity),
    },
  };
}
