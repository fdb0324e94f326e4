/** Tables as Markdown, for a README or a report. */
import type { ScoreName } from '../run/events.ts';
import type { Table } from './table.ts';
import { formatScore, formatSeconds } from './text.ts';

const columns: readonly (readonly [score: ScoreName, head: string])[] = [
  ['precision_weighted', 'P weighted'],
  ['recall_weighted', 'R weighted'],
  ['f1_weighted', 'F1 weighted'],
  ['precision_macro', 'P macro'],
  ['recall_macro', 'R macro'],
  ['f1_macro', 'F1 macro'],
  ['accuracy', 'accuracy'],
];

export function renderMarkdown(tables: readonly Table[]): string {
  return `${tables.map(renderOne).join('\n\n')}\n`;
}

function renderOne(table: Table): string {
  const timed = table.rows.some((row) => row.result.cost !== undefined);
  const several = table.rows.some((row) => row.run !== undefined);
  const heads = [
    'row',
    ...(several ? ['run'] : []),
    'kind',
    ...columns.map(([, head]) => head),
    'seeds',
    ...(timed ? ['fit', 'per case'] : []),
  ];
  const rows = table.rows.map(({ label, run, result }) => [
    code(label),
    ...(several ? [code(run ?? '')] : []),
    result.provenance ? `${result.kind}, ${result.provenance}` : result.kind,
    ...columns.map(([score]) => formatScore(result.scores[score])),
    String(result.seeds),
    ...(timed
      ? [formatSeconds(result.cost?.fit_seconds), formatSeconds(result.cost?.answer_seconds_per_case)]
      : []),
  ]);
  const line = (cells: readonly string[]) => `| ${cells.map(escapeCell).join(' | ')} |`;
  const numbers = columns.length + (timed ? 3 : 1);
  const rule = heads.map((_, i) => (i >= heads.length - numbers ? '---:' : '---'));
  return [
    `### ${table.title}`,
    '',
    ...table.facts.map(([key, text]) => `- ${key}: ${text}`),
    '',
    line(heads),
    line(rule),
    ...rows.map(line),
    ...(table.remarks.length > 0 ? ['', ...table.remarks.map((remark) => `- ${remark}`)] : []),
  ].join('\n');
}

const code = (text: string) => (text === '' ? '' : `\`${text}\``);
const escapeCell = (text: string) => text.replaceAll('|', '\\|');
