/**
 * Values of many series in many cases, before and after they are put into windows, and the fixed (untrained) steps of the
 * metric and trace pipelines on them. A series is an (instance, KPI) or a group of spans. Reading them and naming the axes
 * is the business of `metric.ts` and `trace.ts`.
 */
import { type FluctuationForm, fluctuationWeights } from '../fluctuation.ts';

/** One entry per record; within a case the records of a series are in order of time if `ordered`. */
export interface Records {
  readonly level: 'records';
  readonly cases: number;
  readonly series: number;
  readonly windows: number;
  readonly ordered: boolean;
  readonly caseOf: Int32Array;
  readonly seriesOf: Int32Array;
  readonly windowOf: Int32Array;
  readonly value: Float64Array;
}

/** Dense, row-major `[case, series, window]`. A cell without records is 0. */
export interface Windows {
  readonly level: 'windows';
  readonly cases: number;
  readonly series: number;
  readonly windows: number;
  readonly value: Float64Array;
  /** Records per cell. */
  readonly records: Int32Array;
  /** Records beyond the threshold per cell, once `three_sigma` has run. */
  readonly anomalies?: Int32Array;
}

export type Values = Records | Windows;

export interface Standardised<V extends Values> {
  readonly values: V;
  /** Series without spread in the fitted cases: their values became 0. */
  readonly constant: readonly number[];
}

/**
 * Subtracts each series' mean and divides by its population standard deviation (equations 6 and 8), both over the records
 * (or filled windows) of the fitted cases. `printed` reads the equations to the letter: √n · z, n records. A series without
 * spread becomes 0.
 */
export function standardize<V extends Values>(
  values: V,
  fitted: readonly boolean[],
  form: 'z' | 'printed',
): Standardised<V> {
  const { series } = values;
  const [n, mean, m2] = [new Float64Array(series), new Float64Array(series), new Float64Array(series)];
  visit(values, (c, s, _i, x) => {
    if (!fitted[c]) return;
    // Welford's update: exact enough for counters of 1e15 with a spread of 1.
    const count = (n[s] ?? 0) + 1;
    const delta = x - (mean[s] ?? 0);
    n[s] = count;
    mean[s] = (mean[s] ?? 0) + delta / count;
    m2[s] = (m2[s] ?? 0) + delta * (x - (mean[s] ?? 0));
  });
  const factor = new Float64Array(series);
  const constant: number[] = [];
  for (let s = 0; s < series; s++) {
    const count = n[s] ?? 0;
    const deviation = count > 0 ? Math.sqrt((m2[s] ?? 0) / count) : 0;
    if (deviation <= 1e-12 * Math.abs(mean[s] ?? 0)) {
      if (count > 0) constant.push(s);
    } else factor[s] = (form === 'printed' ? Math.sqrt(count) : 1) / deviation;
  }
  const value = new Float64Array(values.value.length);
  visit(values, (_c, s, i, x) => {
    const scale = factor[s] ?? 0;
    value[i] = scale === 0 ? 0 : (x - (mean[s] ?? 0)) * scale;
  });
  return { values: { ...values, value }, constant };
}

/** sign(x) · ln(1 + |x|) of every value. */
export function log1p<V extends Values>(values: V): V {
  return { ...values, value: values.value.map((x) => Math.sign(x) * Math.log1p(Math.abs(x))) };
}

/** First difference of each series within its case, 0 for its first value (equation 7). Windows without records are passed over. */
export function difference<V extends Values>(values: V): V {
  const value = new Float64Array(values.value.length);
  let lastCase = -1;
  let lastSeries = -1;
  let last = 0;
  visit(values, (c, s, i, x) => {
    if (c === lastCase && s === lastSeries) value[i] = x - last;
    [lastCase, lastSeries, last] = [c, s, x];
  });
  return { ...values, value };
}

