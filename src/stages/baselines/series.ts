/**
 * Metric series for methods that look at their course: mean per window of every KPI of every instance, standardised by the
 * training cases, and how many samples a window had. The same records and steps as the features of the models. Where the
 * samples of test cases are corrupted, those are read.
 */
import { type MetricAxes, metricFeatures } from '../../data/features/metric.ts';
import { cell, type Windows } from '../../data/features/series.ts';
import type { CaseTable } from '../contracts.ts';
import { recordView } from '../features.ts';
import type { StageContext } from '../stage.ts';
import { readCases, requireInput, withOrderedDatabase } from '../telemetry.ts';
import type { Labelled } from './answer.ts';

export interface MetricSeries {
  /** Those that the training cases have. */
  readonly instances: readonly string[];
  readonly kpis: readonly string[];
  readonly windows: number;
  /** Whether the case has any sample of them. */
  has(index: number): boolean;
  /** Mean of a window; undefined where it has no sample. */
  at(index: number, instance: number, kpi: number, window: number): number | undefined;
}

const steps = [
  { op: 'standardize', args: {} },
  { op: 'window_mean', args: {} },
];

/** Reads inputs `cases`, `samples` and, where there is one, `poor_samples`. */
export async function readSeries(context: StageContext, train: readonly Labelled[]): Promise<MetricSeries> {
  const table = readCases(context);
  const names = requireInput(context, 'samples').json<MetricAxes>('axes');
  const learnt = new Set(train.map(({ index }) => index));
  const fitted = table.cases.map((_, index) => learnt.has(index));
  const found = await withOrderedDatabase(context, async (db) => {
    const view = await recordView(db, context, 'samples', table, fitted, context.inputs.poor_samples);
    return metricFeatures(db, view.from, names, view.table, view.fitted, steps, view.sorted);
  });
  const { cells, instances, kpis, coverage } = found;
  return {
    instances,
    kpis,
    windows: table.windows,
    has: (index) => (coverage[index] ?? 0) > 0,
    at: (index, instance, kpi, window) => meanAt(cells, index, instance * kpis.length + kpi, window),
  };
}

function meanAt(cells: Windows, index: number, series: number, window: number): number | undefined {
  const at = cell(cells, index, series, window);
  return (cells.records[at] ?? 0) > 0 ? cells.value[at] : undefined;
}

/**
 * How many of the first windows lie before the failure: what is asked for, else what the training cases say (the middle one of
 * them), else half; at least one on either side.
 */
export function windowsBefore(
  { cases, windows, windowMs, timeless }: CaseTable,
  train: readonly Labelled[],
  asked?: number,
): number {
  const known = train
    .flatMap(({ index }) => cases[index] ?? [])
    .map(({ injected, start }) => Math.floor((injected - start) / windowMs))
    .sort((a, b) => a - b);
  const told = timeless || windowMs === 0 ? undefined : known[Math.floor(known.length / 2)];
  return Math.max(1, Math.min(windows - 1, asked ?? told ?? Math.floor(windows / 2)));
}
