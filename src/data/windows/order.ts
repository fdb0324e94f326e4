/** Orders of rows held as columns. An order is a list of row numbers; nothing is moved but these. */

/** Compares two rows by a column without NaN, for `sort`. */
export function by(column: Int32Array | Float64Array, a: number, b: number): number {
  return (column[a] as number) - (column[b] as number);
}

/** Stable: rows by a whole number below `buckets`. Writes into `to`. */
export function orderByCode(
  from: Int32Array,
  to: Int32Array,
  rows: number,
  codes: Int32Array,
  buckets: number,
): void {
  const next = new Int32Array(buckets + 1);
  for (let i = 0; i < rows; i++) {
    const b = (codes[from[i] as number] as number) + 1;
    next[b] = (next[b] as number) + 1;
  }
  for (let b = 0; b < buckets; b++) next[b + 1] = (next[b + 1] as number) + (next[b] as number);
  for (let i = 0; i < rows; i++) {
    const row = from[i] as number;
    const b = codes[row] as number;
    const at = next[b] as number;
    to[at] = row;
    next[b] = at + 1;
  }
}

/** Sorts `order[from, to)` by two columns, ascending; `scratch` is as long as `order`. The values are no NaN. */
export function orderByValues(
  order: Int32Array,
  scratch: Int32Array,
  from: number,
  to: number,
  first: Float64Array,
  second: Float64Array,
): void {
  if (to - from <= 16) {
    for (let i = from + 1; i < to; i++) {
      const row = order[i] as number;
      const [a, b] = [first[row] as number, second[row] as number];
      let k = i - 1;
      for (; k >= from; k--) {
        const other = order[k] as number;
        const x = first[other] as number;
        if (x < a || (x === a && (second[other] as number) <= b)) break;
        order[k + 1] = other;
      }
      order[k + 1] = row;
    }
    return;
  }
  const middle = (from + to) >> 1;
  orderByValues(order, scratch, from, middle, first, second);
  orderByValues(order, scratch, middle, to, first, second);
  const isAfter = (x: number, y: number) => {
    const [a, b] = [first[x] as number, first[y] as number];
    return a > b || (a === b && (second[x] as number) > (second[y] as number));
  };
  // In order already, as records mostly are.
  if (!isAfter(order[middle - 1] as number, order[middle] as number)) return;
  scratch.set(order.subarray(from, middle), from);
  let [left, right] = [from, middle];
  for (let at = from; left < middle; at++) {
    const candidate = scratch[left] as number;
    if (right < to && isAfter(candidate, order[right] as number)) order[at] = order[right++] as number;
    else {
      order[at] = candidate;
      left++;
    }
  }
}
