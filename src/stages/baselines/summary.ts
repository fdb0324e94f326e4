/**
 * Summary features: one row of numbers per case, for everyday classifiers. They come from the same stages as the features of
 * the models, over the windows of the case; `pre` is the first half of the windows, `post` the rest:
 *
 * - metric, per instance and KPI (standardised, mean per window): mean, standard deviation, mean of `post` less mean of `pre`;
 * - trace, per link (standardised durations, mean per window): mean, largest, mean of `post` less mean of `pre`;
 * - log, per template: ln(1 + n) of its lines n in the case, and that of `post` less that of `pre`;
 * - extracted events, per kind: ln(1 + n).
 *
 * What they are fitted on (templates, axes, means and deviations) is the features' business; nothing here is fitted.
 */
import { baselineCodes } from '../../diagnostics/codes/baselines.ts';
import { MedxError, report } from '../../diagnostics/diagnostic.ts';
import { type FeatureAxes, type Modality, modalities } from '../contracts.ts';
import type { StageContext } from '../stage.ts';
import { readCases, requireInput } from '../telemetry.ts';

export interface Summaries {
  readonly width: number;
  /** `[case, width]`, never NaN. */
  readonly data: Float64Array;
  /** Per case: whether any modality has a record of it. */
  readonly evidence: readonly boolean[];
}

interface Block {
  readonly width: number;
  readonly evidence: readonly boolean[];
  /** Writes the numbers of a case from `at` on. */
  readonly write: (index: number, out: Float64Array, at: number) => void;
}

/** Reads inputs `drain` and `counts`, and `log`, `metric`, `trace`, of which some may be absent. `row` is named in messages. */
export function readSummaries(context: StageContext, row: string): Summaries {
  const { cases, windows } = readCases(context);
  const blocks = [
    ...(context.inputs.counts ? [templateBlock(context, cases.length, windows)] : []),
    ...modalities.filter((one) => context.inputs[one]).map((one) => windowBlock(context, one)),
  ];
  const width = blocks.reduce((sum, block) => sum + block.width, 0);
  const data = new Float64Array(cases.length * width);
  cases.forEach((_, index) => {
    let at = index * width;
    for (const block of blocks) {
      block.write(index, data, at);
      at += block.width;
    }
  });
  const wrong = cases.filter((_, i) =>
    data.subarray(i * width, (i + 1) * width).some((x) => !Number.isFinite(x)),
  );
  if (wrong.length > 0)
    throw new MedxError(report(baselineCodes, 'MED3704', { row, cases: wrong.map(({ id }) => id) }));
  return { width, data, evidence: cases.map((_, i) => blocks.some((block) => block.evidence[i])) };
}

function templateBlock(context: StageContext, cases: number, windows: number): Block {
  const templates = requireInput(context, 'drain').json<readonly unknown[]>('templates').length;
  const { data } = requireInput(context, 'counts').array<Int32Array>('counts');
  const pre = new Float64Array(cases * templates);
  const post = new Float64Array(cases * templates);
  const evidence = new Array<boolean>(cases).fill(false);
  for (let i = 0; i < data.length; i += 4) {
    const [index = 0, window = 0, template = 0, count = 0] = data.subarray(i, i + 4);
    const half = window < Math.floor(windows / 2) ? pre : post;
    const at = index * templates + template;
    half[at] = (half[at] ?? 0) + count;
    evidence[index] = true;
  }
  return {
    width: 2 * templates,
    evidence,
    write: (index, out, at) => {
      for (let t = 0; t < templates; t++) {
        const [before, after] = [pre[index * templates + t] ?? 0, post[index * templates + t] ?? 0];
        out[at + 2 * t] = Math.log1p(before + after);
        out[at + 2 * t + 1] = Math.log1p(after) - Math.log1p(before);
      }
    },
  };
}

function windowBlock(context: StageContext, modality: Modality): Block {
  const input = requireInput(context, modality);
  const { shape, data } = input.array<Float32Array>('x');
  const axes = input.json<FeatureAxes>('axes');
  const evidence = axes.coverage.map((covered) => covered > 0);
  // [case, instance, window, kpi], or [case, window, series] as one instance.
  const [instances = 1, windows = 1, series = 1] =
    shape.length === 4 ? shape.slice(1) : [1, ...shape.slice(1)];
  const each = axes.events ? 1 : 3;
  const values = new Float64Array(windows);
  return {
    width: instances * series * each,
    evidence,
    write: (index, out, start) => {
      let at = start;
      for (let i = 0; i < instances; i++)
        for (let s = 0; s < series; s++) {
          for (let w = 0; w < windows; w++)
            values[w] = data[((index * instances + i) * windows + w) * series + s] ?? 0;
          if (axes.events) out[at] = Math.log1p(sum(values, 0, windows));
          else {
            const mean = sum(values, 0, windows) / windows;
            out[at] = mean;
            out[at + 1] =
              modality === 'trace' ? values.reduce((a, b) => Math.max(a, b)) : deviation(values, mean);
            out[at + 2] = halves(values);
          }
          at += each;
        }
    },
  };
}

function sum(values: Float64Array, from: number, to: number): number {
  let total = 0;
  for (let i = from; i < to; i++) total += values[i] ?? 0;
  return total;
}

function deviation(values: Float64Array, mean: number): number {
  return Math.sqrt(values.reduce((total, value) => total + (value - mean) ** 2, 0) / values.length);
}

/** Mean of the second half less mean of the first; 0 where there is one window. */
function halves(values: Float64Array): number {
  const half = Math.floor(values.length / 2);
  if (half === 0) return 0;
  return sum(values, half, values.length) / (values.length - half) - sum(values, 0, half) / half;
}

/**
 * Standardises by mean and deviation over the rows `fitted`, and leaves out what is constant there. Gives the rows as
 * `[row][feature]`; what lies beyond every training case by far is cut at ±10.
 */
export function standardise(
  { width, data }: Summaries,
  fitted: readonly number[],
): (index: number) => Float64Array {
  const kept: { readonly at: number; readonly mean: number; readonly sd: number }[] = [];
  for (let at = 0; at < width; at++) {
    const values = Float64Array.from(fitted, (index) => data[index * width + at] ?? 0);
    const mean = sum(values, 0, values.length) / values.length;
    const sd = deviation(values, mean);
    if (sd > 1e-9 * Math.max(1, Math.abs(mean))) kept.push({ at, mean, sd });
  }
  return (index) =>
    Float64Array.from(kept, ({ at, mean, sd }) =>
      Math.max(-10, Math.min(10, ((data[index * width + at] ?? 0) - mean) / sd)),
    );
}
