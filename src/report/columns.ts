/** The columns of a table, by what they are about; a terminal chooses the first that fit, files have them all. */
import type { ResultRow, ScoreName } from '../run/events.ts';
import {
  formatAccuracy,
  formatDifference,
  formatP,
  formatRank,
  formatScore,
  formatSeconds,
  formatSpread,
} from './cells.ts';
import type { Table, TableRow } from './table.ts';

export interface Column {
  readonly head: string;
  /** Characters that its cells take. */
  readonly width: number;
  readonly cell: (row: TableRow) => string;
}

export const scoreColumn = (name: ScoreName, head: string): Column => ({
  head,
  width: 13,
  cell: ({ result }) => formatScore(result.scores[name]),
});

const accuracyColumn: Column = {
  head: 'accuracy',
  width: 18,
  cell: ({ result }) => formatAccuracy(result.scores.accuracy, result.statistics),
};

export const lessTheBest = 'F1 less the best';

/** With the best row or the one that the file names; none where no row is compared. */
function comparisonColumns({ rows }: Pick<Table, 'rows'>): Column[] {
  if (!rows.some(({ result }) => result.statistics?.comparison)) return [];
  const named = rows.find(({ result }) => result.statistics?.reference);
  return [
    { head: 'p', width: 6, cell: ({ result }) => formatP(result.statistics) },
    {
      head: named ? `F1 less ${named.label}` : lessTheBest,
      width: 20,
      cell: ({ result }) => formatDifference(result.statistics),
    },
  ];
}

/** Where any row has times. Median and 95th percentile share a cell. */
export function timeColumns({ rows }: Pick<Table, 'rows'>): Column[] {
  const costs = rows.flatMap(({ result }) => result.cost ?? []);
  if (costs.length === 0) return [];
  const detected = costs.some(({ detect_seconds }) => detect_seconds !== undefined);
  const spread = (head: string, of: 'answer_seconds' | 'detect_seconds'): Column => ({
    head,
    width: 13,
    cell: ({ result }) => formatSpread(result.cost?.[of]),
  });
  return [
    { head: 'fit', width: 6, cell: ({ result }) => formatSeconds(result.cost?.fit_seconds) },
    spread('case p50–p95', 'answer_seconds'),
    ...(detected ? [spread('raw p50–p95', 'detect_seconds')] : []),
  ];
}

const publishedScores = [
  ['f1_weighted', 'paper F1'],
  ['precision_weighted', 'paper P'],
  ['recall_weighted', 'paper R'],
] as const;

/** Published numbers, as far as any row has them; a dash where a row has none. */
function paperColumns({ rows }: Pick<Table, 'rows'>): Column[] {
  const any = (name: keyof NonNullable<ResultRow['published']>) =>
    rows.some(({ result }) => result.published?.[name] !== undefined);
  const scores = publishedScores.flatMap(([name, head]): Column[] =>
    any(name) ? [{ head, width: 8, cell: ({ result }) => result.published?.[name]?.toFixed(3) ?? '–' }] : [],
  );
  const seconds: Column = {
    head: 'paper raw',
    width: 9,
    cell: ({ result }) => formatSeconds(result.published?.detect_seconds),
  };
  const notes: Column = { head: 'paper says', width: 20, cell: ({ result }) => result.published?.note ?? '' };
  return [...scores, ...(any('detect_seconds') ? [seconds] : []), ...(any('note') ? [notes] : [])];
}

/** What every drawing of a table begins with: the score that ranks, published numbers, the comparison, the accuracy. */
export const leadingColumns = (table: Pick<Table, 'rows'>): Column[] => [
  scoreColumn('f1_weighted', 'F1 weighted'),
  ...paperColumns(table),
  ...comparisonColumns(table),
  accuracyColumn,
];

/** A column without a terminal's width. */
export interface FullColumn extends Pick<Column, 'head' | 'cell'> {
  /** A name out of a file, which may be long. */
  readonly name?: true;
}

/** Every column, in the order of files that are read: texts, which are set to the left, and numbers. */
export function fullColumns(table: Pick<Table, 'rows'>): {
  readonly texts: readonly FullColumn[];
  readonly numbers: readonly FullColumn[];
} {
  const several = table.rows.some((row) => row.run !== undefined);
  return {
    texts: [
      { head: 'rank', cell: ({ result }) => formatRank(result.statistics) },
      { head: 'row', name: true, cell: ({ label }) => label },
      ...(several ? [{ head: 'run', name: true, cell: ({ run }: TableRow) => run ?? '' } as const] : []),
      {
        head: 'kind',
        cell: ({ result }) => (result.provenance ? `${result.kind}, ${result.provenance}` : result.kind),
      },
    ],
    numbers: [
      ...leadingColumns(table),
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
