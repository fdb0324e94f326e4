/** Cuts the records of a case in two: those before its last window and those of it. */
import type { CaseRecords, CaseWindows } from './one-case.ts';

/** Both keep the order of the rows. */
export function cutRecords(
  { lines, samples, spans }: CaseRecords,
  { start, windows, windowMs }: CaseWindows,
): readonly [before: CaseRecords, last: CaseRecords] {
  const from = start + (windows - 1) * windowMs;
  const part = (late: boolean): CaseRecords => ({
    ...(lines && { lines: rowsOf(lines, (i) => (lines.window[i] === windows - 1) === late) }),
    ...(samples && { samples: rowsOf(samples, (i) => (samples.time[i] ?? 0) >= from === late) }),
    ...(spans && { spans: rowsOf(spans, (i) => (spans.window[i] === windows - 1) === late) }),
  });
  return [part(false), part(true)];
}

/** The same columns with some of their rows. */
function rowsOf<C extends { readonly [column: string]: Int32Array | Float64Array | readonly string[] }>(
  columns: C,
  keep: (row: number) => boolean,
): C {
  return Object.fromEntries(
    Object.entries(columns).map(([name, column]) => [
      name,
      column.filter((_: unknown, i: number) => keep(i)),
    ]),
  ) as C;
}
