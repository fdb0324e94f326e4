/** Tables as Markdown, for a README or a report. */
import type { ReportColumn } from '../catalog/blocks/report.ts';
import { fullColumns } from './columns.ts';
import { ranksMarkdown } from './over-datasets.ts';
import { reportMark, type Shown } from './shown.ts';
import type { RankedMethods } from './statistics/ranks.ts';
import type { Table } from './table.ts';

export function renderMarkdown(tables: readonly Table[], ranks?: RankedMethods, shown: Shown = {}): string {
  const { report, title, note, columns } = shown;
  const parts = [
    ...(report === undefined ? [] : [`<!-- ${reportMark(report)} -->`]),
    ...(title === undefined ? [] : [`# ${title}`]),
    ...(note === undefined ? [] : [note]),
    ...tables.map((table) => renderOne(table, columns)),
  ];
  return [`${parts.join('\n\n')}\n`, ...(ranks ? [ranksMarkdown(ranks)] : [])].join('\n');
}

/** Blocks of lines as they stand in a terminal. */
export function preformatted(blocks: readonly (readonly string[])[]): string {
  return ['```', blocks.map((lines) => lines.join('\n')).join('\n\n'), '```', ''].join('\n');
}

function renderOne(table: Table, columns: readonly ReportColumn[] | undefined): string {
  const { texts, numbers } = fullColumns(table, columns);
  const shown = [...texts, ...numbers];
  const line = (cells: readonly string[]) => `| ${cells.map(escapeCell).join(' | ')} |`;
  const block = (lines: readonly string[]) => (lines.length > 0 ? ['', ...lines] : []);
  return [
    `### ${table.title}`,
    '',
    ...table.facts.map(([key, text]) => `- ${key}: ${text}`),
    '',
    line(shown.map(({ head }) => head)),
    line([...texts.map(() => '---'), ...numbers.map(() => '---:')]),
    ...table.rows.map((row) => line(shown.map(({ cell, name }) => (name ? code(cell(row)) : cell(row))))),
    ...block(table.footnote === undefined ? [] : [table.footnote]),
    ...block(table.expectations.map(({ met, text }) => `- ${met ? 'met' : '**not met**'}: ${text}`)),
    ...block(table.alarms.map((alarm) => `- **${alarm}**`)),
    ...block(table.remarks.map((remark) => `- ${remark}`)),
  ].join('\n');
}

const code = (text: string) => (text === '' ? '' : `\`${text}\``);
const escapeCell = (text: string) => text.replaceAll('|', '\\|');
