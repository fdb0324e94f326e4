/** The charts of one table: scores, settings swept, training, confusion, times. What a chart cannot show is said beside it. */
import type { ReportChart } from '../../catalog/blocks/report.ts';
import { formatAccuracy, formatDifference, formatScore, formatSeconds, formatSpread } from '../cells.ts';
import { detailsOfRow } from '../details.ts';
import { element, type Markup } from '../markup.ts';
import type { RecordedRow, RecordedTable } from '../recorded.ts';
import { drawConfusion } from './charts/confusion.ts';
import { type Curve, drawCurves } from './charts/curves.ts';
import { drawRanges, type RangeRow } from './charts/ranges.ts';
import { historiesText, lackingTexts, lossCurves, type RowHistories, thetaCurves } from './learning.ts';
import { cut, sweepCharts } from './sweeps.ts';
import { list } from './table.ts';

/** The histories of a row; undefined where it trains no network of its own. */
export type HistoriesOf = (row: RecordedRow) => RowHistories | undefined;

/** Those of `charts`, in that order; without, all that there is something to draw for. */
export function figuresMarkup(
  { table, rows }: RecordedTable,
  historiesOf: HistoriesOf,
  charts?: readonly ReportChart[],
): Markup[] {
  const wants = (chart: ReportChart) => charts?.includes(chart) !== false;
  // A figure travels without its page.
  const mark = rows.some(({ experiment }) => experiment.simulated) ? ' (simulated telemetry)' : '';
  const plain = rows.filter(({ result }) => !result.point);
  const points = rows.filter(({ result }) => result.point);
  const undrawn = table.rows.length - rows.length;
  // θ stands with the losses that it is made of, where the first of the two was asked for.
  const training = () => trainingBlock(plain, points, historiesOf, mark, wants);
  const draw: Readonly<Record<ReportChart, () => Markup[]>> = {
    scores: () =>
      block({
        title: 'Scores',
        shown: scoreFigures(plain, table.reference, mark),
        folded: scoreFigures(points, table.reference, mark),
      }),
    sweeps: () => block({ title: 'Settings swept', shown: sweepFigures(rows, mark) }),
    loss: training,
    theta: training,
    confusion: () =>
      block({
        title: 'Confusion',
        shown: confusionFigures(plain, mark),
        folded: confusionFigures(points, mark),
      }),
    times: () => block({ title: 'Time to diagnose one case', shown: timeFigures(rows, mark) }),
  };
  const blocks = new Set(charts?.map((chart) => draw[chart]) ?? Object.values(draw));
  return [
    ...[...blocks].flatMap((one) => one()),
    ...(undrawn > 0 && charts?.length !== 0
      ? [element('p', { class: 'unmet' }, `${undrawn} rows have no record to draw from.`)]
      : []),
  ];
}

interface Block {
  readonly title: string;
  readonly shown: readonly Markup[];
  /** Of the points of sweeps, which are many. */
  readonly folded?: readonly Markup[];
  readonly note?: Markup | undefined;
}

/** Nothing where there is nothing to see or to say. */
function block({ title, shown, folded = [], note }: Block): Markup[] {
  if (shown.length + folded.length === 0 && !note) return [];
  const count = folded.length === 1 ? '1 chart' : `${folded.length} charts`;
  const points = [
    element('summary', {}, `points of sweeps (${count})`),
    element('div', { class: 'charts' }, folded),
  ];
  return [
    element('h3', {}, title),
    ...(shown.length > 0 ? [element('div', { class: 'charts' }, shown)] : []),
    ...(folded.length > 0 ? [element('details', {}, points)] : []),
    ...(note ? [note] : []),
  ];
}

const figure = (title: string, caption: string, chart: Markup): Markup =>
  element('figure', {}, element('figcaption', {}, element('strong', {}, title), caption), chart);

const fullOf = ({ row }: RecordedRow) => row.result.statistics?.tied === true;
const nameOf = (row: RecordedRow) => (fullOf(row) ? `= ${row.label}` : row.label);

