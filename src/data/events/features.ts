/** Extracted events of one modality → counts per case, window and kind of event, and the fixed steps on them. */
import type { CaseTable, EventAxes, Modality, Step } from '../../stages/contracts.ts';
import { type FeatureArray, finishArray } from '../features/finish.ts';
import type { EventColumns } from './artefact.ts';

export type EventFeatures = FeatureArray & {
  /** Names of the kinds: their fields, joined by spaces. */
  readonly events: readonly string[];
  /** Events without a time where a case has several windows. */
  readonly timeless: number;
};

/**
 * The kinds are those of the fitted cases; events of others are ignored and counted. Steps are `events(by)`, then `idf`
 * and `log1p` in any order: the language has checked them.
 */
export function eventFeatures(
  columns: EventColumns,
  items: NonNullable<EventAxes['items'][Modality]>,
  table: CaseTable,
  fitted: readonly boolean[],
  [first, ...steps]: readonly Step[],
): EventFeatures {
  const by = (Array.isArray(first?.args.by) ? first.args.by : items.fields).map(String);
  const places = by.map((field) => items.fields.indexOf(field));
  if (first?.op !== 'events' || places.includes(-1))
    throw new Error(`features.events cannot begin with ${JSON.stringify(first)}`);
  const nameOf = items.rows.map((fields) => places.map((place) => fields[place] || '-').join(' '));

  const windows = windowsOf(columns, table);
  const seen = new Set<string>();
  columns.itemOf.forEach((item, i) => {
    if (fitted[columns.caseOf[i] ?? -1] && (windows[i] ?? -1) >= 0) seen.add(nameOf[item] ?? '');
  });
  const events = [...seen].sort();
  const kindOf = new Map(events.map((name, kind) => [name, kind]));

  const width = events.length;
  const x = new Float64Array(table.cases.length * table.windows * width);
  const records = new Uint8Array(table.cases.length * table.windows);
  const unseen = new Set<string>();
  let [left, timeless] = [0, 0];
  columns.itemOf.forEach((item, i) => {
    const window = windows[i] ?? -1;
    if (window < 0) {
      if (Number.isNaN(columns.time[i])) timeless++;
      return;
    }
    const cell = (columns.caseOf[i] ?? 0) * table.windows + window;
    records[cell] = 1;
    const name = nameOf[item] ?? '';
    const kind = kindOf.get(name);
    if (kind === undefined) {
      left++;
      unseen.add(name);
    } else x[cell * width + kind] = (x[cell * width + kind] ?? 0) + (columns.count[i] ?? 0);
  });
  for (const { op } of steps) {
    if (op === 'idf') weighByRarity(x, table, width, fitted);
    else if (op === 'log1p') for (let i = 0; i < x.length; i++) x[i] = Math.log1p(x[i] ?? 0);
    else throw new Error(`features.events has no step ${op}`);
  }
  return {
    ...finishArray(x, [table.cases.length, table.windows, width]),
    coverage: table.cases.map((_, c) =>
      records.subarray(c * table.windows, (c + 1) * table.windows).reduce((sum, has) => sum + has, 0),
    ),
    // Most kinds of events are absent from most windows: that is no gap.
    empty: 0,
    constant: [],
    unseen: left,
    unseenNames: [...unseen].sort(),
    events,
    timeless,
  };
}

/** Window of each event; −1 outside of its case, or without a time where there are several windows. */
function windowsOf({ caseOf, time }: EventColumns, { cases, windows, windowMs }: CaseTable): Int32Array {
  return caseOf.map((index, i) => {
    const [row, at] = [cases[index], time[i] ?? Number.NaN];
    if (!row) return -1;
    if (windowMs === 0) return 0;
    if (Number.isNaN(at)) return windows === 1 ? 0 : -1;
    return at < row.start || at >= row.end
      ? -1
      : Math.min(Math.floor((at - row.start) / windowMs), windows - 1);
  });
}

/** Times ln(N / n): N fitted cases, n of them with such an event. */
function weighByRarity(
  x: Float64Array,
  { cases, windows }: CaseTable,
  width: number,
  fitted: readonly boolean[],
): void {
  const having = new Int32Array(width);
  for (let c = 0; c < cases.length; c++) {
    if (!fitted[c]) continue;
    for (let kind = 0; kind < width; kind++)
      for (let w = 0; w < windows; w++)
        if (x[(c * windows + w) * width + kind]) {
          having[kind] = (having[kind] ?? 0) + 1;
          break;
        }
  }
  const all = fitted.filter((one) => one).length;
  const weights = Float64Array.from(having, (n) => (n > 0 ? Math.log(all / n) : 0));
  for (let i = 0; i < x.length; i++) x[i] = (x[i] ?? 0) * (weights[i % width] ?? 0);
}
