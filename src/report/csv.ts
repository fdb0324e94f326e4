/** Tables as CSV (RFC 4180): one line per row, full precision, every table below the other under one head line. */
import type { Spread } from '../run/events.ts';
import type { JsonObject } from '../stages/stage.ts';
import { scoreNames } from './scores.ts';
import type { Table } from './table.ts';

export function renderCsv(tables: readonly Table[]): string {
  const head = [
    'run',
    'experiment',
    'row',
    'kind',
    'point',
    'corrupted',
    'data',
    'simulated',
    'cases',
    'test_cases',
    'seeds',
    'folds',
    'missing_jobs',
    ...scoreNames.flatMap((name) => [`${name}_mean`, `${name}_sd`]),
    'provenance',
    'fit_seconds',
    'answer_seconds_median',
    'answer_seconds_p95',
    'detect_seconds_median',
    'detect_seconds_p95',
    'engine',
    'stand_ins',
  ];
  const lines = tables.flatMap((table) =>
    table.rows.map(({ run, result }) => [
      factOf(table, run ?? 'run'),
      result.experiment,
      result.name,
      result.kind,
      pointText(result.point),
      (result.corrupted ?? []).join('; '),
      result.data,
      result.simulated,
      result.cases,
      result.test_cases,
      result.seeds,
      result.folds,
      result.missing_jobs,
      ...scoreNames.flatMap((name) => [result.scores[name]?.mean ?? '', result.scores[name]?.sd ?? '']),
      result.provenance ?? '',
      result.cost?.fit_seconds ?? '',
      ...spreadCells(result.cost?.answer_seconds),
      ...spreadCells(result.cost?.detect_seconds),
      factOf(table, 'engine') || factOf(table, `engine ${run}`),
      table.facts
        .filter(([key]) => key.startsWith('stand-in'))
        .map(([, text]) => text)
        .join('; '),
    ]),
  );
  return [head, ...lines].map((line) => `${line.map(field).join(',')}\r\n`).join('');
}

const factOf = (table: Table, name: string) => table.facts.find(([key]) => key === name)?.[1] ?? '';

const spreadCells = (spread: Spread | undefined) => [spread?.median ?? '', spread?.p95 ?? ''];

const pointText = (point: JsonObject | undefined) =>
  Object.entries(point ?? {})
    .map(([path, value]) => `${path}=${String(value)}`)
    .join(' ');

function field(value: string | number | boolean): string {
  const text = String(value);
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