function scoreFigures(rows: readonly RecordedRow[], reference: string | undefined, mark: string): Markup[] {
  const scored = rows.filter(({ row }) => row.result.scores.f1_weighted);
  if (scored.length === 0) return [];
  const f1 = scored.map((one): RangeRow => {
    const { scores, published } = one.row.result;
    const { mean = 0, interval } = scores.f1_weighted ?? {};
    return {
      label: nameOf(one),
      value: mean,
      ...(interval ? { range: [cut(interval[0]), cut(interval[1])] } : {}),
      ...(published?.f1_weighted === undefined ? {} : { published: published.f1_weighted }),
      full: fullOf(one),
      says: formatScore(scores.f1_weighted),
    };
  });
  const accuracy = scored.map((one): RangeRow => {
    const { scores, statistics, published } = one.row.result;
    return {
      label: nameOf(one),
      value: scores.accuracy?.mean ?? 0,
      ...(statistics ? { range: statistics.accuracy_interval } : {}),
      ...(published?.recall_weighted === undefined ? {} : { published: published.recall_weighted }),
      full: fullOf(one),
      says: formatAccuracy(scores.accuracy, statistics),
    };
  });
  const lone = f1.filter(({ range }) => !range).length;
  const single =
    lone > 0 ? ` ${lone === 1 ? '1 row has' : `${lone} rows have`} too few seeds for an interval.` : '';
  const tie = `Full dots and = cannot be told from ${reference ?? 'the best'}.`;
  const paper = [...f1, ...accuracy].some((one) => one.published !== undefined)
    ? `Diamonds are published numbers${mark === '' ? '' : ', of other data than this simulated telemetry'}.`
    : '';
  return [
    figure(
      `Weighted F1${mark}`,
      `Mean over seeds and its 95% interval (Student), cut at 0 and 1.${single} ${tie} ${paper}`,
      drawRanges({ title: 'Weighted F1 of each row', rows: f1, scale: 'linear' }),
    ),
    figure(
      `Accuracy${mark}`,
      `Share of right answers and its 95% interval over test cases (Wilson). ${tie} ${paper}`,
      drawRanges({ title: 'Accuracy of each row', rows: accuracy, scale: 'linear' }),
    ),
    ...(reference === undefined ? [] : differenceFigure(scored, reference, tie, mark)),
  ];
}

/** What each row has more or less than the one that the file compares all with. */
function differenceFigure(
  rows: readonly RecordedRow[],
  reference: string,
  tie: string,
  mark: string,
): Markup[] {
  const compared = rows.flatMap((one): RangeRow[] => {
    const { statistics } = one.row.result;
    if (!statistics?.comparison) return [];
    const { f1_difference: value, f1_difference_interval: range } = statistics.comparison;
    return [
      { label: nameOf(one), value, range, full: fullOf(one), says: formatDifference(statistics).trim() },
    ];
  });
  if (compared.length === 0) return [];
  const chart = figure(
    `Weighted F1 less that of ${reference}${mark}`,
    `On the same cases and seeds, with the 95% interval of a paired bootstrap over cases, which is of each row alone. ${tie}`,
    drawRanges({
      title: `Weighted F1 of each row less that of ${reference}`,
      rows: compared,
      scale: 'linear',
    }),
  );
  return [chart];
}

function sweepFigures(rows: readonly RecordedRow[], mark: string): Markup[] {
  return sweepCharts(rows).map(({ hidden, ...chart }) => {
    const more = hidden > 0 ? ` ${hidden} more lines are in the table alone.` : '';
    return figure(
      `Weighted F1 over ${chart.xName}${mark}`,
      `Mean over seeds; whiskers are 95% intervals, cut at 0 and 1.${more}`,
      drawCurves({
        title: `Weighted F1 over ${chart.xName}`,
        description: describe(chart.curves),
        yName: 'weighted F1',
        ...chart,
      }),
    );
  });
}

const describe = (curves: readonly Curve[]) =>
  curves
    .map(({ name, points }) => `${name}: ${points.map(({ x, y }) => `${x} ${y.toFixed(3)}`).join(', ')}`)
    .join('; ');

/** Of long curves the ends say enough. */
const describeEnds = (curves: readonly Curve[]) =>
  curves
    .map(({ name, points }) => {
      const [first, last] = [points[0], points.at(-1)];
      return `${name} from ${first?.y.toFixed(3)} at epoch ${first?.x} to ${last?.y.toFixed(3)} at epoch ${last?.x}`;
    })
    .join('; ');

