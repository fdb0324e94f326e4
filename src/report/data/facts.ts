/** Numbers about a dataset that text and chart share: cases per type, day and service. */
import type { DescribedCase, Description } from '../../stages/description.ts';

export interface TypeCount {
  readonly type: string;
  readonly cases: number;
  readonly services: number;
  readonly days: number;
}

export function typeCounts({ classes, cases }: Description): TypeCount[] {
  return classes.map((type, label) => {
    const own = cases.filter((one) => one.label === label);
    return { type, cases: own.length, services: distinct(own, 'service'), days: distinct(own, 'day') };
  });
}

const distinct = (cases: readonly DescribedCase[], key: 'service' | 'day') =>
  new Set(cases.map((one) => one[key]).filter((name) => name !== '')).size;

/** Rows by day or service in order of name, a count per class. */
export function countsBy(
  { classes, cases }: Description,
  key: 'service' | 'day',
): { readonly name: string; readonly counts: readonly number[] }[] {
  const names = [...new Set(cases.map((one) => one[key]))].sort();
  return names.map((name) => ({
    name,
    counts: classes.map((_, label) => cases.filter((one) => one[key] === name && one.label === label).length),
  }));
}

/** `45 cases of 4 types on 2 days`; days only where the labels have times. */
export function countsText({ cases, classes }: Description): string {
  const days = new Set(cases.map(({ day }) => day).filter((day) => day !== '')).size;
  const on = days > 0 ? ` on ${days} ${days === 1 ? 'day' : 'days'}` : '';
  return `${formatCount(cases.length)} cases of ${classes.length} types${on}`;
}

/** `2024-03-22 10:00:05` (UTC). */
export function formatTime(ms: number): string {
  return new Date(ms).toISOString().slice(0, 19).replace('T', ' ');
}

/** `1,234,567`. */
export const formatCount = (n: number) => n.toLocaleString('en');

/** `100%`, `99.7%`, `0.04%`: never rounded to 0% or 100% unless it is. */
export function formatShare(share: number): string {
  const percent = share * 100;
  if (share === 0 || share === 1) return `${percent}%`;
  const text = percent.toFixed(percent < 1 ? 2 : percent > 99 ? 1 : 0);
  return `${Number(text) === 100 ? '>99.9' : Number(text) === 0 ? '<0.01' : text}%`;
}
