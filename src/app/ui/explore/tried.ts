/**
 * The points that a sweep or a search has tried, as a grid: settings, how each did on validation cases, which one these choose.
 * Pure: a search keeps its losses in the record; those of points that are rows of the table are handed in.
 */
import { formatScore } from '../../../report/cells.ts';
import type { RecordedRow, RecordedTable } from '../../../report/recorded.ts';
import type { Json } from '../../../stages/stage.ts';
import { plural } from '../../format.ts';
import type { Grid, GridCell, GridRow } from './grid.ts';

/** Of a row, over its jobs: nats per validation case and share of right answers; or why there is neither. */
export type Validation =
  | { readonly loss: number; readonly right: number; readonly lacking?: never }
  | { readonly lacking: string };
export type ValidationOf = (row: RecordedRow) => Validation;

export interface Tried {
  readonly title: string;
  /** What has to be known to read it. */
  readonly notes: readonly string[];
  readonly grid: Grid;
}

/** Of the searches of a row's jobs, else of the sweep that the row is a point of, or that is of the row. Undefined where it is of neither. */
export function triedOf(
  table: RecordedTable,
  row: RecordedRow,
  validationOf: ValidationOf,
): Tried | undefined {
  if (row.result.jobs.some(({ search }) => search)) return searchTried(row);
  const sweep = sweepOf(row);
  // A row that searches is a point that sets nothing yet.
  const points = table.rows.filter(
    (one) => Object.keys(one.result.point ?? {}).length > 0 && sweepOf(one) === sweep,
  );
  return points.length > 0 ? sweepTried(sweep, points, validationOf) : undefined;
}

/** A point is named after its row: `full mao.alpha=0.3`. With the run, where there are several. */
function sweepOf({ result, row }: RecordedRow): string {
  const name = result.point ? (result.name.split(' ')[0] ?? '') : result.name;
  return row.run === undefined ? name : `${name} ${row.run}`;
}

function searchTried(row: RecordedRow): Tried {
  const searches = row.result.jobs.flatMap(({ seed, fold, search }) => {
    const place = fold === undefined ? `seed ${seed}` : `seed ${seed} fold ${fold + 1}`;
    return search ? [{ place, ...search }] : [];
  });
  const paths = [
    ...new Set(searches.flatMap(({ tried }) => tried.flatMap(({ settings }) => Object.keys(settings)))),
  ];
  const rows = searches.flatMap(({ place, tried, chosen }) =>
    tried.map(({ settings, epochs, loss }, i): GridRow => {
      const cells = [
        chosenCell(i === chosen),
        loss === null ? { text: 'not finite' } : numberCell(loss, 4),
        { text: String(epochs), value: epochs },
        ...paths.map((path) => settingCell(settings[path])),
      ];
      return gridRow(`${place} #${i + 1}`, cells, row, i === chosen);
    }),
  );
  const without = row.result.jobs.length - searches.length;
  return {
    title: `${row.label}: ${plural(rows.length, 'trial')} of ${plural(searches.length, 'job')}`,
    notes: [
      'Each job keeps the point with the least loss on its own validation cases, of those that trained longest.',
      ...(without > 0 ? [`${plural(without, 'job')} without a search that ended.`] : []),
    ],
    grid: { heads: ['chosen', 'valid loss', 'epochs', ...paths], rows },
  };
}

function sweepTried(sweep: string, points: readonly RecordedRow[], validationOf: ValidationOf): Tried {
  const found = points.map((row) => ({ row, validation: validationOf(row) }));
  const losses = found.flatMap(({ validation }) =>
    validation.lacking === undefined ? [validation.loss] : [],
  );
  const least = losses.length > 0 ? Math.min(...losses) : undefined;
  const chosen = found.findIndex(
    ({ validation }) => validation.lacking === undefined && validation.loss === least,
  );
  const paths = [...new Set(points.flatMap(({ result }) => Object.keys(result.point ?? {})))];
  const rows = found.map(({ row, validation }, i): GridRow => {
    const f1 = row.row.result.scores.f1_weighted;
    const cells = [
      chosenCell(i === chosen),
      ...(validation.lacking === undefined
        ? [numberCell(validation.loss, 4), numberCell(validation.right, 3)]
        : [{ text: '–' }, { text: '–' }]),
      f1 ? { text: formatScore(f1), value: f1.mean } : { text: '–' },
      ...paths.map((path) => settingCell(row.result.point?.[path])),
    ];
    return gridRow(`#${i + 1}`, cells, row, i === chosen);
  });
  return {
    title: `${sweep}: ${plural(points.length, 'point')}`,
    notes: [
      'Chosen is the point with the least loss on validation cases; the best test F1 of many points is too good to be true.',
      ...lackingNotes(found.map(({ validation }) => validation)),
    ],
    grid: { heads: ['chosen', 'valid loss', 'valid right', 'test F1', ...paths], rows },
  };
}

/** One per reason. */
function lackingNotes(found: readonly Validation[]): string[] {
  const reasons = found.flatMap(({ lacking }) => lacking ?? []);
  return [...new Set(reasons)].map((reason) => {
    const n = reasons.filter((one) => one === reason).length;
    return `${plural(n, 'point')} without validation: ${reason}.`;
  });
}

const gridRow = (label: string, cells: readonly GridCell[], source: RecordedRow, bold: boolean): GridRow => {
  return { label, cells, source, bold, words: [label, ...cells.map(({ text }) => text)].join(' ') };
};
const chosenCell = (chosen: boolean): GridCell => (chosen ? { text: 'chosen', value: 1 } : { text: '' });
const numberCell = (value: number, digits: number): GridCell => ({ text: value.toFixed(digits), value });

/** What a point does not set is what its row has. */
function settingCell(value: Json | undefined): GridCell {
  if (value === undefined) return { text: '' };
  if (typeof value === 'number') return { text: String(Number(value.toPrecision(4))), value };
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  return { text, value: text };
}
