/** Spans of one case as columns by row, the way they lie in the spool; and who is the parent of whom. */
import { emptyTable, type Ids, slotOf } from './id-table.ts';
import { by } from './order.ts';
import type { Block, RowShape } from './spool.ts';

/**
 * time, duration; id (two halves), parent's id (two halves, 0 for a root), trace (two halves, 0 without an id), kind, first
 * case of the row.
 */
export const spanShape: RowShape = { doubles: 2, ints: 8 };

export interface SpanRows {
  readonly count: number;
  readonly time: Float64Array;
  readonly duration: Float64Array;
  readonly id: Ids;
  readonly parentId: Ids;
  readonly trace: Ids;
  /** Which of the sets of texts that rows have: see `SpanKinds`. */
  readonly kind: Int32Array;
  /** 1 in the first case that has the row, 0 in its neighbours. */
  readonly isFirst: Int32Array;
}

type Ints = Int32Array;
type EightColumns = readonly [Ints, Ints, Ints, Ints, Ints, Ints, Ints, Ints];

export function spanRowsOf({ count, doubles, ints }: Block): SpanRows {
  const [time, duration] = doubles as readonly [Float64Array, Float64Array];
  const [low, high, parentLow, parentHigh, traceLow, traceHigh, kind, isFirst] = ints as EightColumns;
  return {
    count,
    time,
    duration,
    id: { low, high },
    parentId: { low: parentLow, high: parentHigh },
    trace: { low: traceLow, high: traceHigh },
    kind,
    isFirst,
  };
}

/** In place of a parent's row. */
export const isRoot = -1;
export const isOrphan = -2;
/** The row itself is a copy of another and counts for nothing. */
export const isCopy = -3;

/**
 * Puts the row of each span's parent, or what stands for it, into `parent`; answers how many rows are copies and in their
 * first case. Of several copies the one that sorts first is kept; they agree in the formats that medx reads. `link` tells
 * apart service and operation.
 */
export function findParents(
  spans: SpanRows,
  link: Int32Array,
  slots: Int32Array,
  parent: Int32Array,
): number {
  const { count, id, parentId, isFirst } = spans;
  const table = emptyTable(slots, count, id);
  let copies = 0;
  for (let row = 0; row < count; row++) {
    const slot = slotOf(table, id.low[row] as number, id.high[row] as number);
    const there = (table.slots[slot] as number) - 1;
    if (there >= 0) {
      copies += isFirst[row] as number;
      if (!isBefore(row, there, spans, link)) {
        parent[row] = isCopy;
        continue;
      }
      parent[there] = isCopy;
    }
    table.slots[slot] = row + 1;
    parent[row] = isRoot;
  }
  for (let row = 0; row < count; row++) {
    if (parent[row] === isCopy) continue;
    const low = parentId.low[row] as number;
    const high = parentId.high[row] as number;
    if (low === 0 && high === 0) continue;
    const above = (table.slots[slotOf(table, low, high)] as number) - 1;
    parent[row] = above < 0 ? isOrphan : above;
  }
  return copies;
}

function isBefore(a: number, b: number, spans: SpanRows, link: Int32Array): boolean {
  const { time, duration, parentId } = spans;
  const difference =
    by(time, a, b) ||
    by(duration, a, b) ||
    by(link, a, b) ||
    by(parentId.low, a, b) ||
    by(parentId.high, a, b);
  return difference < 0;
}
