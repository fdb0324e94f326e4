/** Which spans of a case are one trace, and how deep each lies in it. Rows are numbered as `span-links.ts` has read them. */

/** In place of a parent's row. */
export const isRoot = -1;
export const isOrphan = -2;
/** The row itself is a copy of another and counts for nothing. */
export const isCopy = -3;

/** Ids of 64 bits in two halves, by row. */
interface Ids {
  readonly low: Int32Array;
  readonly high: Int32Array;
}

/** By row; filled by `findFamilies`, for the rows that it is given and those above them. */
export interface Family {
  /** Spans above this one, as far as they are in the files. */
  readonly depth: Int32Array;
  /** The uppermost of them; the row itself if there is none. */
  readonly root: Int32Array;
  /** Number of the trace within the case. */
  readonly trace: Int32Array;
}

/** Of a row that has not been looked at. */
const unknown = -1;

/**
 * Spans of one trace id are one trace; spans without one (both halves 0) are those under one root. Traces are numbered by
 * their first span in time among `rows`, equal times by id, so that the order of the rows makes no difference.
 */
export function findFamilies(
  rows: Int32Array,
  parent: Int32Array,
  traces: Ids,
  spans: Ids,
  times: Float64Array,
  family: Family,
): void {
  family.depth.fill(unknown);
  for (const row of rows) climb(row, parent, family);
  const found = new Map<number, Trace[]>();
  const all: Trace[] = [];
  const traceOf = rows.length > 0 ? new Array<Trace>(rows.length) : [];
  rows.forEach((row, i) => {
    const isNamed = traces.low[row] !== 0 || traces.high[row] !== 0;
    const root = family.root[row] as number;
    const low = (isNamed ? traces.low[row] : spans.low[root]) as number;
    const high = (isNamed ? traces.high[row] : spans.high[root]) as number;
    const alike = found.get(low) ?? [];
    let trace = alike.find((one) => one.high === high);
    if (!trace) {
      trace = { low, high, first: Number.POSITIVE_INFINITY, number: 0 };
      found.set(low, [...alike, trace]);
      all.push(trace);
    }
    trace.first = Math.min(trace.first, times[row] as number);
    traceOf[i] = trace;
  });
  all.sort((a, b) => a.first - b.first || a.low - b.low || a.high - b.high);
  all.forEach((trace, number) => {
    trace.number = number;
  });
  rows.forEach((row, i) => {
    family.trace[row] = traceOf[i]?.number ?? 0;
  });
}

interface Trace {
  readonly low: number;
  readonly high: number;
  first: number;
  number: number;
}

/** Goes up to a row that is known, or to the uppermost, and comes back with depths. A circle ends where it is entered. */
function climb(row: number, parent: Int32Array, { depth, root }: Family): void {
  const path: number[] = [];
  let at = row;
  while (depth[at] === unknown) {
    path.push(at);
    depth[at] = 0;
    root[at] = at;
    const above = parent[at] as number;
    if (above < 0) break;
    at = above;
  }
  for (let i = path.length - 1; i >= 0; i--) {
    const one = path[i] as number;
    const above = parent[one] as number;
    if (above < 0 || (i === path.length - 1 && path.includes(above))) continue;
    depth[one] = (depth[above] as number) + 1;
    root[one] = root[above] as number;
  }
}
