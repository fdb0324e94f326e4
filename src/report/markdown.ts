/** Tables as Markdown, for a README or a report. */
import { fullColumns } from './columns.ts';
import type { Table } from './table.ts';

export function renderMarkdown(tables: readonly Table[]): string {
  return `${tables.map(renderOne).join('\n\n')}\n`;
}

function renderOne(table: Table): string {
  const { texts, numbers } = fullColumns(table);
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
