/** From labels and coverage to the table of cases: which injections become cases, and why the others do not. */
import { dataCodes } from '../diagnostics/codes/data.ts';
import { type Diagnostic, MedxError, report } from '../diagnostics/diagnostic.ts';
import type { CaseRow, CaseTable, Modality } from '../stages/contracts.ts';
import { type Interval, overlapGroups } from './intervals.ts';
import { caseId } from './readers/labels.ts';
import type { LabelRow } from './readers/reader.ts';
import type { Coverage } from './windows/coverage.ts';

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
  coverage: Readonly<Partial<Record<Modality, Coverage>>>,
  settings: CaseSettings,
  simulated: boolean,
): CaseTable {
  const windows = countWindows(settings);
  const intervals = caseIntervals(labels, settings);
  refuseMismatch(labels, coverage);
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

/** Errors for labels and telemetry that cannot belong together: a factor of 1000, or no overlap at all. */
function refuseMismatch(
  labels: readonly LabelRow[],
  coverage: Readonly<Partial<Record<Modality, Coverage>>>,
): void {
  if (labels.length === 0) return;
  const times = labels.map(({ time }) => time).sort((a, b) => a - b);
  const span = [times[0] ?? 0, times.at(-1) ?? 0] as const;
  const missed: Diagnostic[] = [];
  let met = false;
  let unit = false;
  for (const [modality, { range, perInterval }] of Object.entries(coverage)) {
    if (!range) continue;
    if (perInterval.some((n) => n > 0)) {
      met = true;
      continue;
    }
    const factor = thousands(middle(span), middle(range));
    unit ||= factor !== 0;
    const what = `${modality} records`;
    missed.push(
      report(dataCodes, 'MED3006', {
        what,
        labels: span,
        telemetry: range,
        fix: likelyFix(span, range, factor),
      }),
    );
  }
  if (missed.length > 0 && (!met || unit)) throw new MedxError(missed);
}

const middle = (range: readonly [number, number]) => (range[0] + range[1]) / 2;

/** k such that telemetry / labels is about 1000^k; 0 if it is not. Epochs of this century lie within a factor of 4. */
function thousands(labels: number, telemetry: number): number {
  const ratio = Math.log(telemetry / labels) / Math.log(1000);
  const k = Math.round(ratio);
  return Number.isFinite(ratio) && Math.abs(ratio - k) < 0.2 ? k : 0;
}

function likelyFix(
  labels: readonly [number, number],
  telemetry: readonly [number, number],
  factor: number,
): string {
  if (factor !== 0) {
    const [side, by] = factor > 0 ? ['multiply', factor] : ['divide', -factor];
    const amount = (1000 ** by).toLocaleString('en');
    return `the units of time differ: ${side} the label times by ${amount}, or the telemetry times the other way round, to the units of the format`;
  }
  const gap =
    labels[0] > telemetry[1]
      ? labels[0] - telemetry[1]
      : labels[1] < telemetry[0]
        ? labels[1] - telemetry[0]
        : 0;
  const hours = Math.abs(gap) / 3_600_000;
  if (hours > 0 && hours <= 26)
    return `the labels lie ${hours.toFixed(1)} h ${gap > 0 ? 'after' : 'before'} the telemetry: one of them is probably in local time, not UTC`;
  return 'check that labels and telemetry are of the same days, and `case` and `window` of the dataset';
}
