/** Times as files write them → epoch milliseconds, as SQL. */
import { sqlText } from '../database.ts';
import { sqlToUtc, utc, type Zone } from './zone.ts';

/** From the largest to the smallest, a thousand each. */
export const timeUnits = ['s', 'ms', 'us', 'ns'] as const;
export type TimeUnit = (typeof timeUnits)[number];

export interface Clock {
  /**
   * A number since 1970 in that unit; a `text`: `2024-03-22 10:00:00.5`, `2024-03-22T10:00:00,5+08:00`; or `auto`: text, or
   * a number whose unit its size tells (10 digits are seconds, 13 milliseconds, 16 microseconds, 19 nanoseconds).
   */
  readonly unit: TimeUnit | 'text' | 'auto';
  /** Of texts without an offset of their own; such texts are refused without it. */
  readonly zone?: Zone;
}

const perMs = { s: '* 1e3', ms: '* 1', us: '/ 1e3' } as const;

/** Whole microseconds are taken first: a double holds 19 digits only to a quarter of a microsecond. */
function nanoseconds(from: string): string {
  return `coalesce((TRY_CAST(${from} AS BIGINT) // 1000) / 1e3, TRY_CAST(${from} AS DOUBLE) / 1e6)`;
}

const hasZone = (text: string) => `regexp_matches(${text}, '(Z|[+-]\\d\\d(:?\\d\\d)?)\\s*$', 'i')`;

/** `from` is a text. Null where it is no time; NaN and infinite numbers are none. */
export function timeSql(from: string, clock: Clock = { unit: 'auto' }): string {
  const { unit } = clock;
  if (unit === 'ns') return finite(nanoseconds(from));
  if (unit !== 'auto' && unit !== 'text') return finite(`TRY_CAST(${from} AS DOUBLE) ${perMs[unit]}`);
  if (unit === 'text') return textSql(from, clock);
  const number = `TRY_CAST(${from} AS DOUBLE)`;
  const sized = `CASE WHEN abs(${number}) >= 1e17 THEN ${nanoseconds(from)} WHEN abs(${number}) >= 1e14 THEN ${number} / 1e3 WHEN abs(${number}) >= 1e11 THEN ${number} ELSE ${number} * 1e3 END`;
  return `CASE WHEN ${number} IS NOT NULL THEN ${finite(sized)} ELSE ${textSql(from, clock)} END`;
}

function finite(number: string): string {
  return `(CASE WHEN isfinite(${number}) THEN ${number} END)`;
}

/** A text needs a date and a time of day. The cast to TIMESTAMP ignores an offset, that to TIMESTAMPTZ wants a colon in it. */
function textSql(from: string, { zone }: Clock): string {
  const text = `replace(trim(${from}), ',', '.')`;
  const zoned = `epoch_us(TRY_CAST(regexp_replace(${text}, '\\s*([+-]\\d\\d):?(\\d\\d)$', '\\1:\\2') AS TIMESTAMPTZ)) / 1e3`;
  const local = zone ? sqlToUtc(`(epoch_us(TRY_CAST(${text} AS TIMESTAMP)) / 1e3)`, zone) : 'NULL';
  const isTime = `regexp_matches(${text}, '^\\d{4}-\\d\\d?-\\d\\d?[T ]\\d\\d?:')`;
  return `(CASE WHEN ${isTime} THEN CASE WHEN ${hasZone(text)} THEN ${zoned} ELSE ${local} END END)`;
}

/** Why `timeSql` gave null. */
export function timeReason(name: string, from: string, clock: Clock = { unit: 'auto' }): string {
  const shown = `left(${from}, 60)`;
  const column = sqlText(`the time \`${name}\` `);
  const asText = clock.unit === 'auto' || clock.unit === 'text';
  const local =
    asText && clock.zone === undefined
      ? `WHEN ${textSql(from, { ...clock, zone: utc })} IS NOT NULL THEN concat(${column}, 'has no time zone: \`', ${shown}, '\`; declare one, such as \`time_zone: "+08:00"\`') `
      : '';
  const expected = sqlText(
    asText ? '`, which is no time' : `\`, which is no number of ${clock.unit} since 1970`,
  );
  return `CASE WHEN ${from} IS NULL OR trim(${from}) = '' THEN concat(${column}, 'is empty') ${local}ELSE concat(${column}, 'is \`', ${shown}, ${expected}) END`;
}
