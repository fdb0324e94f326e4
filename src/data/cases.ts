/** From labels and coverage to the table of cases: which injections become cases, and why the others do not. */
import { dataCodes } from '../diagnostics/codes/data.ts';
import { type Diagnostic, MedxError, report } from '../diagnostics/diagnostic.ts';
import type { CaseRow, CaseTable, Modality } from '../stages/contracts.ts';
import { type Coverages, type LabelShift, labelShift, zoneFix } from './clocks.ts';
import { type Interval, overlapGroups } from './intervals.ts';
import { caseId } from './readers/labels.ts';
import type { DatasetClock, LabelRow, PartClock } from './readers/reader.ts';
import { timeUnits } from './tables/clock.ts';

export interface CaseSettings {
  readonly windowMs: number;
  readonly beforeMs: number;
  readonly afterMs: number;
  /** Order of the classes, and the only ones taken; default: those that occur, sorted. */
  readonly classes?: readonly string[];
}

export type Refused = { readonly id: string; readonly reason: string };

/** `[t0 − before, t0 + after)` per label, in the order of the labels. */
export function caseIntervals(labels: readonly LabelRow[], settings: CaseSettings): Interval[] {
  return labels.map(({ time }, id) => ({
    id,
    start: time - settings.beforeMs,
    end: time + settings.afterMs,
  }));
}

/** Throws `MedxError` unless a case is a whole number of windows. Answers that number. */
export function countWindows(settings: CaseSettings): number {
  const length = settings.beforeMs + settings.afterMs;
  const windows = length / settings.windowMs;
  if (!Number.isInteger(windows) || windows < 1)
    throw new MedxError(report(dataCodes, 'MED3016', { window: settings.windowMs, length }));
  return windows;
}

/**
 * The table of cases. A label becomes a case if its class is taken and at least one record of any modality lies in its
 * interval; otherwise it is refused by name. Throws `MedxError` if no label meets the telemetry, if the labels are off by
 * a unit of time in one modality, or if only one class is left.
 */
export function buildCases(
  labels: readonly LabelRow[],
  coverage: Coverages,
  settings: CaseSettings,
  simulated: boolean,
  clock: DatasetClock = {},
): CaseTable {
  const windows = countWindows(settings);
  const intervals = caseIntervals(labels, settings);
  refuseMismatch(labels, coverage, clock);
  const refused: Refused[] = [];
  const kept: number[] = [];
  labels.forEach((label, i) => {
    const id = caseId(label.time, label.service);
    if (settings.classes && !settings.classes.includes(label.type))
      refused.push({ id, reason: `its class ${label.type} is not among ${settings.classes.join(', ')}` });
    else if (Object.values(coverage).every(({ perInterval }) => !perInterval[i])) {
      const from = new Date(intervals[i]?.start ?? 0).toISOString();
      refused.push({ id, reason: `no log, metric or trace record within its interval from ${from} on` });
    } else kept.push(i);
  });
  if (kept.length === 0) {
    const reasons = refused.map(({ id, reason }) => `${id}: ${reason}`);
    throw new MedxError(report(dataCodes, 'MED3008', { labels: labels.length, reasons }));
  }
  const types = new Set(kept.map((i) => labels[i]?.type ?? ''));
  const classes = (settings.classes ?? [...types].sort()).filter((type) => types.has(type));
  if (classes.length < 2)
    throw new MedxError(report(dataCodes, 'MED3007', { type: classes[0] ?? '', cases: kept.length }));
  const groups = overlapGroups(kept.flatMap((i) => intervals[i] ?? []));
  const cases = kept.flatMap((i, k): CaseRow[] => {
    const [label, interval] = [labels[i], intervals[i]];
    if (!label || !interval) return [];
    return [
      {
        id: caseId(label.time, label.service),
        injected: label.time,
        start: interval.start,
        end: interval.end,
        label: classes.indexOf(label.type),
        service: label.service,
        instance: label.instance,
        day: new Date(label.time).toISOString().slice(0, 10),
        group: groups[k] ?? k,
      },
    ];
  });
  return { simulated, classes, windows, windowMs: settings.windowMs, cases, refused };
}

/**
 * Errors for labels and telemetry that cannot belong together: off by a factor of 1000 or by hours in any modality, or no
 * overlap with any. (Records of other days only are no error while another modality has some.)
 */
