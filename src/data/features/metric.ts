/** Metric features (paper 4.2): samples of the cases → `[case, instance, window, kpi]`. */
import type { CaseTable, Step } from '../../stages/contracts.ts';
import type { Database } from '../database.ts';
import { type FeatureArray, finishArray } from './finish.ts';
import { cell, countCovered, type Records, type Windows } from './series.ts';
import { applySteps } from './steps.ts';

export interface MetricAxes {
  readonly instances: readonly string[];
  readonly kpis: readonly string[];
}

/**
 * `from` is SQL that gives the columns of `samples.parquet`. The axes are the instances and KPIs that the fitted cases have; a series (instance × KPI) that only other cases have is
 * left out and counted. Missing series and empty windows are 0.
 */
export async function metricFeatures(
  db: Database,
  from: string,
  names: MetricAxes,
  table: CaseTable,
  fitted: readonly boolean[],
  steps: readonly Step[],
): Promise<FeatureArray & MetricAxes> {
  const pairs = names.instances.length * names.kpis.length;
  const rows = await readSamples(db, from, names.kpis.length);
  const seen = new Uint8Array(pairs);
  for (let i = 0; i < rows.value.length; i++) if (fitted[rows.caseOf[i] ?? 0]) seen[rows.pairOf[i] ?? 0] = 1;
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
  const { records, unseen, unseenNames } = selectRecords(
    rows,
    seriesOf,
    table,
    instances.length * kpis.length,
    pairName,
  );
  const { windows, constant } = applySteps(records, steps, fitted, 'metric');
  const order = layout(windows, instances.length, kpis.length);
  const at = (i: number) => names.instances[i] ?? '';
  const kpiAt = (k: number) => names.kpis[k] ?? '';
  return {
    ...finishArray(order, [windows.cases, instances.length, windows.windows, kpis.length]),
    coverage: countCovered(windows),
    empty: countEmpty(windows),
    constant: constant.map(
      (s) => `${at(instances[Math.floor(s / kpis.length)] ?? 0)} ${kpiAt(kpis[s % kpis.length] ?? 0)}`,
    ),
    unseen,
    unseenNames,
    instances: instances.map(at),
    kpis: kpis.map(kpiAt),
  };
}

interface Samples {
  readonly caseOf: Int32Array;
  readonly pairOf: Int32Array;
  readonly time: Float64Array;
  readonly value: Float64Array;
}

async function readSamples(db: Database, from: string, kpis: number): Promise<Samples> {
  const [n = 0] = await db.numbers(`SELECT count(*) FROM ${from}`);
  const samples = {
    caseOf: new Int32Array(n),
    pairOf: new Int32Array(n),
    time: new Float64Array(n),
    value: new Float64Array(n),
  };
  let i = 0;
  const query = `SELECT "case", instance, kpi, time, value FROM ${from} ORDER BY "case", instance, kpi, time`;
  await db.stream(query, ([c, instance, kpi, time, value], rows) => {
    if (!c || !instance || !kpi || !time || !value) return;
    for (let row = 0; row < rows; row++, i++) {
      samples.caseOf[i] = c.number(row);
      samples.pairOf[i] = instance.number(row) * kpis + kpi.number(row);
      samples.time[i] = time.number(row);
      samples.value[i] = value.number(row);
    }
  });
  return samples;
}

function selectRecords(
  rows: Samples,
  seriesOf: Int32Array,
  table: CaseTable,
  series: number,
  pairName: (pair: number) => string,
): { records: Records; unseen: number; unseenNames: string[] } {
  const kept: number[] = [];
  const missing = new Set<number>();
  for (let i = 0; i < rows.value.length; i++) {
    if ((seriesOf[rows.pairOf[i] ?? 0] ?? -1) >= 0) kept.push(i);
    else missing.add(rows.pairOf[i] ?? 0);
  }
  const pick = (from: Int32Array | Float64Array, i: number) => from[i] ?? 0;
  const records: Records = {
    level: 'records',
    cases: table.cases.length,
    series,
    windows: table.windows,
    ordered: true,
    caseOf: Int32Array.from(kept, (i) => pick(rows.caseOf, i)),
    seriesOf: Int32Array.from(kept, (i) => pick(seriesOf, pick(rows.pairOf, i))),
    windowOf: Int32Array.from(kept, (i) => {
      const start = table.cases[pick(rows.caseOf, i)]?.start ?? 0;
      return Math.min(Math.floor((pick(rows.time, i) - start) / table.windowMs), table.windows - 1);
    }),
    value: Float64Array.from(kept, (i) => pick(rows.value, i)),
  };
  const unseenNames = [...missing].sort((a, b) => a - b).map(pairName);
  return { records, unseen: rows.value.length - kept.length, unseenNames };
}

/** `[case, instance × kpi, window]` → `[case, instance, window, kpi]`. */
function layout(windows: Windows, instances: number, kpis: number): Float64Array {
  const out = new Float64Array(windows.value.length);
  let i = 0;
  for (let c = 0; c < windows.cases; c++)
    for (let n = 0; n < instances; n++)
      for (let w = 0; w < windows.windows; w++)
        for (let k = 0; k < kpis; k++) out[i++] = windows.value[cell(windows, c, n * kpis + k, w)] ?? 0;
  return out;
}

function countEmpty(windows: Windows): number {
  return windows.records.reduce((n, records) => n + (records === 0 ? 1 : 0), 0);
}