function trainingBlock(
  plain: readonly RecordedRow[],
  points: readonly RecordedRow[],
  historiesOf: HistoriesOf,
  mark: string,
  wants: (chart: ReportChart) => boolean,
): Markup[] {
  const read = (rows: readonly RecordedRow[]) =>
    rows.flatMap((row) => {
      const found = historiesOf(row);
      return found ? [{ row, found }] : [];
    });
  const [shown, folded] = [read(plain), read(points)];
  const lacking = [...shown, ...folded].flatMap(({ row, found }) =>
    lackingTexts(found).map((text) => `${row.label}: ${text}`),
  );
  const draw = (all: typeof shown) =>
    all.flatMap(({ row, found }) => trainingFigures(row.label, found, mark, wants));
  return block({ title: 'Training', shown: draw(shown), folded: draw(folded), note: list('unmet', lacking) });
}

function trainingFigures(
  label: string,
  { histories }: RowHistories,
  mark: string,
  wants: (chart: ReportChart) => boolean,
): Markup[] {
  const losses = wants('loss') ? lossCurves(histories) : [];
  const theta = wants('theta') ? thetaCurves(histories) : [];
  if (losses.length + theta.length === 0) return [];
  const of = historiesText(histories);
  const dashed = losses.some(({ unnamed }) => unnamed) ? ' Dashed: validation.' : '';
  return [
    ...(losses.length > 0
      ? [
          figure(
            `${label}: loss per modality${mark}`,
            `Single-modality classifiers and the whole model; ${of}.${dashed}`,
            drawCurves({
              title: `Loss curves of ${label}`,
              description: describeEnds(losses),
              xName: 'epoch',
              yName: 'loss (nats per case)',
              curves: losses,
              fromZero: true,
            }),
          ),
        ]
      : []),
    ...(theta.length > 0
      ? [
          figure(
            `${label}: θ per modality${mark}`,
            `Share of each modality in what is learnt (equation 11): MAO acts on the largest and the smallest; ${of}.`,
            drawCurves({
              title: `θ over epochs of ${label}`,
              description: describeEnds(theta),
              xName: 'epoch',
              yName: 'θ',
              curves: theta,
            }),
          ),
        ]
      : []),
  ];
}

function confusionFigures(rows: readonly RecordedRow[], mark: string): Markup[] {
  return rows.flatMap(({ label, experiment, result, seeds }) => {
    const details = detailsOfRow(experiment, result, seeds);
    if (!details) return [];
    const of = details.seeds === 1 ? 'one seed' : `${details.seeds} seeds added up`;
    return [figure(`${label}${mark}`, `Test cases of ${of}.`, drawConfusion(label, details))];
  });
}

function timeFigures(rows: readonly RecordedRow[], mark: string): Markup[] {
  const kinds = [
    ['answer_seconds', 'From features', 'From the features or records that the row was given.'],
    ['detect_seconds', 'From raw records', 'From the raw records of a case: templates, features and model.'],
    [
      'online_seconds',
      'From the last window',
      'From the end of the last window, the records before it taken as they came.',
    ],
  ] as const;
  return kinds.flatMap(([name, title, from]) => {
    const timed = rows.flatMap((one): RangeRow[] => {
      const { cost, published } = one.row.result;
      const spread = cost?.[name];
      // An axis of powers of ten has no place for a time below what the clock can tell.
      if (!spread || !(spread.median > 0)) return [];
      const paper = name === 'detect_seconds' ? published?.detect_seconds : undefined;
      return [
        {
          label: one.label,
          value: spread.median,
          range: [spread.median, spread.p95],
          ...(paper === undefined ? {} : { published: paper }),
          full: true,
          says: formatSpread(spread),
        },
      ];
    });
    if (timed.length === 0) return [];
    const without = rows.length - timed.length;
    const absent =
      without > 0 ? ` ${without === 1 ? '1 row has' : `${without} rows have`} no such time.` : '';
    const diamonds = timed.some(({ published }) => published !== undefined)
      ? ' Diamonds are published means, of another machine.'
      : '';
    return [
      figure(
        `${title}${mark}`,
        `${from} Dot: median; the line reaches to the 95th percentile.${diamonds}${absent}`,
        drawRanges({
          title: `Time per case, ${title.toLowerCase()}`,
          rows: timed,
          scale: 'log',
          tick: formatSeconds,
        }),
      ),
    ];
  });
}
