/** Whether events lie where their labels say: another zone or unit of time puts them hours or decades away. */
import { modalities } from '../../catalog/modalities.ts';
import { eventCodes } from '../../diagnostics/codes/events.ts';
import { type Diagnostic, MedxError, report } from '../../diagnostics/diagnostic.ts';
import type { EventSet, LabelRow } from '../readers/reader.ts';

const hour = 3_600_000;

/** Throws `MedxError` for each modality of which every timed event is an hour or more away from its own case. */
export function refuseStrangers(
  labels: readonly LabelRow[],
  set: EventSet,
  bounds: (row: LabelRow) => { readonly start: number; readonly end: number },
): void {
  const problems = modalities.flatMap((modality): Diagnostic[] => {
    const times: number[] = [];
    const shifts: number[] = [];
    let near = false;
    set.events.forEach((list, i) => {
      const row = labels[i];
      if (!row) return;
      const { start, end } = bounds(row);
      for (const { modality: own, time } of list) {
        if (own !== modality || time === null) continue;
        times.push(time);
        shifts.push(time - row.time);
        near ||= time > start - hour && time < end + hour;
      }
    });
    if (near || times.length === 0) return [];
    const shift = middle(shifts);
    const all = labels.map(({ time }) => time);
    const params = { modality, labels: ends(all), events: ends(times), fix: likelyFix(shift, middle(all)) };
    return [report(eventCodes, 'MED3057', params)];
  });
  if (problems.length > 0) throw new MedxError(problems);
}

function likelyFix(shift: number, label: number): string {
  const factor = Math.log((label + shift) / label) / Math.log(1000);
  if (Number.isFinite(factor) && Math.round(factor) !== 0)
    return `the units of time differ by a factor of ${(1000 ** Math.abs(Math.round(factor))).toLocaleString('en')}: label times are read as seconds (10 digits) or milliseconds (13 digits), event times as milliseconds`;
  const hours = shift / hour;
  if (Math.abs(hours) <= 26)
    return `the events lie ${Math.abs(hours).toFixed(1)} h ${shift < 0 ? 'before' : 'after'} the failures: check the \`time_zone\` of the source`;
  return 'check that labels and events are of the same set';
}

function middle(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;
}

function ends(values: readonly number[]): readonly [number, number] {
  return values.reduce<readonly [number, number]>(
    ([first, last], value) => [Math.min(first, value), Math.max(last, value)],
    [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY],
  );
}
