/**
 * From labels and extracted events to the table of cases. A label is a case if its class is taken and some event file
 * knows it: that nothing was noticed is an observation too.
 *
 * Where labels and events have times, a case is cut around the start of its failure as with raw telemetry. Where events
 * have none, it is one window from the failure's start to its end; where labels have none either, it has no times at all.
 */
import { dataCodes } from '../../diagnostics/codes/data.ts';
import { MedxError, report } from '../../diagnostics/diagnostic.ts';
import type { CaseRow, CaseTable } from '../../stages/contracts.ts';
import { type CaseSettings, countWindows, type Refused } from '../cases.ts';
import { overlapGroups } from '../intervals.ts';
import { caseId } from '../readers/labels.ts';
import type { EventSet, ExtractedEvent, LabelRow, LabelSet } from '../readers/reader.ts';
import { refuseStrangers } from './times.ts';

export interface EventCases {
  readonly table: CaseTable;
  /** Per case its row in the labels. */
  readonly rows: readonly number[];
  /** Events of cases whose time lies outside of their case. */
  readonly outside: number;
  /** Whether events have times and `window` and `case` were used. */
  readonly cut: boolean;
}

/** Throws `MedxError` if no label becomes a case, only one class is left, or labels and events are of different times. */
export function buildEventCases(labels: LabelSet, set: EventSet, settings: CaseSettings): EventCases {
  const cut = !labels.timeless && set.events.some((list) => list.some(({ time }) => time !== null));
  const windows = cut ? countWindows(settings) : 1;
  const bounds = (row: LabelRow) =>
    cut
      ? { start: row.time - settings.beforeMs, end: row.time + settings.afterMs }
      : { start: row.time, end: row.end ?? row.time };
  if (cut) refuseStrangers(labels.rows, set, bounds);

  const { kept, refused } = chooseLabels(labels, set, settings);
  const types = new Set(kept.map((i) => labels.rows[i]?.type ?? ''));
  const classes = (settings.classes ?? [...types].sort()).filter((type) => types.has(type));
  if (classes.length < 2)
    throw new MedxError(report(dataCodes, 'MED3007', { type: classes[0] ?? '', cases: kept.length }));

  const rows = kept.flatMap((i) => labels.rows[i] ?? []);
  const groups = groupCases(rows, labels.timeless ? rows.map((_, k) => k) : overlaps(rows.map(bounds)));
  const cases = rows.map((row, k): CaseRow => {
    const key = `#${row.key ?? k}`;
    const place = {
      label: classes.indexOf(row.type),
      service: row.service,
      instance: row.instance,
      group: groups[k] ?? k,
      ...(row.part ? { part: row.part } : {}),
    };
    if (labels.timeless)
      return { id: `${key} ${row.instance}`, injected: 0, start: 0, end: 0, day: '', ...place };
    return {
      id: `${caseId(row.time, row.instance)} ${key}`,
      injected: row.time,
      ...bounds(row),
      day: new Date(row.time).toISOString().slice(0, 10),
      ...place,
    };
  });
  const outside = cut
    ? kept.reduce((sum, i, k) => sum + (set.events[i] ?? []).filter(isOutside(cases[k])).length, 0)
    : 0;
  const table: CaseTable = {
    simulated: false,
    classes,
    windows,
    windowMs: cut ? settings.windowMs : 0,
    ...(labels.timeless ? { timeless: true } : {}),
    cases,
    refused: [...labels.refused, ...refused],
  };
  return { table, rows: kept, outside, cut };
}

const isOutside =
  (bounds: { readonly start: number; readonly end: number } | undefined) =>
  ({ time }: ExtractedEvent): boolean =>
    time !== null && bounds !== undefined && (time < bounds.start || time >= bounds.end);

function chooseLabels(labels: LabelSet, set: EventSet, { classes }: CaseSettings) {
  const refused: Refused[] = [];
  const kept = labels.rows.flatMap((row, i) => {
    const reason =
      classes && !classes.includes(row.type)
        ? `its class ${row.type} is not among ${classes.join(', ')}`
        : set.known[i]
          ? undefined
          : `no event file knows the index ${row.key ?? ''}`;
    if (reason === undefined) return [i];
    refused.push({ id: row.place, reason });
    return [];
  });
  if (kept.length > 0) return { kept, refused };
  const all = [...labels.refused, ...refused];
  const reasons = all.map(({ id, reason }) => `${id}: ${reason}`);
  throw new MedxError(report(dataCodes, 'MED3008', { labels: all.length, reasons }));
}

function overlaps(bounds: readonly { start: number; end: number }[]): number[] {
  return overlapGroups(bounds.map(({ start, end }, id) => ({ id, start, end })));
}

/** Copies of one failure belong to one group, with all that overlaps any of them. */
function groupCases(rows: readonly LabelRow[], overlapping: readonly number[]): number[] {
  const first = new Map<string, number>();
  const parent = new Map<number, number>();
  const find = (group: number): number => {
    const up = parent.get(group);
    return up === undefined || up === group ? group : find(up);
  };
  rows.forEach(({ origin }, k) => {
    if (origin === undefined) return;
    const group = find(overlapping[k] ?? k);
    const other = first.get(origin);
    if (other === undefined) first.set(origin, group);
    else parent.set(Math.max(find(other), group), Math.min(find(other), group));
  });
  return rows.map((_, k) => find(overlapping[k] ?? k));
}
