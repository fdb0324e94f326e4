/** Cases by day and in order of time, for steps that go day by day as the authors' code does (METHOD 5). */
import type { CaseRow } from '../../stages/contracts.ts';
import type { Days } from './series.ts';

export type TimedCase = Pick<CaseRow, 'day' | 'start'>;

/** Days are numbered in the order in which they first occur. */
export function daysOf(rows: readonly TimedCase[]): Days {
  const numbers = new Map<string, number>();
  for (const { day } of rows) if (!numbers.has(day)) numbers.set(day, numbers.size);
  return { count: numbers.size, of: Int32Array.from(rows, ({ day }) => numbers.get(day) ?? 0) };
}

/** By start; equal starts in the order of the table. */
export function inTime(rows: readonly TimedCase[]): number[] {
  return rows.map((_, c) => c).sort((a, b) => (rows[a]?.start ?? 0) - (rows[b]?.start ?? 0) || a - b);
}

/** The first day without a case that is fitted on. */
export function unfittedDay(rows: readonly TimedCase[], fitted: readonly boolean[]): string | undefined {
  const has = new Set(rows.flatMap(({ day }, c) => (fitted[c] ? [day] : [])));
  return rows.find(({ day }) => !has.has(day))?.day;
}
