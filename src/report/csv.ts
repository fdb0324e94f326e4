/** Tables as CSV (RFC 4180): one line per row, full precision, every table below the other under one head line. */
import type { ResultRow, RowStatistics, Spread } from '../run/events.ts';
import type { JsonObject } from '../stages/stage.ts';
import { scoreNames } from './scores.ts';
import type { Table } from './table.ts';

/** What every such file begins with. */
export const csvStart = 'run,experiment,row,kind,point,';

export function renderCsv(tables: readonly Table[]): string {
  const head = [
    'run',
    'experiment',
    'row',
    'kind',
    'point',
    'corrupted',
    'expected',
    'data',
    'simulated',
    'cases',
    'test_cases',
    'seeds',
    'folds',
    'missing_jobs',
    ...scoreNames.flatMap((name) => [`${name}_mean`, `${name}_sd`, `${name}_low`, `${name}_high`]),
    ...statisticNames,
    'provenance',
    'fit_seconds',
    'answer_seconds_median',
    'answer_seconds_p95',
    'detect_seconds_median',
    'detect_seconds_p95',
    'online_seconds_median',
    'online_seconds_p95',
    'detector',
    'detector_difference',
    'detector_other_answers',
    ...publishedNames.map((name) => `paper_${name}`),
    'engine',
    'stand_ins',
    'alarms',
  ];
  const lines = tables.flatMap((table) =>
    table.rows.map(({ run, result }) => [
      factOf(table, run ?? 'run'),
      result.experiment,
      result.name,
      result.kind,
      pointText(result.point),
      (result.corrupted ?? []).join('; '),
      expectedText(result),
      result.data,
      result.simulated,
      result.cases,
      result.test_cases,
      result.seeds,
      result.folds,
      result.missing_jobs,
      ...scoreNames.flatMap((name) => {
        const { mean, sd, interval } = result.scores[name] ?? {};
        return [mean ?? '', sd ?? '', interval?.[0] ?? '', interval?.[1] ?? ''];
      }),
      ...statisticCells(result.statistics),
      result.provenance ?? '',
      result.cost?.fit_seconds ?? '',
      ...spreadCells(result.cost?.answer_seconds),
      ...spreadCells(result.cost?.detect_seconds),
      ...spreadCells(result.cost?.online_seconds),
      result.cost?.detector?.numbers ?? '',
      result.cost?.detector?.difference ?? '',
      result.cost?.detector?.other_answers ?? '',
      ...publishedNames.map((name) => result.published?.[name] ?? ''),
      factOf(table, 'engine') || factOf(table, `engine ${run}`),
      table.facts
        .filter(([key]) => key.startsWith('stand-in'))
        .map(([, text]) => text)
        .join('; '),
      table.alarms.join('; '),
    ]),
  );
  return [head, ...lines].map((line) => `${line.map(field).join(',')}\r\n`).join('');
}

/** As `RowStatistics` has them: intervals as two columns, the comparison with the reference row behind. */
const statisticNames = [
  'rank',
  'tied',
  'distinct_cases',
  'accuracy_wilson_low',
  'accuracy_wilson_high',
  'compared_cases',
  'compared_seeds',
  'wins',
  'losses',
  'mcnemar_p',
  'f1_difference',
  'f1_difference_low',
  'f1_difference_high',
  'bootstrap_p',
  'p_holm',
  'cases_needed',
];

function statisticCells(statistics: RowStatistics | undefined): (string | number | boolean)[] {
  if (!statistics) return statisticNames.map(() => '');
  const { rank, tied, distinct_cases, accuracy_interval, comparison: one } = statistics;
  const compared = one
    ? [
        one.cases,
        one.seeds,
        one.wins,
        one.losses,
        one.mcnemar_p,
        one.f1_difference,
        ...one.f1_difference_interval,
        one.bootstrap_p,
        one.p,
        one.cases_needed ?? '',
      ]
    : [];
  const cells = [rank, tied, distinct_cases, ...accuracy_interval, ...compared];
  return statisticNames.map((_, i) => cells[i] ?? '');
}

const expectedText = ({ expected = [] }: ResultRow) =>
  expected
    .map(({ score, value, tolerance, met }) => `${score} ${value} ± ${tolerance} ${met ? 'met' : 'not met'}`)
    .join('; ');

const factOf = (table: Table, name: string) => table.facts.find(([key]) => key === name)?.[1] ?? '';

const publishedNames = [
  'f1_weighted',
  'precision_weighted',
  'recall_weighted',
  'detect_seconds',
  'note',
] as const;

const spreadCells = (spread: Spread | undefined) => [spread?.median ?? '', spread?.p95 ?? ''];

const pointText = (point: JsonObject | undefined) =>
  Object.entries(point ?? {})
    .map(([path, value]) => `${path}=${String(value)}`)
    .join(' ');

function field(value: string | number | boolean): string {
  const text = String(value);
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
