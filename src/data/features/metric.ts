/** Metric features (paper 4.2): samples of the cases → `[case, instance, window, kpi]`. */
import type { CaseTable, Step } from '../../stages/contracts.ts';
import type { Database } from '../database.ts';
import { type FeatureArray, finishArray } from './finish.ts';
import { cell, countCovered, createBatch, type Records, type Scaling, type Windows } from './series.ts';
import { applySteps } from './steps.ts';

export interface MetricAxes {
  readonly instances: readonly string[];
  readonly kpis: readonly string[];
}

/** What the features of another case need of the fitted ones. */
export interface FittedMetric {
  /** Sizes of the axes. */
  readonly instances: number;
  readonly kpis: number;
  /** KPIs that the records name. */
  readonly width: number;
  /** By code of the instance · `width` + code of the KPI, as the records have them: their series, or −1. */
  readonly seriesOf: ArrayLike<number>;
  readonly scalings: readonly Scaling[];
}

/**
 * `from` is SQL that gives the columns of `samples.parquet`, `sorted` whether its rows come in the order of that file. The
 * axes are the instances and KPIs that the fitted cases have; a series (instance × KPI) that only other cases have is left
 * out and counted. Missing series and empty windows are 0; `cells` tells how many records a window had, a series being
 * instance · KPIs + KPI. Samples are read once to count them, then once per pass that the
 * steps take.
 */
export async function metricFeatures(
  db: Database,
  from: string,
  names: MetricAxes,
  table: CaseTable,
  fitted: readonly boolean[],
  steps: readonly Step[],
  sorted: boolean,
): Promise<FeatureArray & MetricAxes & { readonly fit: FittedMetric; readonly cells: Windows }> {
  const pairs = names.instances.length * names.kpis.length;
  const groups = await db.rows(
    `SELECT instance, kpi, count(*) AS n, bool_or(${inFitted(fitted)}) AS fitted FROM ${from} GROUP BY ALL ORDER BY instance, kpi`,
  );
  const pairOf = (group: (typeof groups)[number]) =>
    Number(group.instance) * names.kpis.length + Number(group.kpi);
  const seen = new Uint8Array(pairs);
  for (const group of groups) if (group.fitted === true) seen[pairOf(group)] = 1;
  const has = (test: (pair: number) => boolean) => seen.some((flag, pair) => flag === 1 && test(pair));
  const width = names.kpis.length;
  const instances = names.instances.flatMap((_, i) =>
    has((pair) => Math.floor(pair / width) === i) ? [i] : [],
  );
  const kpis = names.kpis.flatMap((_, k) => (has((pair) => pair % width === k) ? [k] : []));
  const seriesOf = new Int32Array(pairs).fill(-1);
  instances.forEach((instance, i) => {
    kpis.forEach((kpi, k) => {
      const pair = instance * width + kpi;
      if (seen[pair]) seriesOf[pair] = i * kpis.length + k;
    });
  });
  const pairName = (pair: number) =>
    `${names.instances[Math.floor(pair / width)] ?? ''} ${names.kpis[pair % width] ?? ''}`;
  const others = groups.filter((group) => group.fitted !== true);
  const unseen = others.reduce((sum, group) => sum + Number(group.n), 0);
  const unseenNames = others.map((group) => pairName(pairOf(group)));
  const order = sorted ? '' : ' ORDER BY "case", instance, kpi, time, value';
  const query = `SELECT "case", instance, kpi, time, value FROM ${from}${order}`;
  const records = readRecords(db, query, table, width, seriesOf, instances.length * kpis.length);
  const { windows, constant, scalings } = await applySteps(
    records,
    steps,
    { cases: fitted, rows: table.cases },
    'metric',
  );
  const out = layoutMetric(windows, instances.length, kpis.length);
  const at = (i: number) => names.instances[i] ?? '';
  const kpiAt = (k: number) => names.kpis[k] ?? '';
  return {
    ...finishArray(out, [windows.cases, instances.length, windows.windows, kpis.length]),
    coverage: countCovered(windows),
    empty: countEmpty(windows),
    constant: constant.map(
      (s) => `${at(instances[Math.floor(s / kpis.length)] ?? 0)} ${kpiAt(kpis[s % kpis.length] ?? 0)}`,
    ),
    unseen,
    unseenNames,
    instances: instances.map(at),
    kpis: kpis.map(kpiAt),
    cells: windows,
    fit: { instances: instances.length, kpis: kpis.length, width, seriesOf, scalings },
  };
}

/** Samples of the series that have a number, each with its window. */
function readRecords(
  db: Database,
  query: string,
  table: CaseTable,
  kpis: number,
  seriesOf: Int32Array,
  series: number,
): Records {
  const starts = Float64Array.from(table.cases, ({ start }) => start);
  const { windows, windowMs } = table;
  return {
    level: 'records',
    cases: table.cases.length,
    series,
    windows,
    ordered: true,
    read: async (each) => {
      const batch = createBatch(2048);
      await db.stream(query, ([c, instance, kpi, time, value], rows) => {
        if (!c || !instance || !kpi || !time || !value) return;
        const [caseOf, instances, kpiOf] = [c.ints(), instance.ints(), kpi.ints()];
        const [times, values] = [time.doubles(), value.doubles()];
        batch.count = 0;
        for (let row = 0; row < rows; row++) {
          const own = seriesOf[(instances[row] as number) * kpis + (kpiOf[row] as number)] as number;
          if (own < 0) continue;
          const at = batch.count++;
          const index = caseOf[row] as number;
          const window = Math.floor(((times[row] as number) - (starts[index] as number)) / windowMs);
          batch.caseOf[at] = index;
          batch.seriesOf[at] = own;
          batch.windowOf[at] = window < windows ? window : windows - 1;
          batch.value[at] = values[row] as number;
        }
        each(batch);
      });
    },
  };
}

/** `[case, instance × kpi, window]` → `[case, instance, window, kpi]`. */
export function layoutMetric(windows: Windows, instances: number, kpis: number): Float64Array {
  const out = new Float64Array(windows.value.length);
  let i = 0;
  for (let c = 0; c < windows.cases; c++)
    for (let n = 0; n < instances; n++) {
      const first = cell(windows, c, n * kpis, 0);
      for (let w = 0; w < windows.windows; w++)
        for (let k = 0; k < kpis; k++) out[i++] = windows.value[first + k * windows.windows + w] as number;
    }
  return out;
}

function countEmpty(windows: Windows): number {
  return windows.records.reduce((n, records) => n + (records === 0 ? 1 : 0), 0);
}

/** SQL: is the row of a fitted case? */
export function inFitted(fitted: readonly boolean[]): string {
  return `"case" IN (${fitted.flatMap((yes, c) => (yes ? [c] : [])).join(', ') || '-1'})`;
}
