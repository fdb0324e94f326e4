/** Draws tables for a terminal of a given width. Pure: the caller writes the lines. */
import type { ScoreName, ScoreSummary, Spread } from '../run/events.ts';
import type { Table, TableRow } from './table.ts';

export interface TextOptions {
  /** Columns of the terminal. */
  readonly width: number;
  readonly color: boolean;
}

/** In order of importance: a narrow terminal shows the first ones. Weighted recall is the accuracy. */
const scoreColumns: readonly { readonly score: ScoreName; readonly head: string }[] = [
  { score: 'f1_weighted', head: 'F1 weighted' },
  { score: 'precision_weighted', head: 'P weighted' },
  { score: 'recall_weighted', head: 'R w = acc.' },
  { score: 'f1_macro', head: 'F1 macro' },
  { score: 'precision_macro', head: 'P macro' },
  { score: 'recall_macro', head: 'R macro' },
];

export interface Column {
  readonly head: string;
  readonly cell: (row: TableRow) => string;
}

/** The scores; behind the first the times, where a row has any. */
function columnsOf(table: Table): Column[] {
  const [first, ...others] = scoreColumns.map(
    ({ score, head }): Column => ({ head, cell: ({ result }) => formatScore(result.scores[score]) }),
  );
  return [...(first ? [first] : []), ...timeColumns(table), ...others];
}

/** Median and 95th percentile share a cell. */
export function timeColumns({ rows }: Pick<Table, 'rows'>): Column[] {
  const costs = rows.flatMap(({ result }) => result.cost ?? []);
  if (costs.length === 0) return [];
  const detected = costs.some(({ detect_seconds }) => detect_seconds !== undefined);
  return [
    { head: 'fit', cell: ({ result }) => formatSeconds(result.cost?.fit_seconds) },
    { head: 'case p50–p95', cell: ({ result }) => formatSpread(result.cost?.answer_seconds) },
    ...(detected
      ? [
          {
            head: 'raw p50–p95',
            cell: ({ result }: TableRow) => formatSpread(result.cost?.detect_seconds),
          },
        ]
      : []),
  ];
}

/** Two digits and a unit: `1.4 s`, `0.31 ms`, `12 µs`. */
export function formatSeconds(seconds: number | undefined): string {
  if (seconds === undefined) return '–';
  const [value, unit] =
    seconds >= 1 ? [seconds, 's'] : seconds >= 1e-3 ? [seconds * 1e3, 'ms'] : [seconds * 1e6, 'µs'];
  return `${value >= 9.95 ? value.toFixed(0) : value.toFixed(1)} ${unit}`;
}

/** `4.1–12 ms`: median and 95th percentile. */
export function formatSpread(spread: Spread | undefined): string {
  const [low, high] = [formatSeconds(spread?.median), formatSeconds(spread?.p95)];
  const [number = '', unit] = low.split(' ');
  return high.split(' ')[1] === unit && spread ? `${number}–${high}` : spread ? `${low}–${high}` : low;
}

const gap = '  ';
const cellWidth = 13;

/** `0.826 ± 0.041`; `0.826` for a single seed. */
export function formatScore(score: ScoreSummary | undefined): string {
  if (!score) return '–';
  return score.sd === null ? score.mean.toFixed(3) : `${score.mean.toFixed(3)} ± ${score.sd.toFixed(3)}`;
}

export function renderTable(table: Table, options: TextOptions): string[] {
  const paint = (code: string) => (text: string) =>
    options.color ? `\u001b[${code}m${text}\u001b[0m` : text;
  const bold = paint('1');
  const dim = paint('2');
  const several = table.rows.some((row) => row.run !== undefined);
  const name = (row: TableRow) => {
    const { provenance } = row.result;
    const label = provenance && provenance !== 'sanity' ? `${row.label} (${provenance})` : row.label;
    return several ? `${label}  ${row.run}` : label;
  };
  const columns = columnsOf(table);
  const longest = Math.max(8, ...table.rows.map((row) => name(row).length));
  const fits = (n: number) => longest + n * (gap.length + cellWidth) <= options.width;
  let shown = columns.length;
  while (shown > 1 && !fits(shown)) shown -= 1;
  const labelWidth = Math.max(8, Math.min(longest, options.width - shown * (gap.length + cellWidth)));

  const best = Math.max(...table.rows.map((row) => row.result.scores.f1_weighted?.mean ?? -1));
  const line = (label: string, cells: readonly string[]) =>
    [clip(label, labelWidth), ...cells.map((cell) => cell.padEnd(cellWidth))].join(gap).trimEnd();
  const lines = [bold(table.title)];
  for (const [key, text] of table.facts) lines.push(...wrapFact(key, text, options.width).map(dim));
  lines.push('');
  lines.push(
    bold(
      line(
        '',
        columns.slice(0, shown).map((column) => column.head),
      ),
    ),
  );
  let kind = table.rows[0]?.result.kind;
  for (const row of table.rows) {
    if (row.result.kind !== kind) lines.push(dim('─'.repeat(labelWidth + shown * (gap.length + cellWidth))));
    kind = row.result.kind;
    const text = line(
      name(row),
      columns.slice(0, shown).map((column) => column.cell(row)),
    );
    lines.push(row.result.scores.f1_weighted?.mean === best ? bold(text) : text);
  }
  if (table.remarks.length > 0) lines.push('');
  for (const remark of table.remarks) lines.push(...wrap(remark, options.width, '! ', '  ').map(paint('33')));
  return lines;
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
