/** Rows that several datasets have in common: their mean ranks and what tells them apart, as data, text and Markdown. */
import { formatProbability } from './cells.ts';
import { type RankedMethods, rankMethods } from './statistics/ranks.ts';
import type { Table } from './table.ts';
import { clip, type TextOptions, wrap } from './text.ts';

/** With fewer the critical difference exceeds any difference of ranks. */
const fewestDatasets = 3;

/**
 * Ranks by mean weighted F1. Undefined with fewer than three datasets, or fewer than two rows that all of them score. Where a
 * dataset has a row more than once (in several runs or experiments) the first counts.
 */
export function ranksOver(tables: readonly Table[]): RankedMethods | undefined {
  const scores = new Map<string, Map<string, number>>();
  for (const { label, result } of tables.flatMap(({ rows }) => rows)) {
    const mean = result.scores.f1_weighted?.mean;
    const own = scores.get(result.data) ?? new Map<string, number>();
    scores.set(result.data, own);
    if (mean !== undefined && !own.has(label)) own.set(label, mean);
  }
  const datasets = [...scores.values()];
  const names = [...(datasets[0]?.keys() ?? [])].filter((name) => datasets.every((own) => own.has(name)));
  if (datasets.length < fewestDatasets || names.length < 2) return undefined;
  const table = datasets.map((own) => names.map((name) => own.get(name) ?? 0));
  return rankMethods([...scores.keys()], names, table);
}

/** Bars join rows that cannot be told apart. */
export function renderRanks(ranks: RankedMethods, { width, color }: TextOptions): string[] {
  const paint = (code: string) => (text: string) => (color ? `\u001b[${code}m${text}\u001b[0m` : text);
  const bars = ranks.groups.length * 2;
  const names = Math.min(
    Math.max(...ranks.methods.map(({ name }) => name.length)),
    Math.max(8, width - 8 - bars),
  );
  const lines = ranks.methods.map(({ name, rank }, i) => {
    const joined = ranks.groups.map(([first, last]) => (i >= first && i <= last ? ' ┃' : '  ')).join('');
    return `${rank.toFixed(2).padStart(6)}  ${clip(name, names)}${joined}`.trimEnd();
  });
  return [paint('1')('mean ranks'), ...wrap(ranksText(ranks), width, '', '').map(paint('2')), '', ...lines];
}

/** Rows that share a letter cannot be told apart. */
export function ranksColumns(ranks: RankedMethods): {
  readonly head: readonly string[];
  readonly rows: readonly (readonly [name: string, rank: string, groups: string])[];
} {
  const joined = (i: number) =>
    ranks.groups.flatMap(([first, last], k) =>
      i >= first && i <= last ? [String.fromCharCode(97 + (k % 26))] : [],
    );
  return {
    head: ['row', 'mean rank', 'cannot be told apart'],
    rows: ranks.methods.map(({ name, rank }, i) => [name, rank.toFixed(2), joined(i).join(' ')] as const),
  };
}

export function ranksMarkdown(ranks: RankedMethods): string {
  const { head, rows } = ranksColumns(ranks);
  return [
    '### mean ranks',
    '',
    ranksText(ranks),
    '',
    `| ${head.join(' | ')} |`,
    '| --- | ---: | --- |',
    ...rows.map(([name, rank, groups]) => `| \`${name.replaceAll('|', '\\|')}\` | ${rank} | ${groups} |`),
    '',
  ].join('\n');
}

export function ranksText({
  datasets,
  methods,
  hidden = 0,
  friedman,
  critical_difference,
}: RankedMethods): string {
  const few = datasets.length < 6 ? ' So few datasets show only very large differences.' : '';
  const all = methods.length + hidden;
  const some =
    hidden > 0 ? ` ${methods.length} of ${all} rows are shown; ranks are those among all ${all}.` : '';
  return (
    `Over ${datasets.length} datasets (${datasets.join(', ')}), by mean weighted F1; 1 is best. Friedman (Iman and Davenport) ` +
    `p ${formatProbability(friedman.p).replace(/^(?=\d)/, '= ')}; Nemenyi's critical difference at 5% is ` +
    `${critical_difference.toFixed(2)}: rows whose ranks are nearer are joined.${few}${some}`
  );
}
