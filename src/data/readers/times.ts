/**
 * Times as formats write them: texts without an offset, numbers of unknown unit; and the arguments that say what they are.
 * As a function and as SQL, so that labels and records cannot disagree.
 */
import { setCodes } from '../../diagnostics/codes/sets.ts';
import { MedxError, report } from '../../diagnostics/diagnostic.ts';
import { offsetOf, parseZone, toUtc, type Zone } from '../tables/zone.ts';
import type { PartClock, ReaderOptions } from './reader.ts';

/** The zone of an argument, or `fallback` without it. Throws `MedxError` for a text that is no zone. */
export function zoneOf(options: ReaderOptions, fallback: string, argument = 'time_zone'): Zone {
  const text = typeof options[argument] === 'string' ? options[argument] : fallback;
  const zone = parseZone(text);
  if (!zone) throw new MedxError(report(setCodes, 'MED3040', { argument, found: text }));
  return zone;
}

/** The zone of `time_zone` where it is given. Throws `MedxError` for a text that is no zone. */
export function givenZone(options: ReaderOptions): Zone | undefined {
  return options.time_zone === undefined ? undefined : zoneOf(options, '');
}

/** `2021-07-01 14:11:54[.950]` or with a comma; undefined if it is none. Milliseconds as if it were UTC. */
export function parseLocal(text: string): number | undefined {
  const found = /^(\d{4}-\d\d-\d\d)[ T](\d\d:\d\d:\d\d)(?:[.,](\d{1,6}))?$/.exec(text.trim());
  if (!found) return undefined;
  const whole = Date.parse(`${found[1]}T${found[2]}Z`);
  if (Number.isNaN(whole)) return undefined;
  // Date.parse takes 31 February for 3 March.
  if (new Date(whole).toISOString().slice(0, 10) !== found[1]) return undefined;
  return whole + Number(`0.${found[3] ?? '0'}`) * 1000;
}

/** The same as SQL, null for what is none; a point before the fraction. */
export function sqlLocal(text: string): string {
  const stamp = `TRY_CAST(${text} AS TIMESTAMP)`;
  return `CASE WHEN substr(${text}, 17, 1) = ':' AND isfinite(${stamp}) THEN epoch_us(${stamp}) / 1e3 END`;
}

/** Seconds, milliseconds, microseconds or nanoseconds since 1970 as milliseconds: told by their size (after 1973). */
export function sqlEpoch(number: string): string {
  return `CASE WHEN abs(${number}) < 1e11 THEN ${number} * 1e3 WHEN abs(${number}) < 1e14 THEN ${number} WHEN abs(${number}) < 1e17 THEN ${number} / 1e3 ELSE ${number} / 1e6 END`;
}

const milliseconds: Readonly<Record<string, number>> = { s: 1000, ms: 1, us: 1e-3, ns: 1e-6 };

/** The text of a label's number in milliseconds UTC, by the arguments `unit` and `time_zone`; NaN if it is no number. */
export function labelClock(options: ReaderOptions): (text: string) => number {
  const zone = zoneOf(options, 'UTC');
  const unit = milliseconds[String(options.unit ?? 's')] ?? 1000;
  return (text) => (text.trim() === '' ? Number.NaN : toUtc(Number(text) * unit, zone));
}

/** Labels whose times `time_zone` and `unit` move. */
export function clockOf(options: ReaderOptions): PartClock {
  const unit = { now: String(options.unit ?? 's'), of: ['s', 'ms'] };
  return { zone: offsetOf(zoneOf(options, 'UTC')), unit };
}
