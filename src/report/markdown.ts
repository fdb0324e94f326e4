/** Tables as Markdown, for a README or a report. */
import { formatRank } from './cells.ts';
import { accuracyColumn, comparisonColumns, paperColumns, scoreColumn, timeColumns } from './columns.ts';
import type { Table, TableRow } from './table.ts';

export function renderMarkdown(tables: readonly Table[]): string {
  return `${tables.map(renderOne).join('\n\n')}\n`;
}

interface Column {
  readonly head: string;
  readonly cell: (row: TableRow) => string;
}

/** Texts, which are set to the left, and numbers. */
function columnsOf(table: Table): { readonly texts: readonly Column[]; readonly numbers: readonly Column[] } {
  const several = table.rows.some((row) => row.run !== undefined);
  return {
    texts: [
      { head: 'rank', cell: ({ result }) => formatRank(result.statistics) },
      { head: 'row', cell: ({ label }) => code(label) },
      ...(several ? [{ head: 'run', cell: ({ run }: TableRow) => code(run ?? '') }] : []),
      {
        head: 'kind',
        cell: ({ result }) => (result.provenance ? `${result.kind}, ${result.provenance}` : result.kind),
      },
    ],
    numbers: [
      scoreColumn('f1_weighted', 'F1 weighted'),
      ...paperColumns(table),
      ...comparisonColumns(table),
      accuracyColumn,
      scoreColumn('precision_weighted', 'P weighted'),
      scoreColumn('recall_weighted', 'R weighted'),
      scoreColumn('f1_macro', 'F1 macro'),
      scoreColumn('precision_macro', 'P macro'),
      scoreColumn('recall_macro', 'R macro'),
      { head: 'seeds', cell: ({ result }) => String(result.seeds) },
      ...timeColumns(table),
    ],
  };
}

function renderOne(table: Table): string {
  const { texts, numbers } = columnsOf(table);
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
    ...table.rows.map((row) => line(shown.map(({ cell }) => cell(row)))),
    ...block(table.footnote === undefined ? [] : [table.footnote]),
    ...block(table.expectations.map(({ met, text }) => `- ${met ? 'met' : '**not met**'}: ${text}`)),
    ...block(table.alarms.map((alarm) => `- **${alarm}**`)),
    ...block(table.remarks.map((remark) => `- ${remark}`)),
  ].join('\n');
}

const code = (text: string) => (text === '' ? '' : `\`${text}\``);
const escapeCell = (text: string) => text.replaceAll('|', '\\|');
