/**
 * Clocks of data sets: times written without an offset become UTC, numbers of unknown unit become milliseconds. As a
 * function and as SQL, so that labels and records cannot disagree.
 */
import { setCodes } from '../../diagnostics/codes/sets.ts';
import { MedxError, report } from '../../diagnostics/diagnostic.ts';
import type { ReaderOptions } from './reader.ts';

/** Offsets from UTC in milliseconds; piece i holds for local times below `until`, the last one for all later. */
export interface Zone {
  readonly name: string;
  readonly pieces: readonly { readonly until: number; readonly offset: number }[];
}

const minute = 60_000;
const hour = 60 * minute;
const day = 24 * hour;

/** Changes of a named zone are looked for between these years; before and after, the nearest offset holds. */
const years = [2000, 2040] as const;

/** `UTC`, `Z`, `+08:00` or a name of the IANA database; undefined for anything else. */
export function parseZone(text: string): Zone | undefined {
  const name = text.trim();
  if (/^(utc|z|gmt)$/i.test(name)) return { name: 'UTC', pieces: [{ until: Infinity, offset: 0 }] };
  const fixed = /^([+-])(\d\d):?(\d\d)$/.exec(name);
  if (fixed) {
    const [hours, minutes] = [Number(fixed[2]), Number(fixed[3])];
    if (hours > 14 || minutes > 59) return undefined;
    const offset = (fixed[1] === '-' ? -1 : 1) * (hours * hour + minutes * minute);
    return { name, pieces: [{ until: Infinity, offset }] };
  }
  // Newer versions of Node take more forms of offsets for a zone; here they would be mistyped ones.
  if (!/^[A-Za-z]/.test(name)) return undefined;
  try {
    const format = new Intl.DateTimeFormat('en-US', { timeZone: name, timeZoneName: 'longOffset' });
    return { name, pieces: changesOf(format) };
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}

/** The offset that holds last, for messages. */
export function offsetOf({ pieces }: Zone): number {
  return pieces.at(-1)?.offset ?? 0;
}

/** The zone of an argument, or `fallback` without it. Throws `MedxError` for a text that is no zone. */
export function zoneOf(options: ReaderOptions, fallback: string, argument = 'time_zone'): Zone {
  const text = typeof options[argument] === 'string' ? options[argument] : fallback;
  const zone = parseZone(text);
  if (!zone) throw new MedxError(report(setCodes, 'MED3040', { argument, found: text }));
  return zone;
}

/** Offset from UTC at a moment. */
function offsetAt(format: Intl.DateTimeFormat, time: number): number {
  const text = format.formatToParts(time).find(({ type }) => type === 'timeZoneName')?.value ?? '';
  const found = /^GMT([+-])(\d\d):(\d\d)/.exec(text);
  if (!found) return 0;
  return (found[1] === '-' ? -1 : 1) * (Number(found[2]) * hour + Number(found[3]) * minute);
}

function changesOf(format: Intl.DateTimeFormat): Zone['pieces'] {
  const pieces: { until: number; offset: number }[] = [];
  let from = Date.UTC(years[0], 0, 1);
  let offset = offsetAt(format, from);
  for (const end = Date.UTC(years[1], 0, 1); from < end; from += 10 * day) {
    const next = offsetAt(format, from + 10 * day);
    if (next === offset) continue;
    let [low, high] = [from, from + 10 * day];
    while (high - low > minute) {
      const middle = Math.floor((low + high) / 2 / minute) * minute;
      if (offsetAt(format, middle) === offset) low = middle;
      else high = middle;
    }
    pieces.push({ until: high + offset, offset });
    offset = next;
  }
  return [...pieces, { until: Infinity, offset }];
}

/** A local clock reading (milliseconds as if it were UTC) in UTC. An hour that comes twice is the first. */
export function toUtc(local: number, zone: Zone): number {
  return local - (zone.pieces.find(({ until }) => local < until)?.offset ?? 0);
}

/** The same as SQL of a numeric expression, which is repeated. */
export function sqlToUtc(local: string, zone: Zone): string {
  const offset = (pieces: Zone['pieces']): string => {
    const middle = Math.floor(pieces.length / 2);
    const bound = pieces[middle - 1]?.until;
    if (bound === undefined) return String(pieces[0]?.offset ?? 0);
    return `CASE WHEN ${local} < ${bound} THEN ${offset(pieces.slice(0, middle))} ELSE ${offset(pieces.slice(middle))} END`;
  };
  return `(${local} - ${offset(zone.pieces)})`;
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

/** `+08:00` of an offset in milliseconds. */
export function offsetText(offset: number): string {
  const minutes = Math.round(Math.abs(offset) / minute);
  const two = (n: number) => String(n).padStart(2, '0');
  return `${offset < 0 ? '-' : '+'}${two(Math.floor(minutes / 60))}:${two(minutes % 60)}`;
}
