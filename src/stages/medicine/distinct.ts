/** Which rows of a sequence are the same. */

export interface DistinctRows {
  /** `[count, width]`, in the order in which they first occur. */
  readonly rows: Float32Array;
  readonly count: number;
  /** `[windows, count]`: 1 where the row is the window's. */
  readonly members: Float32Array;
}

/** Of `[windows, width]`. Zeros of either sign are the same. */
export function distinctRows(sequence: Float32Array, windows: number): DistinctRows {
  const width = sequence.length / windows;
  const firsts: number[] = [];
  const rowOf: number[] = [];
  for (let window = 0; window < windows; window++) {
    const same = firsts.findIndex((first) => equalRows(sequence, first * width, window * width, width));
    rowOf.push(same < 0 ? firsts.push(window) - 1 : same);
  }
  const count = firsts.length;
  const members = new Float32Array(windows * count);
  rowOf.forEach((row, window) => {
    members[window * count + row] = 1;
  });
  const rows = new Float32Array(count * width);
  firsts.forEach((first, row) => {
    rows.set(sequence.subarray(first * width, (first + 1) * width), row * width);
  });
  return { rows, count, members };
}

function equalRows(values: Float32Array, a: number, b: number, width: number): boolean {
  for (let i = 0; i < width; i++) if (values[a + i] !== values[b + i]) return false;
  return true;
}
