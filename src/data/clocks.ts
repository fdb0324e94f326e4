/**
 * Clocks that disagree: labels against records, and the records of modalities against each other. Told from which ten
 * minutes have records at all: moved by the right number of hours, gaps and ends agree. What to do about it is up to
 * `cases.ts`.
 */
import { setCodes } from '../diagnostics/codes/sets.ts';
import { type Diagnostic, report } from '../diagnostics/diagnostic.ts';
import type { Modality } from '../stages/contracts.ts';
import type { DatasetClock } from './readers/reader.ts';
import { offsetText } from './tables/zone.ts';
import { type Coverage, slotMs } from './windows/coverage.ts';

const hourMs = 3_600_000;

/** Zones differ from UTC by up to 14 hours, some by half an hour more. In slots. */
const shifts: readonly number[] = Array.from({ length: 28 }, (_, i) => i + 1)
  .flatMap((half) => [half, -half])
  .map((half) => (half * hourMs) / 2 / slotMs);

export type Coverages = Readonly<Partial<Record<Modality, Coverage>>>;

/** How many labels have records of the modality at their time, if they were `shift` slots later. */
function hits(labels: readonly number[], slots: ReadonlySet<number>, shift: number): number {
  return labels.filter((time) => slots.has(Math.floor(time / slotMs) + shift)).length;
}

export interface LabelShift {
  /** By which the labels would have to be later. */
  readonly hours: number;
  /** Labels that have records as they are, and moved. */
  readonly hit: number;
  readonly moved: number;
}

/** The smallest shift by which most labels have records; undefined if none brings half of them there. */
export function labelShift(labels: readonly number[], { slots }: Coverage): LabelShift | undefined {
  const set = new Set(slots);
  const hit = hits(labels, set, 0);
  let best: { shift: number; moved: number } | undefined;
  for (const shift of shifts) {
    const moved = hits(labels, set, shift);
    if (moved > (best?.moved ?? Math.max(hit, labels.length / 2 - 1))) best = { shift, moved };
  }
  return best && { hours: (best.shift * slotMs) / hourMs, hit, moved: best.moved };
}

/** Warns of labels most of which miss a modality, and would not at another hour. */
export function tellLabelShifts(
  labels: readonly number[],
  coverage: Coverages,
  clock: DatasetClock,
): Diagnostic[] {
  return Object.entries(coverage).flatMap(([modality, one]) => {
    const shift = labelShift(labels, one);
    if (!shift || labels.length < 5 || one.perInterval.every((n) => n === 0)) return [];
    if (shift.hit * 2 > shift.moved || shift.moved < 0.9 * labels.length) return [];
    const fix = zoneFix(clock.labels?.zone, -shift.hours) ?? 'check the clock of the labels';
    return [report(setCodes, 'MED3131', { modality, labels: labels.length, ...shift, fix })];
  });
}

/**
 * Warns of modalities whose records lie whole hours beside those of another: a set of a month parsed in the wrong zone
 * overlaps its labels all the same.
 */
export function tellModalityShifts(coverage: Coverages, clock: DatasetClock): Diagnostic[] {
  const present = (Object.keys(coverage) as Modality[]).filter(
    (name) => (coverage[name]?.slots.length ?? 0) > 0,
  );
  // Metrics are numbers since 1970 in every format, and have no gaps of their own.
  const against = present.includes('metric') ? 'metric' : present[0];
  if (against === undefined) return [];
  const groups = new Map<number, Modality[]>();
  for (const name of present) {
    const hours = name === against ? undefined : shiftBetween(coverage[name], coverage[against]);
    if (hours !== undefined) groups.set(hours, [...(groups.get(hours) ?? []), name]);
  }
  return [...groups].map(([hours, what]) => {
    const zone = what.map((name) => clock[name]?.zone).find((one) => one !== undefined);
    const fix = zoneFix(zone, hours) ?? 'check in which clock the files of each were written';
    return report(setCodes, 'MED3130', { what, against, hours, fix });
  });
}

/** Hours by which `one` lies after `other`; undefined where they agree, or at no shift. */
function shiftBetween(one?: Coverage, other?: Coverage): number | undefined {
  if (!one || !other) return undefined;
  const set = new Set(other.slots);
  // Slots that only one of the two has.
  const apart = (shift: number) => {
    const common = one.slots.filter((slot) => set.has(slot - shift)).length;
    return one.slots.length + other.slots.length - 2 * common;
  };
  const now = apart(0);
  let best: { shift: number; left: number } | undefined;
  for (const shift of shifts) {
    // An unbroken record that is moved differs by the shift at either end.
    if (now < 1.6 * Math.abs(shift)) continue;
    const left = apart(shift);
    if (left < (best?.left ?? 0.2 * now + 1)) best = { shift, left };
  }
  return best && (best.shift * slotMs) / hourMs;
}

/** `set time_zone: "+08:00"` for times that lie `hours` late under the offset that is set now. */
export function zoneFix(zone: number | undefined, hours: number): string | undefined {
  if (zone === undefined) return undefined;
  const offset = zone + hours * hourMs;
  return Math.abs(offset) <= 14 * hourMs ? `set \`time_zone: "${offsetText(offset)}"\`` : undefined;
}