/** Mean of each series' records per window. */
export function windowMean(records: Records): Windows {
  const cells = emptyCells(records);
  visit(records, (c, s, i, x) => {
    const at = cell(records, c, s, records.windowOf[i] ?? 0);
    cells.value[at] = (cells.value[at] ?? 0) + x;
    cells.records[at] = (cells.records[at] ?? 0) + 1;
  });
  for (let at = 0; at < cells.value.length; at++) {
    const n = cells.records[at] ?? 0;
    if (n > 1) cells.value[at] = (cells.value[at] ?? 0) / n;
  }
  return cells;
}

/**
 * Anomaly score per window (equation 9): the mean of the standardised values above the threshold, 0 if there is none. With
 * `two` sides |x| counts and is averaged.
 */
export function threeSigma(records: Records, threshold: number, sides: 'one' | 'two'): Windows {
  const cells = emptyCells(records);
  const anomalies = new Int32Array(cells.value.length);
  visit(records, (c, s, i, x) => {
    const at = cell(records, c, s, records.windowOf[i] ?? 0);
    cells.records[at] = (cells.records[at] ?? 0) + 1;
    const score = sides === 'two' ? Math.abs(x) : x;
    if (score <= threshold) return;
    cells.value[at] = (cells.value[at] ?? 0) + score;
    anomalies[at] = (anomalies[at] ?? 0) + 1;
  });
  for (let at = 0; at < anomalies.length; at++) {
    const n = anomalies[at] ?? 0;
    if (n > 1) cells.value[at] = (cells.value[at] ?? 0) / n;
  }
  return { ...cells, anomalies };
}

/** Multiplies each series by its weight in the case (equations 1–3), on anomaly counts, or on record counts without `three_sigma`. */
export function weighByFluctuation(windows: Windows, form: FluctuationForm): Windows {
  const value = new Float64Array(windows.value.length);
  const counts = windows.anomalies ?? windows.records;
  const size = windows.series * windows.windows;
  for (let c = 0; c < windows.cases; c++) {
    const base = c * size;
    const weights = fluctuationWeights(
      counts.subarray(base, base + size),
      windows.series,
      windows.windows,
      form,
    );
    for (let i = 0; i < size; i++)
      value[base + i] = (windows.value[base + i] ?? 0) * (weights[Math.floor(i / windows.windows)] ?? 0);
  }
  return { ...windows, value };
}

/** Per case: windows in which any series has a record. */
export function countCovered(windows: Windows): number[] {
  return Array.from({ length: windows.cases }, (_, c) => {
    let covered = 0;
    for (let w = 0; w < windows.windows; w++) {
      let any = false;
      for (let s = 0; s < windows.series && !any; s++)
        any = (windows.records[cell(windows, c, s, w)] ?? 0) > 0;
      if (any) covered++;
    }
    return covered;
  });
}

export function cell(
  shape: { readonly series: number; readonly windows: number },
  c: number,
  s: number,
  w: number,
): number {
  return (c * shape.series + s) * shape.windows + w;
}

function emptyCells(records: Records): Omit<Windows, 'anomalies'> {
  const { cases, series, windows } = records;
  const size = cases * series * windows;
  return {
    level: 'windows',
    cases,
    series,
    windows,
    value: new Float64Array(size),
    records: new Int32Array(size),
  };
}

/** Calls back with case, series, position and value of every record, or of every window that has records. */
function visit(values: Values, each: (c: number, s: number, i: number, x: number) => void): void {
  const { value } = values;
  if (values.level === 'records') {
    for (let i = 0; i < value.length; i++)
      each(values.caseOf[i] ?? 0, values.seriesOf[i] ?? 0, i, value[i] ?? 0);
    return;
  }
  const { series, windows, records } = values;
  for (let i = 0; i < value.length; i++)
    if ((records[i] ?? 0) > 0) {
      const row = Math.floor(i / windows);
      each(Math.floor(row / series), row % series, i, value[i] ?? 0);
    }
}
