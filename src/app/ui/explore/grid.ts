/**
 * Tables as an explorer has them: rows of one experiment with columns to choose from, sort by and pivot. Pure; built from
 * records alone.
 */

import { formatScore } from '../../../report/cells.ts';
import { leadingColumns, rankColumn, scoreColumn, timeColumns } from '../../../report/columns.ts';
import type { RecordedRow, RecordedTable } from '../../../report/recorded.ts';
import { countConfusion, scoreAnswers, scoreClasses } from '../../../report/scores.ts';
import type { Json } from '../../../stages/stage.ts';

export interface GridCell {
  readonly text: string;
  /** What is sorted by; a cell without one comes last, words after numbers. */
  readonly value?: number | string;
}

export interface GridRow {
  readonly label: string;
  readonly cells: readonly GridCell[];
  /** The first of the rows that it stands for. */
  readonly source: RecordedRow;
  readonly bold: boolean;
  /** What is searched; the label without it. */
  readonly words?: string;
}

export interface Grid {
  readonly heads: readonly string[];
  readonly rows: readonly GridRow[];
}

/** Ways to lay a table out: scores, F1 by seed, F1 by class, and F1 by the values of each path that was swept. */
export function pivotsOf({ rows }: RecordedTable): readonly string[] {
  const axes = new Set(rows.flatMap(({ result }) => Object.keys(result.point ?? {})));
  return ['scores', 'seeds', 'classes', ...axes];
}

export function gridOf(table: RecordedTable, pivot: string): Grid {
  if (pivot === 'scores') return scoresGrid(table);
  if (pivot === 'seeds') return seedsGrid(table);
  return pivot === 'classes' ? classesGrid(table) : axisGrid(table, pivot);
}

function scoresGrid({ table, rows }: RecordedTable): Grid {
  const columns = [
    rankColumn,
    ...leadingColumns(table),
    ...timeColumns(table),
    scoreColumn('precision_weighted'),
    scoreColumn('recall_weighted'),
    scoreColumn('f1_macro'),
    scoreColumn('precision_macro'),
    scoreColumn('recall_macro'),
  ];
  return {
    heads: columns.map(({ head }) => head),
    rows: rows.map((source) => ({
      label: source.label,
      source,
      bold: isTied(source),
      cells: columns.map(({ cell, value }) => cellOf(cell(source.row), value?.(source.row))),
    })),
  };
}

const isTied = ({ row }: RecordedRow) => row.result.statistics?.tied === true;

const cellOf = (text: string, value: number | undefined): GridCell =>
  value === undefined ? { text } : { text, value };

const score = (value: number | undefined): GridCell =>
  value === undefined ? { text: '–' } : { text: value.toFixed(3), value };

function seedsGrid({ rows }: RecordedTable): Grid {
  const seeds = [...new Set(rows.flatMap(({ result }) => result.jobs.map(({ seed }) => seed)))];
  return {
    heads: seeds.map((seed) => `seed ${seed}`),
    rows: rows.map((source) => {
      const pooled = new Map(source.seeds.map(({ seed, tests }) => [seed, tests]));
      const cells = seeds.map((seed) => {
        const tests = pooled.get(seed);
        return score(tests && scoreAnswers(tests, source.experiment.classes).f1_weighted);
      });
      return { label: source.label, source, bold: isTied(source), cells };
    }),
  };
}

function classesGrid({ rows }: RecordedTable): Grid {
  const classes = [...new Set(rows.flatMap(({ experiment }) => experiment.classes))];
  return {
    heads: classes,
    rows: rows.map((source) => {
      const scores = classScores(source);
      return {
        label: source.label,
        source,
        bold: isTied(source),
        cells: classes.map((name) => {
          const found = scores.find((one) => one.name === name);
          return score(found && found.support > 0 ? found.f1 : undefined);
        }),
      };
    }),
  };
}

/** Per class, the seeds' test cases added up. */
export function classScores({ seeds, experiment }: RecordedRow) {
  const answers = seeds.flatMap(({ tests }) => tests);
  return scoreClasses(countConfusion(answers, experiment.classes.length), experiment.classes);
}

/** Columns are the values of one swept path, rows everything else that sets points apart. */
function axisGrid({ rows }: RecordedTable, axis: string): Grid {
  const points = rows.flatMap((source) => {
    const { point } = source.result;
    const value = point?.[axis];
    return value === undefined ? [] : [{ source, value, rest: restOf(source, axis) }];
  });
  // Words stay in the order of the file.
  const rank = (value: Json) => (typeof value === 'number' ? value : Number.POSITIVE_INFINITY);
  const values = [...new Set(points.map(({ value }) => value))].sort((a, b) =>
    rank(a) === rank(b) ? 0 : rank(a) - rank(b),
  );
  const labels = [...new Set(points.map(({ rest }) => rest))];
  return {
    heads: values.map((value) => `${axis}=${value}`),
    rows: labels.flatMap((label) => {
      const own = points.filter(({ rest }) => rest === label);
      const [first] = own;
      if (!first) return [];
      const cells = values.map((value) => {
        const f1 = own.find((one) => one.value === value)?.source.row.result.scores.f1_weighted;
        return f1 ? { text: formatScore(f1), value: f1.mean } : { text: '–' };
      });
      return [{ label, source: first.source, bold: isTied(first.source), cells }];
    }),
  };
}

/** The name of a point without one of its settings. */
function restOf({ result, row }: RecordedRow, axis: string): string {
  const others = Object.entries(result.point ?? {}).filter(([path]) => path !== axis);
  const variant = result.name.split(' ')[0] ?? result.name;
  const run = row.run === undefined ? '' : ` ${row.run}`;
  return [variant, ...others.map(([path, value]) => `${path}=${value}`)].join(' ') + run;
}

export interface GridChoice {
  readonly sort?: { readonly head: string; readonly descending: boolean };
  readonly hidden: readonly string[];
  readonly search: string;
}

/** Rows that fit the search, in the order that was asked for; columns that are not hidden. */
export function arrange(grid: Grid, { sort, hidden, search }: GridChoice): Grid {
  const kept = grid.heads.flatMap((head, i) => (hidden.includes(head) ? [] : [i]));
  const wanted = search.toLowerCase();
  const rows = grid.rows.filter(({ label, words }) => (words ?? label).toLowerCase().includes(wanted));
  const by = sort ? grid.heads.indexOf(sort.head) : -1;
  const sorted = by < 0 ? rows : rows.toSorted(byCell(by, sort?.descending ? -1 : 1));
  return {
    heads: kept.map((i) => grid.heads[i] ?? ''),
    rows: sorted.map((row) => ({ ...row, cells: kept.map((i) => row.cells[i] ?? { text: '' }) })),
  };
}

function compareValues(x: number | string, y: number | string): number {
  if (typeof x === 'number' && typeof y === 'number') return x - y;
  if (typeof x !== typeof y) return typeof x === 'number' ? -1 : 1;
  return x < y ? -1 : Number(x > y);
}

/** Rows without a value come last, whatever the direction. */
function byCell(at: number, sign: 1 | -1): (a: GridRow, b: GridRow) => number {
  return (a, b) => {
    const [x, y] = [a.cells[at]?.value, b.cells[at]?.value];
    if (x === undefined || y === undefined) return Number(x === undefined) - Number(y === undefined);
    return sign * compareValues(x, y);
  };
}
