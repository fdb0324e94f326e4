/** Rows by an id of 64 bits that stands in two columns: open addressing, row + 1 in a slot, 0 where it is free. */

/** Halves of ids, by row. */
export interface Ids {
  readonly low: Int32Array;
  readonly high: Int32Array;
}

export interface IdTable {
  readonly slots: Int32Array;
  readonly ids: Ids;
}

/** Slots for tables of up to so many rows: at least half of them stay free. */
export function createSlots(rows: number): Int32Array {
  return new Int32Array(slotsFor(rows));
}

/** A table without a row, in the front of `slots`. */
export function emptyTable(slots: Int32Array, rows: number, ids: Ids): IdTable {
  return { slots: slots.subarray(0, slotsFor(rows)).fill(0), ids };
}

/** The slot of the row with this id, or the free one that it would take. */
export function slotOf({ slots, ids }: IdTable, low: number, high: number): number {
  const mask = slots.length - 1;
  let slot = (low ^ Math.imul(high, 0x9e3779b1)) & mask;
  for (;;) {
    const row = (slots[slot] as number) - 1;
    if (row < 0 || (ids.low[row] === low && ids.high[row] === high)) return slot;
    slot = (slot + 1) & mask;
  }
}

function slotsFor(rows: number): number {
  let slots = 16;
  while (slots < 2 * rows) slots *= 2;
  return slots;
}
