/**
 * Time intervals as a hash join. A range join of records with intervals is made an equality on coarse time buckets plus
 * the exact comparison: one pass over the records however many intervals there are.
 */
import type { Database } from './database.ts';

export interface Interval {
  /** Half-open [start, end), epoch milliseconds. */
  readonly id: number;
  readonly start: number;
  readonly end: number;
}

/** Width of a bucket. Any value is right; this one keeps tables small (40 rows for a case of 20 minutes). */
const bucketMs = 30_000;

/** Creates table `name` (bucket, id, start_ms, end_ms). */
export async function createIntervals(
  db: Database,
  name: string,
  intervals: readonly Interval[],
): Promise<void> {
  await db.run(`CREATE OR REPLACE TABLE ${name} (bucket BIGINT, id INTEGER, start_ms DOUBLE, end_ms DOUBLE)`);
  for (let from = 0; from < intervals.length; from += 1000) {
    const values = intervals.slice(from, from + 1000).map(({ id, start, end }) => {
      const [first, last] = [Math.floor(start / bucketMs), Math.floor((end - 1e-6) / bucketMs)];
      return `(${first}, ${last}, ${id}, ${start}, ${end})`;
    });
    await db.run(
      `INSERT INTO ${name} SELECT unnest(range(a, b + 1)), id, s, e FROM (VALUES ${values.join(', ')}) v(a, b, id, s, e)`,
    );
  }
}

/** Join condition of `record.time` (milliseconds, double) with a row of such a table. */
export function within(record: string, interval: string): string {
  return `TRY_CAST(floor(${record}.time / ${bucketMs}) AS BIGINT) = ${interval}.bucket AND ${record}.time >= ${interval}.start_ms AND ${record}.time < ${interval}.end_ms`;
}

/** Group number per interval, in order of first start: intervals that overlap, also through others, share one. */
export function overlapGroups(intervals: readonly Interval[]): number[] {
  const order = intervals
    .map((_, i) => i)
    .sort((a, b) => at(intervals, a).start - at(intervals, b).start || a - b);
  const groups = new Array<number>(intervals.length).fill(0);
  let group = -1;
  let end = Number.NEGATIVE_INFINITY;
  for (const i of order) {
    const interval = at(intervals, i);
    if (interval.start >= end) group++;
    groups[i] = group;
    end = Math.max(end, interval.end);
  }
  return groups;
}

function at(intervals: readonly Interval[], i: number): Interval {
  const interval = intervals[i];
  if (!interval) throw new RangeError(`no interval ${i}`);
  return interval;
}
