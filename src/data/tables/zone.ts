/** Time zones: what a clock reading without an offset is in UTC, as a function and as the same rule in SQL. */

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

export const utc = fixedZone('UTC', 0);

/** The same offset at all times; in milliseconds. */
export function fixedZone(name: string, offset: number): Zone {
  return { name, pieces: [{ until: Infinity, offset }] };
}

/** `UTC`, `Z`, `+08:00` or a name of the IANA database; undefined for anything else. */
export function parseZone(text: string): Zone | undefined {
  const name = text.trim();
  if (/^(utc|z|gmt)$/i.test(name)) return utc;
  const fixed = /^([+-])(\d\d):?(\d\d)$/.exec(name);
  if (fixed) {
    const [hours, minutes] = [Number(fixed[2]), Number(fixed[3])];
    const offset = hours * hour + minutes * minute;
    if (offset > 14 * hour || minutes > 59) return undefined;
    return fixedZone(name, fixed[1] === '-' ? -offset : offset);
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

/** `+08:00` of an offset in milliseconds. */
export function offsetText(offset: number): string {
  const minutes = Math.round(Math.abs(offset) / minute);
  const two = (n: number) => String(n).padStart(2, '0');
  return `${offset < 0 ? '-' : '+'}${two(Math.floor(minutes / 60))}:${two(minutes % 60)}`;
}
