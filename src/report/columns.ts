/** The columns of a table, by what they are about; a terminal chooses the first that fit, files have them all or those that are wanted. */
import type { ReportColumn } from '../catalog/blocks/report.ts';
import type { ResultRow, RowCost, ScoreName } from '../run/events.ts';
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

/** What columns depend on: which numbers there are, and what rows are compared with. */
type ColumnSource = Pick<Table, 'rows' | 'reference'>;

export interface Column {
  /** The word for it in a `report` block; `rank`, `row` and `run` are always there. */
  readonly key: ReportColumn | 'rank' | 'row' | 'run';
  readonly head: string;
  /** Characters that its cells take. */
  readonly width: number;
  readonly cell: (row: TableRow) => string;
  /** What rows are sorted by; of a row that has no such number undefined. Absent where the column holds words. */
  readonly value?: (row: TableRow) => number | undefined;
}

const scoreHeads: Readonly<Record<ScoreName, readonly [key: ReportColumn, head: string]>> = {
  f1_weighted: ['f1', 'F1 weighted'],
  precision_weighted: ['precision', 'P weighted'],
  recall_weighted: ['recall', 'R weighted'],
  f1_macro: ['f1_macro', 'F1 macro'],
  precision_macro: ['precision_macro', 'P macro'],
  recall_macro: ['recall_macro', 'R macro'],
  accuracy: ['accuracy', 'accuracy'],
};

export function scoreColumn(name: ScoreName): Column {
  const [key, head] = scoreHeads[name];
  return {
    key,
    head,
    width: 13,
    cell: ({ result }) => formatScore(result.scores[name]),
    value: ({ result }) => result.scores[name]?.mean,
  };
}

const accuracyColumn: Column = {
  ...scoreColumn('accuracy'),
  width: 18,
  cell: ({ result }) => formatAccuracy(result.scores.accuracy, result.statistics),
};

export const rankColumn: Column = {
  key: 'rank',
  head: 'rank',
  width: 6,
  cell: ({ result }) => formatRank(result.statistics),
  value: ({ result }) => result.statistics?.rank,
};

export const lessTheBest = 'F1 less the best';

/** With the best row or the one that the file names; none where no row is compared. */
function comparisonColumns({ rows, reference }: ColumnSource): Column[] {
  if (!rows.some(({ result }) => result.statistics?.comparison)) return [];
  // It is as near to itself as can be.
  const isReference = ({ result: { statistics } }: TableRow) =>
    statistics?.reference === true || (statistics?.rank === 1 && !statistics.comparison);
  return [
    {
      key: 'p',
      head: 'p',
      width: 6,
      cell: ({ result }) => formatP(result.statistics),
      value: (row) => (isReference(row) ? Number.POSITIVE_INFINITY : row.result.statistics?.comparison?.p),
    },
    {
      key: 'difference',
      head: reference === undefined ? lessTheBest : `F1 less ${reference}`,
      width: 20,
      cell: ({ result }) => formatDifference(result.statistics),
      value: (row) => (isReference(row) ? 0 : row.result.statistics?.comparison?.f1_difference),
    },
  ];
}

type Times = Pick<RowCost, 'answer_seconds' | 'detect_seconds' | 'online_seconds'>;

/** Where any row has times. Median and 95th percentile share a cell, the median is what is sorted by. */
export function timeColumns({ rows }: Pick<Table, 'rows'>): Column[] {
  const costs = rows.flatMap(({ result }) => result.cost ?? []);
  if (costs.length === 0) return [];
  const any = (name: keyof Times) => costs.some((cost) => cost[name] !== undefined);
  const spread = (key: ReportColumn, head: string, of: keyof Times): Column => ({
    key,
    head,
    width: Math.max(13, head.length),
    cell: ({ result }) => formatSpread(result.cost?.[of]),
    value: ({ result }) => result.cost?.[of]?.median,
  });
  return [
    {
      key: 'fit_time',
      head: 'fit',
      width: 6,
      cell: ({ result }) => formatSeconds(result.cost?.fit_seconds),
      value: ({ result }) => result.cost?.fit_seconds,
    },
    spread('answer_time', 'case p50–p95', 'answer_seconds'),
    ...(any('detect_seconds') ? [spread('detect_time', 'raw p50–p95', 'detect_seconds')] : []),
    ...(any('online_seconds') ? [spread('online_time', 'online p50–p95', 'online_seconds')] : []),
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
    any(name)
      ? [
          {
            key: 'paper',
            head,
            width: 8,
            cell: ({ result }) => result.published?.[name]?.toFixed(3) ?? '–',
            value: ({ result }) => result.published?.[name],
          },
        ]
      : [],
  );
  const seconds: Column = {
    key: 'paper',
    head: 'paper raw',
    width: 9,
    cell: ({ result }) => formatSeconds(result.published?.detect_seconds),
    value: ({ result }) => result.published?.detect_seconds,
  };
  const notes: Column = {
    key: 'paper',
    head: 'paper says',
    width: 20,
    cell: ({ result }) => result.published?.note ?? '',
  };
  return [...scores, ...(any('detect_seconds') ? [seconds] : []), ...(any('note') ? [notes] : [])];
}

/** What every drawing of a table begins with: the score that ranks, published numbers, the comparison, the accuracy. */
export const leadingColumns = (table: ColumnSource): Column[] => [
  scoreColumn('f1_weighted'),
  ...paperColumns(table),
  ...comparisonColumns(table),
  accuracyColumn,
];

/** A column without a terminal's width. */
export interface FullColumn extends Omit<Column, 'width'> {
  /** A name out of a file, which may be long. */
  readonly name?: true;
}

/**
 * Every column, in the order of files that are read: texts, which are set to the left, and numbers. With `wanted` only those, in
 * that order, behind what a row is called.
 */
export function fullColumns(
  table: ColumnSource,
  wanted?: readonly ReportColumn[],
): {
  readonly texts: readonly FullColumn[];
  readonly numbers: readonly FullColumn[];
} {
  const several = table.rows.some((row) => row.run !== undefined);
  const kind: FullColumn = {
    key: 'kind',
    head: 'kind',
    cell: ({ result }) => (result.provenance ? `${result.kind}, ${result.provenance}` : result.kind),
  };
  const numbers: readonly FullColumn[] = [
    ...leadingColumns(table),
    scoreColumn('precision_weighted'),
    scoreColumn('recall_weighted'),
    scoreColumn('f1_macro'),
    scoreColumn('precision_macro'),
    scoreColumn('recall_macro'),
    {
      key: 'seeds',
      head: 'seeds',
      cell: ({ result }) => String(result.seeds),
      value: ({ result }) => result.seeds,
    },
    ...timeColumns(table),
  ];
  return {
    texts: [
      rankColumn,
      { key: 'row', head: 'row', name: true, cell: ({ label }) => label },
      ...(several
        ? [{ key: 'run', head: 'run', name: true, cell: ({ run }: TableRow) => run ?? '' } as const]
        : []),
      ...(wanted?.includes('kind') === false ? [] : [kind]),
    ],
    numbers: wanted ? wanted.flatMap((key) => numbers.filter((one) => one.key === key)) : numbers,
  };
}
