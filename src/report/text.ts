/** Draws tables for a terminal of a given width. Pure: the caller writes the lines. */
import { formatRank } from './cells.ts';
import { type Column, leadingColumns, scoreColumn, timeColumns } from './columns.ts';
import type { Table } from './table.ts';

export interface TextOptions {
  /** Columns of the terminal. */
  readonly width: number;
  readonly color: boolean;
}

/** In order of importance: a narrow terminal shows the first ones. Weighted recall is the accuracy. */
const columnsOf = (table: Table): Column[] => [
  ...leadingColumns(table),
  ...timeColumns(table),
  scoreColumn('precision_weighted'),
  scoreColumn('f1_macro'),
  scoreColumn('precision_macro'),
  scoreColumn('recall_macro'),
];

const gap = '  ';

export function renderTable(table: Table, options: TextOptions): string[] {
  const paint = (code: string) => (text: string) =>
    options.color ? `\u001b[${code}m${text}\u001b[0m` : text;
  const bold = paint('1');
  const dim = paint('2');
  const several = table.rows.some((row) => row.run !== undefined);
  const ranks = table.rows.map(({ result }) => formatRank(result.statistics));
  const rankWidth = Math.max(0, ...ranks.map((text) => text.length));
  const names = table.rows.map((row, i) => {
    const { provenance } = row.result;
    const label = provenance && provenance !== 'sanity' ? `${row.label} (${provenance})` : row.label;
    return `${(ranks[i] ?? '').padEnd(rankWidth)} ${several ? `${label}  ${row.run}` : label}`;
  });
  const longest = Math.max(8, ...names.map((name) => name.length));
  const columns = fitting(columnsOf(table), options.width - longest);
  const taken = columns.reduce((sum, { width }) => sum + gap.length + width, 0);
  const labelWidth = Math.max(8, Math.min(longest, options.width - taken));

  const line = (label: string, cells: readonly string[]) =>
    [clip(label, labelWidth), ...cells.map((cell, i) => cell.padEnd(columns[i]?.width ?? 0))]
      .join(gap)
      .trimEnd();
  const lines = [bold(table.title)];
  for (const [key, text] of table.facts) lines.push(...wrapFact(key, text, options.width).map(dim));
  lines.push('');
  lines.push(
    bold(
      line(
        '',
        columns.map((column) => column.head),
      ),
    ),
  );
  let kind = table.rows[0]?.result.kind;
  for (const [i, row] of table.rows.entries()) {
    if (row.result.kind !== kind) lines.push(dim('─'.repeat(labelWidth + taken)));
    kind = row.result.kind;
    const text = line(
      names[i] ?? '',
      columns.map((column) => column.cell(row)),
    );
    lines.push(row.result.statistics?.tied ? bold(text) : text);
  }
  if (table.footnote !== undefined) lines.push(...wrap(table.footnote, options.width, '', '').map(dim));
  if (table.expectations.length > 0) lines.push('');
  for (const { met, text } of table.expectations)
    lines.push(
      ...wrap(text, options.width, met ? 'met      ' : 'not met  ', '         ').map(
        paint(met ? '32' : '31'),
      ),
    );
  if (table.alarms.length + table.remarks.length > 0) lines.push('');
  for (const alarm of table.alarms)
    lines.push(...wrap(alarm, options.width, '!! ', '   ').map(paint('1;31')));
  for (const remark of table.remarks) lines.push(...wrap(remark, options.width, '! ', '  ').map(paint('33')));
  return lines;
}

/** The first columns that fit into the width, and at least one. */
function fitting(columns: readonly Column[], width: number): readonly Column[] {
  let room = width;
  const end = columns.findIndex((column, i) => {
    room -= gap.length + column.width;
    return room < 0 && i > 0;
  });
  return end < 0 ? columns : columns.slice(0, end);
}

const keyWidth = 10;

function wrapFact(key: string, text: string, width: number): string[] {
  const head = `${key.padEnd(keyWidth - 1)} `;
  return wrap(text, width, head, ' '.repeat(Math.min(head.length, keyWidth)));
}

/** Breaks at spaces; `first` and `rest` go before the lines. */
export function wrap(text: string, width: number, first: string, rest: string): string[] {
  const lines: string[] = [];
  let line = first;
  let empty = true;
  for (const word of text.split(' ')) {
    if (!empty && line.length + 1 + word.length > width) {
      lines.push(line);
      line = rest;
      empty = true;
    }
    line += empty ? word : ` ${word}`;
    empty = false;
  }
  return [...lines, line];
}

/** Exactly `width` columns: padded, or cut with an ellipsis. */
export function clip(text: string, width: number): string {
  return text.length <= width ? text.padEnd(width) : `${text.slice(0, Math.max(0, width - 1))}…`;
}
