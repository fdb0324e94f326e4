/** DéjàVu's view of a case's series: gaps filled, cut at ±10, and each less its mean before the failure. */
import type { MetricSeries } from '../series.ts';

const limit = 10;

/**
 * Cases → `[window, kpi, case, instance]`. A window without samples takes the value of the one before it, the first ones the
 * mean, which is 0. Of a case the values are computed once.
 */
export function seriesOf(series: MetricSeries, before: number): (cases: readonly number[]) => Float32Array {
  const { instances, kpis, windows } = series;
  const [rows, columns] = [windows * kpis.length, instances.length];
  const known = new Map<number, Float32Array>();
  const of = (index: number) => {
    const found = known.get(index) ?? caseSeries(series, before, index);
    known.set(index, found);
    return found;
  };
  return (cases) => {
    const out = new Float32Array(rows * cases.length * columns);
    cases.forEach((index, place) => {
      const values = of(index);
      for (let row = 0; row < rows; row++) {
        const target = (row * cases.length + place) * columns;
        for (let i = 0; i < columns; i++) out[target + i] = values[row * columns + i] ?? 0;
      }
    });
    return out;
  };
}

/** `[window, kpi, instance]` of one case. */
function caseSeries(series: MetricSeries, before: number, index: number): Float32Array {
  const { instances, kpis, windows } = series;
  const out = new Float32Array(windows * kpis.length * instances.length);
  const course = new Float64Array(windows);
  instances.forEach((_, i) => {
    kpis.forEach((_kpi, k) => {
      let last = 0;
      for (let w = 0; w < windows; w++) {
        last = Math.max(-limit, Math.min(limit, series.at(index, i, k, w) ?? last));
        course[w] = last;
      }
      const mean = course.subarray(0, before).reduce((sum, value) => sum + value, 0) / before;
      for (let w = 0; w < windows; w++)
        out[(w * kpis.length + k) * instances.length + i] = (course[w] ?? 0) - mean;
    });
  });
  return out;
}
