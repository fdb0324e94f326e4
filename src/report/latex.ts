/**
 * Tables as LaTeX for a paper: one `table` each, ruled by booktabs, everything that the table says of itself set small below
 * it. A table wider than the text is shrunk. Needs the packages booktabs and graphicx and a compiler that reads UTF-8; letters beyond Latin and Greek need LuaLaTeX or XeLaTeX.
 */
import { visible } from '../text/visible.ts';
import { type FullColumn, fullColumns, lessTheBest } from './columns.ts';
import { ranksColumns, ranksText } from './over-datasets.ts';
import { reportMark, type Shown } from './shown.ts';
import type { RankedMethods } from './statistics/ranks.ts';
import type { Table } from './table.ts';

export function renderLatex(tables: readonly Table[], ranks?: RankedMethods, shown: Shown = {}): string {
  const { report, title } = shown;
  const captionOf = (table: Table) =>
    title === undefined ? table.title : tables.length === 1 ? title : `${title}: ${table.title}`;
  return [
    ...(report === undefined ? [] : [`% ${reportMark(report)}`]),
    '% Needs \\usepackage{booktabs,graphicx}.',
    ...tables.map((table) => renderOne(table, captionOf(table), shown)),
    ...(ranks ? [renderRanks(ranks)] : []),
    '',
  ].join('\n');
}

/** What a page of a paper has no room for: CSV and Markdown have it. Weighted recall is the accuracy. */
const left: readonly FullColumn['key'][] = [
  'kind',
  'recall',
  'f1_macro',
  'precision_macro',
  'recall_macro',
  'seeds',
  'fit_time',
];

function renderOne(table: Table, caption: string, { columns, note }: Shown): string {
  const { texts, numbers } = fullColumns(table, columns);
  // The rank is the mark behind the name.
  const keep = ({ key, head }: FullColumn) =>
    key !== 'rank' && (columns !== undefined || !(left.includes(key) || head === lessTheBest));
  const [names, cells] = [texts.filter(keep), numbers.filter(keep)];
  let kind = table.rows[0]?.result.kind;
  const lines = table.rows.flatMap((row) => {
    const [label = '', ...rest] = [...names, ...cells].map(({ cell }) => escapeLatex(cell(row).trim()));
    const tied = row.result.statistics?.tied ? '$^{=}$' : '';
    const rule = row.result.kind === kind ? [] : ['\\midrule'];
    kind = row.result.kind;
    return [...rule, lineOf([`${label}${tied}`, ...rest])];
  });
  return tableOf({
    caption,
    name: table.title,
    alignment: `${'l'.repeat(names.length)}${'r'.repeat(cells.length)}`,
    head: [...names, ...cells].map(({ head }) => head),
    lines,
    notes: [
      ...(note === undefined ? [] : [note]),
      ...(table.footnote === undefined ? [] : [table.footnote]),
      ...table.alarms.map((alarm) => `Alarm: ${alarm}`),
      ...table.expectations.map(({ met, text }) => `${met ? 'Met' : 'Not met'}: ${text}`),
      ...table.facts.map(([key, text]) => `${key}: ${text}`),
      ...table.remarks,
    ],
  });
}

function renderRanks(ranks: RankedMethods): string {
  const { head, rows } = ranksColumns(ranks);
  return tableOf({
    caption: 'mean ranks',
    name: 'mean ranks',
    alignment: 'lrl',
    head,
    lines: rows.map((cells) => lineOf(cells.map(escapeLatex))),
    notes: [ranksText(ranks)],
  });
}

interface LatexTable {
  readonly caption: string;
  readonly name: string;
  readonly alignment: string;
  readonly head: readonly string[];
  /** Finished. */
  readonly lines: readonly string[];
  readonly notes: readonly string[];
}

/** The label is the name as letters and digits: `tab:d3-ablation`. */
function tableOf({ caption, name, alignment, head, lines, notes }: LatexTable): string {
  const label = name
    .normalize('NFKD')
    .replace(/[^A-Za-z0-9]+/g, '-')
    .replace(/^-|-$/g, '');
  return [
    '',
    '\\begin{table}[t]',
    '\\centering',
    `\\caption{${escapeLatex(caption)}}`,
    `\\label{tab:${label}}`,
    '\\footnotesize',
    '\\setlength{\\tabcolsep}{3pt}',
    '\\resizebox{\\ifdim\\width>\\linewidth\\linewidth\\else\\width\\fi}{!}{%',
    `\\begin{tabular}{@{}${alignment}@{}}`,
    '\\toprule',
    lineOf(head.map(escapeLatex)),
    '\\midrule',
    ...lines,
    '\\bottomrule',
    '\\end{tabular}}',
    '',
    '\\vspace{2pt}',
    '\\begin{minipage}{\\linewidth}\\footnotesize\\raggedright',
    ...notes.map((note) => `${noteOf(note)}\\par`),
    '\\end{minipage}',
    '\\end{table}',
  ].join('\n');
}

/** The brackets keep a cell that begins with one from being read as an option of the line end before it. */
const lineOf = (cells: readonly string[]) =>
  `${cells.map((cell) => cell.replace(/^\[/, '{[}')).join(' & ')} \\\\`;

const signs: Readonly<Record<string, string>> = {
  '\\': '\\textbackslash{}',
  '{': '\\{',
  '}': '\\}',
  $: '\\$',
  '&': '\\&',
  '#': '\\#',
  _: '\\_',
  '%': '\\%',
  '^': '\\textasciicircum{}',
  '~': '\\textasciitilde{}',
  '"': "''",
  '<': '$<$',
  '>': '$>$',
  '|': '$|$',
  '`': '\\textasciigrave{}',
  '±': '$\\pm$',
  '×': '$\\times$',
  '≤': '$\\le$',
  '≥': '$\\ge$',
  '→': '$\\rightarrow$',
  µ: '$\\mu$',
  α: '$\\alpha$',
  β: '$\\beta$',
  θ: '$\\theta$',
  ρ: '$\\rho$',
  '–': '--',
  '…': '\\ldots{}',
};

/** Text as LaTeX prints it: nothing in it is a command. */
export function escapeLatex(text: string): string {
  return (
    visible(text)
      .replace(/\s+/g, ' ')
      .replace(/./gu, (sign) => signs[sign] ?? sign)
      // What `visible` shows of controls, which no font of TeX has.
      .replace(/[\u2400-\u2421]/g, (sign) => `U+${sign.charCodeAt(0).toString(16).toUpperCase()}`)
  );
}

/** What the tables put between backticks is set like code. */
function noteOf(text: string): string {
  return text
    .split(/`([^`]*)`/)
    .map((part, i) => (i % 2 === 1 ? `\\texttt{${escapeLatex(part)}}` : escapeLatex(part)))
    .join('');
}