function refuseMismatch(labels: readonly LabelRow[], coverage: Coverages, clock: DatasetClock): void {
  if (labels.length === 0) return;
  const times = labels.map(({ time }) => time).sort((a, b) => a - b);
  const span = [times[0] ?? 0, times.at(-1) ?? 0] as const;
  const met = Object.values(coverage).some(({ perInterval }) => perInterval.some((n) => n > 0));
  const missed: Diagnostic[] = [];
  let sure = false;
  for (const [modality, one] of Object.entries(coverage)) {
    const { range, perInterval } = one;
    if (!range || perInterval.some((n) => n > 0)) continue;
    const factor = thousands(middle(span), middle(range));
    const hours = factor === 0 ? hoursOff(span, range, times.length, labelShift(times, one), met) : 0;
    sure ||= factor !== 0 || hours !== 0;
    // Where another modality agrees with the labels, it is not the labels that are off.
    // Unless that one is moved by the same argument, and the records missed are not.
    const own = clock[modality as Modality]?.zone;
    const together = own === undefined && movesWithLabels(coverage, clock);
    const labelled = met && !together ? {} : (clock.labels ?? {});
    const fix =
      factor === 0
        ? hoursFix(hours, labelled.zone, own)
        : isLikely(middle(span))
          ? unitFix(`${modality} records`, -factor, clock[modality as Modality]?.unit)
          : unitFix('labels', factor, labelled.unit);
    const params = { what: `${modality} records`, labels: span, telemetry: range, fix };
    missed.push(report(dataCodes, 'MED3006', params));
  }
  if (missed.length > 0 && (!met || sure)) throw new MedxError(missed);
}

/** Whether every modality that meets the labels would go on meeting them under another zone. */
function movesWithLabels(coverage: Coverages, clock: DatasetClock): boolean {
  return Object.entries(coverage).every(
    ([name, { perInterval }]) =>
      perInterval.every((n) => n === 0) || clock[name as Modality]?.zone !== undefined,
  );
}

const middle = (range: readonly [number, number]) => (range[0] + range[1]) / 2;

/** k such that telemetry / labels is about 1000^k; 0 if it is not. Epochs of this century lie within a factor of 4. */
function thousands(labels: number, telemetry: number): number {
  const ratio = Math.log(telemetry / labels) / Math.log(1000);
  const k = Math.round(ratio);
  return Number.isFinite(ratio) && Math.abs(ratio - k) < 0.2 ? k : 0;
}

/**
 * Hours by which the labels lie after the records: by the gaps of the records, or else by the ends; 0 for more than a day.
 * Where the two ranges overlap it takes labels that would all have records, and several of them where another modality
 * agrees with the labels as they are.
 */
function hoursOff(
  labels: readonly [number, number],
  telemetry: readonly [number, number],
  count: number,
  shift: LabelShift | undefined,
  met: boolean,
): number {
  const after = Math.max(0, labels[0] - telemetry[1]);
  const before = Math.max(0, telemetry[0] - labels[1]);
  if (after + before === 0) {
    const enough = met ? count >= 3 && (shift?.moved ?? 0) >= 0.8 * count : shift?.moved === count;
    return shift && enough ? -shift.hours : 0;
  }
  if (shift) return -shift.hours;
  const hours = (after - before) / 3_600_000;
  return Math.abs(hours) <= 26 ? hours : 0;
}

/** Within this and the next decades; milliseconds. Times off by a factor of 1,000 are not. */
const isLikely = (time: number) => time > 6e11 && time < 4e12;

const unitNames = { s: 'seconds', ms: 'milliseconds', us: 'microseconds', ns: 'nanoseconds' } as const;

/** `what` has times that are too small by 1000^steps, or too large where that is negative. */
function unitFix(what: string, steps: number, unit: PartClock['unit']): string {
  const names: readonly string[] = timeUnits;
  const at = names.indexOf(unit?.now ?? '');
  const other = at < 0 ? undefined : timeUnits[at - steps];
  if (unit && other && unit.of.includes(other))
    return `the ${what} are in ${unitNames[other]}: set \`unit: ${other}\`${unit.within ? ` in \`${unit.within}\`` : ''}`;
  const [side, by] = steps > 0 ? ['multiply', steps] : ['divide', -steps];
  const amount = (1000 ** by).toLocaleString('en');
  return `the units of time differ: ${side} the times of the ${what} by ${amount} to have them in the unit of the format`;
}

/**
 * Which argument moves the labels to the records, or these to the labels. Where one argument moves both it helps neither.
 * The ends alone tell the least that the hours can be: no zone is proposed then.
 */
function hoursFix(hours: number, labels: number | undefined, records: number | undefined): string {
  if (hours === 0)
    return 'check that labels and telemetry are of the same days, and `case` and `window` of the dataset';
  const off = `the labels lie ${Math.abs(hours).toFixed(1)} h ${hours > 0 ? 'after' : 'before'} the telemetry: one of them is probably in local time, not UTC`;
  if ((labels === undefined) === (records === undefined)) return off;
  const argument = Number.isInteger(hours * 2)
    ? labels === undefined
      ? zoneFix(records, -hours)
      : zoneFix(labels, hours)
    : undefined;
  return `${off}; ${argument ?? 'set `time_zone`'}`;
}
