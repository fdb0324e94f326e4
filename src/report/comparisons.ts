/** Behind `--details`: what the p of every row is made of. */
import { formatProbability } from './cells.ts';
import { referenceOf } from './statistics/alarms.ts';
import type { Table } from './table.ts';
import { clip, type TextOptions } from './text.ts';

/** Nothing where no row is compared. */
export function renderComparisons({ title, rows }: Table, { width, color }: TextOptions): string[] {
  const named = rows.map(({ label, run, result }) => ({ label: run ? `${label} ${run}` : label, result }));
  const compared = named.flatMap(({ label, result }) => {
    const one = result.statistics?.comparison;
    return one ? [{ label, one }] : [];
  });
  if (compared.length === 0) return [];
  // As wide as what stands below: `<0.001`.
  const heads = ['seeds', 'cases', 'better', 'worse', 'McNemar', 'bootstrap', '  Holm', 'needed'];
  const cells = compared.map(({ one }) => [
    String(one.seeds),
    String(one.cases),
    String(one.wins),
    String(one.losses),
    formatProbability(one.mcnemar_p),
    formatProbability(one.bootstrap_p),
    formatProbability(one.p),
    one.cases_needed === null ? '–' : one.cases_needed.toLocaleString('en'),
  ]);
  const taken = heads.reduce((sum, head) => sum + head.length + 2, 0);
  const longest = Math.max(...compared.map(({ label }) => label.length));
  const labelWidth = Math.max(8, Math.min(longest, width - taken));
  const line = (label: string, texts: readonly string[]) =>
    [clip(label, labelWidth), ...texts.map((text, i) => text.padStart(heads[i]?.length ?? 0))].join('  ');
  const bold = (text: string) => (color ? `\u001b[1m${text}\u001b[0m` : text);
  const reference = referenceOf(named)?.label ?? '';
  return [
    bold(`${title}: compared with ${reference}, case by case`),
    line('', heads),
    ...compared.map(({ label }, i) => line(label, cells[i] ?? [])),
  ];
}
