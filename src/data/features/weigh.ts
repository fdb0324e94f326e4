/** Weights by fluctuation (equations 1–3) on the series of a metric or trace pipeline, per case or per day. */
import { type FluctuationForm, fluctuationWeights } from '../fluctuation.ts';
import { cell, type Days, type Windows } from './series.ts';

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

/**
 * The same with one set of weights per day: counts run along the windows of its fitted cases, one case after the other in the order
 * of `order`.
 */
export function weighByDay(
  windows: Windows,
  form: FluctuationForm,
  fitted: readonly boolean[],
  days: Days,
  order: readonly number[],
): Windows {
  const value = new Float64Array(windows.value.length);
  const counts = windows.anomalies ?? windows.records;
  for (let day = 0; day < days.count; day++) {
    const own = order.filter((c) => days.of[c] === day);
    const read = own.filter((c) => fitted[c]);
    const length = read.length * windows.windows;
    const line = new Float64Array(windows.series * length);
    read.forEach((c, k) => {
      for (let s = 0; s < windows.series; s++)
        for (let w = 0; w < windows.windows; w++)
          line[s * length + k * windows.windows + w] = counts[cell(windows, c, s, w)] ?? 0;
    });
    const weights = fluctuationWeights(line, windows.series, length, form);
    for (const c of own)
      for (let s = 0; s < windows.series; s++)
        for (let w = 0; w < windows.windows; w++) {
          const at = cell(windows, c, s, w);
          value[at] = (windows.value[at] ?? 0) * (weights[s] ?? 0);
        }
  }
  return { ...windows, value };
}
