/** Tables as Markdown, for a README or a report. */
import type { ScoreName } from '../run/events.ts';
import type { Table } from './table.ts';
import { formatScore, timeColumns } from './text.ts';

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
  const times = timeColumns(table);
  const several = table.rows.some((row) => row.run !== undefined);
  const heads = [
    'row',
    ...(several ? ['run'] : []),
    'kind',
    ...columns.map(([, head]) => head),
    'seeds',
    ...times.map(({ head }) => head),
  ];
  const rows = table.rows.map((row) => [
    code(row.label),
    ...(several ? [code(row.run ?? '')] : []),
    row.result.provenance ? `${row.result.kind}, ${row.result.provenance}` : row.result.kind,
    ...columns.map(([score]) => formatScore(row.result.scores[score])),
    String(row.result.seeds),
    ...times.map(({ cell }) => cell(row)),
  ]);
  const line = (cells: readonly string[]) => `| ${cells.map(escapeCell).join(' | ')} |`;
  const numbers = columns.length + times.length + 1;
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
