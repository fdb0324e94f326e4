/** The part of stage `cases` for sets of extracted events: the table of cases, and what became of the events. */
import type { CaseSettings } from '../data/cases.ts';
import { buildEventCases, type EventCases } from '../data/events/cases.ts';
import type { EventSet, LabelSet } from '../data/readers/reader.ts';
import { dataCodes } from '../diagnostics/codes/data.ts';
import { MedxError, report } from '../diagnostics/diagnostic.ts';
import { type Modality, modalities } from './contracts.ts';
import type { StageContext } from './stage.ts';
import { noticeCode, type OpenDataset } from './telemetry.ts';

export async function readEventSet({
  reader,
  files,
  options,
}: OpenDataset): Promise<{ labels: LabelSet; set: EventSet }> {
  const labels = await reader.labels(files, options);
  const set = reader.events?.(files, labels, options);
  if (!set) throw new Error(`format ${reader.format} has no extracted events`);
  return { labels, set };
}

export async function runEventCases(
  dataset: OpenDataset,
  settings: CaseSettings,
  context: StageContext,
): Promise<void> {
  const { labels, set } = await readEventSet(dataset);
  refuseUnreadable(set);
  const cases = buildEventCases(labels, set, settings);
  tell(labels, set, cases, context);
  const { table, rows } = cases;
  const records = forEachModality(set, (modality) =>
    rows.map((row) => (set.events[row] ?? []).filter((event) => event.modality === modality).length),
  );
  const counts = Object.fromEntries(
    Object.entries(records).map(([modality, list]) => [
      modality,
      { events: list.reduce((a, b) => a + b, 0), empty: list.filter((n) => n === 0).length },
    ]),
  );
  noticeCode(context, 'MED3140', { cases: table.cases.length, counts }, table.cases.length);
  context.out.json('cases', table);
  const files = forEachModality(set, (modality) => ({
    rows: set.counts[modality]?.rows ?? 0,
    refused: set.counts[modality]?.refused ?? 0,
    repaired: 0,
    recovered: 0,
    range: rangeOf(set, modality),
  }));
  context.out.json('telemetry', { files, records });
  const keys = rows.map((row) => labels.rows[row]?.key ?? '');
  context.out.json('keys', keys);
}

function forEachModality<T>(set: EventSet, of: (modality: Modality) => T): Partial<Record<Modality, T>> {
  return Object.fromEntries(
    modalities.filter((modality) => set.counts[modality]).map((modality) => [modality, of(modality)]),
  );
}

/** First and last time of the events of the cases; null where they have none. */
function rangeOf(set: EventSet, modality: Modality): readonly [number, number] | null {
  let [first, last] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const list of set.events)
    for (const { modality: own, time } of list)
      if (own === modality && time !== null) [first, last] = [Math.min(first, time), Math.max(last, time)];
  return first <= last ? [first, last] : null;
}

function refuseUnreadable({ counts }: EventSet): void {
  const unreadable = Object.entries(counts).flatMap(([modality, { rows, refused, first }]) =>
    rows > 0 && refused === rows
      ? [report(dataCodes, 'MED3009', { what: `${modality} events`, refused, first })]
      : [],
  );
  if (unreadable.length > 0) throw new MedxError(unreadable);
}

function tell(labels: LabelSet, set: EventSet, { table, outside, cut }: EventCases, context: StageContext) {
  const { refused } = table;
  if (refused.length > 0) {
    const names = refused.map(({ id, reason }) => `${id} (${reason})`);
    noticeCode(context, 'MED3102', { refused: refused.length, names }, refused.length);
  }
  for (const modality of modalities) {
    const counts = set.counts[modality];
    if (!counts) continue;
    const { rows, refused: bad, first, surplus } = counts;
    if (bad > 0) noticeCode(context, 'MED3141', { modality, refused: bad, rows, first }, bad);
    if (surplus.keys.length > 0)
      noticeCode(context, 'MED3142', { what: modality, ...surplus }, surplus.keys.length);
  }
  const { entries, first, surplus } = set.topologyRefused;
  if (entries > 0) noticeCode(context, 'MED3148', { refused: entries, first }, entries);
  if (surplus.length > 0)
    noticeCode(context, 'MED3142', { what: 'topology', keys: surplus, events: 0 }, surplus.length);
  const copies = labels.copies?.length ?? 0;
  const left = modalities.reduce((sum, modality) => sum + (set.counts[modality]?.copies ?? 0), 0);
  if (copies > 0) noticeCode(context, 'MED3144', { copies, events: left }, copies);
  const events = set.events.reduce((sum, list) => sum + list.length, 0);
  if (outside > 0) noticeCode(context, 'MED3143', { outside, events }, outside);
  if (!cut) noticeCode(context, 'MED3147', { what: labels.timeless ? 'labels' : 'events' });
}
