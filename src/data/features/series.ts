/**
 * Values of many series in many cases, before and after they are put into windows, and the fixed (untrained) steps of the
 * metric and trace pipelines on them. A series is an (instance, KPI) or a group of spans. Reading them and naming the axes
 * is the business of `metric.ts` and `trace.ts`.
 */
/** Some records; those after `count` are left over from an earlier batch. Valid until the next one. */
export interface Batch {
  count: number;
  readonly caseOf: Int32Array;
  readonly seriesOf: Int32Array;
  readonly windowOf: Int32Array;
  readonly value: Float64Array;
}

/**
 * Records that are read as often as they are needed, always in one order; memory holds one batch of them. If `ordered`, the
 * records of a series come case after case, and within a case in order of time.
 */
export interface Records {
  readonly level: 'records';
  readonly cases: number;
  readonly series: number;
  readonly windows: number;
  readonly ordered: boolean;
  /** One pass. `each` may overwrite the values of its batch. */
  read(each: (batch: Batch) => void): Promise<void>;
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

/** Records whose values are changed on the way: `change` makes a function per pass, called in order. */
export function mapRecords(records: Records, change: () => (batch: Batch) => void): Records {
  return {
    ...records,
    read: (each) => {
      const apply = change();
      return records.read((batch) => {
        apply(batch);
        each(batch);
      });
    },
  };
}

/** Mean and population deviation of a series, by Welford's update: exact enough for counters of 1e15 with a spread of 1. */
interface Moments {
  readonly n: Float64Array;
  readonly mean: Float64Array;
  readonly m2: Float64Array;
}

function createMoments(series: number): Moments {
  return { n: new Float64Array(series), mean: new Float64Array(series), m2: new Float64Array(series) };
}

function addTo({ n, mean, m2 }: Moments, s: number, x: number): void {
  const count = (n[s] as number) + 1;
  const delta = x - (mean[s] as number);
  n[s] = count;
  mean[s] = (mean[s] as number) + delta / count;
  m2[s] = (m2[s] as number) + delta * (x - (mean[s] as number));
}

/** Days by number, for statistics that are taken day by day. */
export interface Days {
  readonly count: number;
  /** Of each case. */
  readonly of: Int32Array;
}

/** One day that holds every case: statistics are then taken over all of them. */
const oneDay = ({ cases }: Records | Windows): Days => ({ count: 1, of: new Int32Array(cases) });

/**
 * What standardising takes from the fitted cases, per series: values become (x − mean) · factor, 0 where the factor is 0. Day by
 * day, the series of a day follow those of the day before.
 */
export interface Scaling {
  readonly mean: ArrayLike<number>;
  readonly factor: ArrayLike<number>;
}

/** A scaling, and the series without spread in the fitted cases. */
export interface FittedScaling {
  readonly scaling: Scaling;
  readonly constant: readonly number[];
}

/** Factor of each series, 0 for one without spread; `constant` are those of the latter that have values. */
function scalingOf({ n, mean, m2 }: Moments, form: 'z' | 'printed'): FittedScaling {
  const factor = new Float64Array(n.length);
  const constant: number[] = [];
  for (let s = 0; s < n.length; s++) {
    const count = n[s] ?? 0;
    const deviation = count > 0 ? Math.sqrt((m2[s] ?? 0) / count) : 0;
    if (deviation <= 1e-12 * Math.abs(mean[s] ?? 0)) {
      if (count > 0) constant.push(s);
    } else factor[s] = (form === 'printed' ? Math.sqrt(count) : 1) / deviation;
  }
  return { scaling: { mean, factor }, constant };
}

/**
 * The mean of each series and its population standard deviation (equations 6 and 8), both over the records of the fitted
 * cases. `printed` reads the equations to the letter: √n · z, n records. A series without spread becomes 0.
 */
export async function fitRecords(
  records: Records,
  fitted: readonly boolean[],
  form: 'z' | 'printed',
  days = oneDay(records),
): Promise<FittedScaling> {
  const moments = createMoments(records.series * days.count);
  const isFitted = Uint8Array.from(fitted, Number);
  await records.read(({ count, caseOf, seriesOf, value }) => {
    for (let i = 0; i < count; i++) {
      const c = caseOf[i] as number;
      if (isFitted[c])
        addTo(moments, placeOf(records.series, days, c, seriesOf[i] as number), value[i] as number);
    }
  });
  return scalingOf(moments, form);
}

/** Where the statistics of a series lie for a case. */
function placeOf(series: number, { of }: Days, c: number, s: number): number {
  return (of[c] as number) * series + s;
}

export function scaleRecords(records: Records, { mean, factor }: Scaling, days = oneDay(records)): Records {
  const scale = ({ count, caseOf, seriesOf, value }: Batch) => {
    for (let i = 0; i < count; i++) {
      const s = placeOf(records.series, days, caseOf[i] as number, seriesOf[i] as number);
      const by = factor[s] as number;
      value[i] = by === 0 ? 0 : ((value[i] as number) - (mean[s] as number)) * by;
    }
  };
  return mapRecords(records, () => scale);
}

/** The same over the filled windows of the fitted cases. */
export function fitWindows(
  windows: Windows,
  fitted: readonly boolean[],
  form: 'z' | 'printed',
  days = oneDay(windows),
): FittedScaling {
  const moments = createMoments(windows.series * days.count);
  visit(windows, (c, s, _i, x) => {
    if (fitted[c]) addTo(moments, placeOf(windows.series, days, c, s), x);
  });
  return scalingOf(moments, form);
}

export function scaleWindows(windows: Windows, { mean, factor }: Scaling, days = oneDay(windows)): Windows {
  const value = new Float64Array(windows.value.length);
  visit(windows, (c, series, i, x) => {
    const s = placeOf(windows.series, days, c, series);
    const scale = factor[s] ?? 0;
    value[i] = scale === 0 ? 0 : (x - (mean[s] ?? 0)) * scale;
  });
  return { ...windows, value };
}

/** sign(x) · ln(1 + |x|) of every value. */
const signedLog = (x: number) => Math.sign(x) * Math.log1p(Math.abs(x));

export function log1pRecords(records: Records): Records {
  const apply = ({ count, value }: Batch) => {
    for (let i = 0; i < count; i++) value[i] = signedLog(value[i] as number);
  };
  return mapRecords(records, () => apply);
}

export function log1pWindows(windows: Windows): Windows {
  return { ...windows, value: windows.value.map(signedLog) };
}

/** First difference of each series within its case, 0 for its first value (equation 7). */
export function differenceRecords(records: Records): Records {
  return mapRecords(records, () => {
    const last = new Float64Array(records.series);
    const lastCase = new Int32Array(records.series).fill(-1);
    return ({ count, caseOf, seriesOf, value }) => {
      for (let i = 0; i < count; i++) {
        const [c, s, x] = [caseOf[i] as number, seriesOf[i] as number, value[i] as number];
        value[i] = lastCase[s] === c ? x - (last[s] as number) : 0;
        lastCase[s] = c;
        last[s] = x;
      }
    };
  });
}

/** The same over windows. Windows without records are passed over. */
export function differenceWindows(windows: Windows): Windows {
  const value = new Float64Array(windows.value.length);
  let [lastCase, lastSeries, last] = [-1, -1, 0];
  visit(windows, (c, s, i, x) => {
    if (c === lastCase && s === lastSeries) value[i] = x - last;
    [lastCase, lastSeries, last] = [c, s, x];
  });
  return { ...windows, value };
}

/** Mean of each series' records per window. */
export async function windowMean(records: Records): Promise<Windows> {
  const cells = emptyCells(records);
  await records.read(({ count, caseOf, seriesOf, windowOf, value }) => {
    for (let i = 0; i < count; i++) {
      const at = cell(records, caseOf[i] as number, seriesOf[i] as number, windowOf[i] as number);
      cells.value[at] = (cells.value[at] as number) + (value[i] as number);
      cells.records[at] = (cells.records[at] as number) + 1;
    }
  });
  for (let at = 0; at < cells.value.length; at++) {
    const n = cells.records[at] ?? 0;
    if (n > 1) cells.value[at] = (cells.value[at] ?? 0) / n;
  }
  return cells;
}

/**
 * Anomaly score per window (equation 9), or per case as its only window: the mean of the standardised values above the threshold,
 * 0 if there is none. With `two` sides |x| counts and is averaged.
 */
export async function threeSigma(
  records: Records,
  threshold: number,
  sides: 'one' | 'two',
  per: 'window' | 'case' = 'window',
): Promise<Windows> {
  const shape = per === 'case' ? { ...records, windows: 1 } : records;
  const cells = emptyCells(shape);
  const anomalies = new Int32Array(cells.value.length);
  await records.read(({ count, caseOf, seriesOf, windowOf, value }) => {
    for (let i = 0; i < count; i++) {
      const window = per === 'case' ? 0 : (windowOf[i] as number);
      const at = cell(shape, caseOf[i] as number, seriesOf[i] as number, window);
      cells.records[at] = (cells.records[at] as number) + 1;
      const x = value[i] as number;
      const score = sides === 'two' ? Math.abs(x) : x;
      if (score <= threshold) continue;
      cells.value[at] = (cells.value[at] as number) + score;
      anomalies[at] = (anomalies[at] as number) + 1;
    }
  });
  for (let at = 0; at < anomalies.length; at++) {
    const n = anomalies[at] ?? 0;
    if (n > 1) cells.value[at] = (cells.value[at] ?? 0) / n;
  }
  return { ...cells, anomalies };
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

/** Calls back with case, series, position and value of every window that has records. */
function visit(
  { value, series, windows, records }: Windows,
  each: (c: number, s: number, i: number, x: number) => void,
): void {
  for (let i = 0; i < value.length; i++)
    if ((records[i] ?? 0) > 0) {
      const row = Math.floor(i / windows);
      each(Math.floor(row / series), row % series, i, value[i] ?? 0);
    }
}

/** A batch with room for the rows of a chunk. */
export function createBatch(room: number): Batch {
  return {
    count: 0,
    caseOf: new Int32Array(room),
    seriesOf: new Int32Array(room),
    windowOf: new Int32Array(room),
    value: new Float64Array(room),
  };
}
