/** Corrupted spans: lost by chance, by delay or with their instance, and durations stretched by chance. */
import type { Corruption } from '../../stages/contracts.ts';
import { type Database, sqlText } from '../database.ts';
import { client, unknown } from '../windows/spans.ts';
import { writeParquet } from '../windows/stage.ts';
import {
  all,
  type CorruptedCases,
  createAffected,
  createDeviations,
  createSilent,
  isOneOf,
  withOthers,
} from './corruption.ts';
import { gaussian, uniform } from './random.ts';

export type SpanCorruption = NonNullable<Corruption['trace']> & { readonly mask?: number };

/**
 * Writes the spans that are left, in the columns of `spans.parquet`. A span is known by its window, link, operation and
 * durations, and by its number among spans that agree in all of them.
 *
 * Spans are lost one by one: children of a lost span keep the name of their caller. A silent instance is lost as a whole:
 * what it calls has the caller `unknown` and no caller's duration. A caller's duration is stretched alike for all its
 * children, by the deviation of its own service. Trace and depth stay what they were.
 */
export async function corruptSpans(
  db: Database,
  from: string,
  corruption: SpanCorruption,
  services: readonly string[],
  cases: CorruptedCases & { readonly fitted: readonly number[] },
  path: string,
): Promise<void> {
  const { drop = 0, delay = 0, noise = 0, mask = 0 } = corruption;
  const file = `read_parquet(${sqlText(from)})`;
  await createAffected(db, cases);
  if (mask > 0) {
    const names = services
      .map((name, code) => ({ code: String(code), name }))
      .filter(({ name }) => name !== client && name !== unknown);
    await createSilent(db, mask, names, 'INTEGER');
  }
  if (noise > 0) await createSpreads(db, file, services.length, cases.fitted);

  const columns = ['"case"', '"window"', 'caller', 'callee', 'operation', 'duration_us', 'caller_us'];
  const rest = ['trace', 'time', 'instance', 'depth', 'status'];
  const counted = drop > 0 || noise > 0;
  const nth = counted
    ? `row_number() OVER (PARTITION BY ${columns.join(', ')} ORDER BY ${rest.join(', ')})`
    : '1';
  const link = ['s."window"', 's.caller', 's.callee', 's.operation', 's.duration_us', 's.caller_us'];
  const identity = [...link, 's.nth'];
  const left = all([
    drop > 0 ? `${uniform('drop trace', 'a.salt', identity)} >= ${drop}` : undefined,
    delay > 0 ? `s.time + ${delay} < a.end_ms` : undefined,
    mask > 0 ? 'own.code IS NULL' : undefined,
  ]);
  const stretched = (value: string, deviation: string, kind: string, by: readonly string[]) =>
    noise > 0
      ? `${value} * exp(${noise} * coalesce(${deviation}, 0) * ${gaussian(kind, 'a.salt', by)})`
      : value;
  const duration = stretched('s.duration_us', 'd.deviation', 'noise trace', identity);
  const callers = stretched('s.caller_us', 'p.deviation', 'noise caller', ['s.caller', 's.caller_us']);
  const hidden = (value: string, instead: string) =>
    mask > 0 ? `CASE WHEN other.code IS NULL THEN ${value} ELSE ${instead} END` : value;
  const joins = [
    ...(noise > 0
      ? [
          `LEFT JOIN link_spread d ON d.series = s.caller * ${services.length} + s.callee`,
          'LEFT JOIN service_spread p ON p.series = s.caller',
        ]
      : []),
    ...(mask > 0
      ? [
          'LEFT JOIN silent own ON own."case" = s."case" AND own.code = s.callee',
          'LEFT JOIN silent other ON other."case" = s."case" AND other.code = s.caller',
        ]
      : []),
  ].join(' ');
  const corrupted = `
    SELECT s."case", s."window", ${hidden('s.caller', String(services.indexOf(unknown)))} AS caller, s.callee, s.operation,
      ${duration} AS duration_us, ${hidden(callers, 'NULL')} AS caller_us,
      ${rest.map((name) => `s.${name}`).join(', ')}
    FROM (SELECT ${[...columns, ...rest].join(', ')}, ${nth} AS nth FROM ${file} WHERE ${isOneOf(cases.affected)}) s
    JOIN affected a ON s."case" = a."case" ${joins} WHERE ${left}`;
  const rows = withOthers(corrupted, cases, [...columns, ...rest].join(', '), file);
  await writeParquet(db, `SELECT * FROM (${rows}) ORDER BY ALL`, path);
}

/** Deviations of the logarithm of durations, by link and by service. Durations of 0 have none and stay 0. */
async function createSpreads(
  db: Database,
  file: string,
  services: number,
  fitted: readonly number[],
): Promise<void> {
  const query = (series: string) =>
    `SELECT ${series} AS series, ln(duration_us) AS value FROM ${file} WHERE duration_us > 0 AND ${isOneOf(fitted)}`;
  await createDeviations(db, 'link_spread', query(`caller * ${services} + callee`));
  await createDeviations(db, 'service_spread', query('callee'));
}
