/** Which cases a time belongs to: a table of short slices of time, each with the cases that it touches. */

export interface Reach {
  /** Overlapping all intervals; an SQL filter on it spares rows outside. */
  readonly first: number;
  readonly end: number;
  /** Whether its slice touches an interval: a quick first look. */
  holds(time: number): boolean;
  /** Calls back with each interval that holds the time, in ascending order. A time that is not finite is in none. */
  find(time: number, each: (index: number) => void): void;
}

/** Intervals are half-open [start, end), epoch milliseconds. */
export function createReach(starts: Float64Array, ends: Float64Array): Reach {
  const none = starts.length === 0;
  const first = none ? 0 : starts.reduce((a, b) => Math.min(a, b));
  const end = none ? 0 : ends.reduce((a, b) => Math.max(a, b));
  const span = Math.max(1, end - first);
  // Slices of 30 s, longer ones only where the cases spread over years.
  const width = Math.max(30_000, span / 1e6);
  const count = Math.ceil(span / width) + 1;
  const slice = (time: number) => Math.floor((time - first) / width);
  const offsets = new Int32Array(count + 1);
  const touch = (each: (slice: number, index: number) => void) =>
    starts.forEach((start, index) => {
      for (let s = slice(start); s <= slice(ends[index] ?? start); s++) each(s, index);
    });
  touch((s) => {
    offsets[s + 1] = (offsets[s + 1] ?? 0) + 1;
  });
  for (let s = 0; s < count; s++) offsets[s + 1] = (offsets[s + 1] ?? 0) + (offsets[s] ?? 0);
  const members = new Int32Array(offsets[count] ?? 0);
  const next = offsets.slice();
  touch((s, index) => {
    const at = next[s] ?? 0;
    members[at] = index;
    next[s] = at + 1;
  });
  return {
    first,
    end,
    holds(time) {
      const s = Math.floor((time - first) / width);
      return s >= 0 && s < count && (offsets[s] as number) < (offsets[s + 1] as number);
    },
    find(time, each) {
      const s = Math.floor((time - first) / width);
      if (!(s >= 0 && s < count)) return;
      const last = offsets[s + 1] as number;
      for (let k = offsets[s] as number; k < last; k++) {
        const index = members[k] as number;
        if (time >= (starts[index] as number) && time < (ends[index] as number)) each(index);
      }
    },
  };
}
