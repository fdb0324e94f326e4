/**
 * Features of a single case from its records in memory, with what was fitted on other cases: the same steps over one case,
 * so the same bits as the artefacts of `features.*` have. Where records and fitted state come from is the caller's business.
 */
import type { Step } from '../../stages/contracts.ts';
import type { Drain } from '../drain/drain.ts';
import { finishArray } from './finish.ts';
import { type LogForm, scaleToRms, templateWeights, writeWeightedSum } from './log.ts';
import { type FittedMetric, layoutMetric } from './metric.ts';
import { type Batch, createBatch, type Records } from './series.ts';
import { applySteps } from './steps.ts';
import { type FittedTrace, layoutTrace, parseGrouping } from './trace.ts';

/** Columns as the artefacts `lines`, `samples` and `spans` have them, their rows in that order, codes by their axes. */
export interface CaseRecords {
  readonly lines?: { readonly window: Int32Array; readonly message: readonly string[] };
  readonly samples?: {
    readonly instance: Int32Array;
    readonly kpi: Int32Array;
    /** Epoch milliseconds. */
    readonly time: Float64Array;
    readonly value: Float64Array;
  };
  readonly spans?: {
    readonly window: Int32Array;
    readonly caller: Int32Array;
    readonly callee: Int32Array;
    readonly operation: Int32Array;
    readonly duration_us: Float64Array;
    /** NaN without a parent span. */
    readonly caller_us: Float64Array;
  };
}

/** When the case begins (epoch ms) and how it is cut. */
export interface CaseWindows {
  readonly start: number;
  readonly windows: number;
  readonly windowMs: number;
}

export interface FittedLog {
  readonly drain: Drain;
  /** Number of a cluster → its row in `vectors`; templates that are gone have none. */
  readonly rowOf: ReadonlyMap<number, number>;
  /** `[template, dim]`. */
  readonly vectors: Float32Array;
  readonly dim: number;
}

/**
 * Template counts of a case that grow as its lines come: what parsing costs is paid when a line arrives, not when a diagnosis
 * is asked for.
 */
export interface LineIntake {
  take(lines: NonNullable<CaseRecords['lines']>): void;
  /** Features of what was taken so far, `[window, dim]`. */
  features(form: LogForm): Float32Array;
}

export function createLineIntake(
  { drain, rowOf, vectors, dim }: FittedLog,
  { windows }: Pick<CaseWindows, 'windows'>,
): LineIntake {
  /** Template → lines per window. */
  const countsOf = new Map<number, Float64Array>();
  return {
    take({ window, message }) {
      for (let i = 0; i < message.length; i++) {
        const cluster = drain.match(message[i] as string);
        const template = cluster === undefined ? undefined : rowOf.get(cluster);
        if (template === undefined) continue;
        let counts = countsOf.get(template);
        if (!counts) {
          counts = new Float64Array(windows);
          countsOf.set(template, counts);
        }
        const at = window[i] as number;
        counts[at] = (counts[at] as number) + 1;
      }
    },
    features({ form, rms }) {
      const templates = [...countsOf.keys()].sort((a, b) => a - b);
      const counts = new Float64Array(templates.length * windows);
      templates.forEach((template, row) => {
        counts.set(countsOf.get(template) ?? [], row * windows);
      });
      const own = { templates, counts };
      const x = new Float32Array(windows * dim);
      writeWeightedSum(own, templateWeights(own, windows, form), vectors, dim, windows, x, 0);
      if (rms !== undefined) scaleToRms(x, rms);
      return x;
    },
  };
}

/** `[instance, window, kpi]`. */
export async function metricOfCase(
  { instances, kpis, width, seriesOf, scalings }: FittedMetric,
  { instance, kpi, time, value }: NonNullable<CaseRecords['samples']>,
  { start, windows, windowMs }: CaseWindows,
  steps: readonly Step[],
): Promise<Float32Array> {
  const shape = { series: instances * kpis, windows, ordered: true };
  const records = oneCase(shape, value.length, (batch) => {
    for (let row = 0; row < value.length; row++) {
      const own = seriesOf[(instance[row] as number) * width + (kpi[row] as number)] as number;
      if (own < 0) continue;
      const at = batch.count++;
      const cut = Math.floor(((time[row] as number) - start) / windowMs);
      batch.seriesOf[at] = own;
      batch.windowOf[at] = cut < windows ? cut : windows - 1;
      batch.value[at] = value[row] as number;
    }
  });
  const made = await applySteps(records, steps, { scalings }, 'metric');
  return finishArray(layoutMetric(made.windows, instances, kpis), []).data;
}

/** `[window, link]`. The first step says what a link is, as for `traceFeatures`. */
export async function traceOfCase(
  { base, keys, scalings }: FittedTrace,
  spans: NonNullable<CaseRecords['spans']>,
  { windows }: CaseWindows,
  steps: readonly Step[],
): Promise<Float32Array> {
  const { by, duration } = parseGrouping(steps);
  const linkOf = new Map(keys.map((key, link) => [key, link]));
  const parts = by.map((key) => spans[key]);
  const { window, duration_us: own, caller_us: caller } = spans;
  const shape = { series: keys.length, windows, ordered: false };
  const records = oneCase(shape, own.length, (batch) => {
    for (let row = 0; row < own.length; row++) {
      let key = 0;
      for (const part of parts) key = key * base + (part[row] as number);
      const link = linkOf.get(key);
      const [took, called] = [own[row] as number, caller[row] as number];
      const time = duration === 'own' ? took : duration === 'caller' ? called : called - took;
      if (link === undefined || Number.isNaN(time)) continue;
      const at = batch.count++;
      batch.windowOf[at] = window[row] as number;
      batch.seriesOf[at] = link;
      batch.value[at] = time;
    }
  });
  const made = await applySteps(records, steps.slice(1), { scalings }, 'trace');
  return finishArray(layoutTrace(made.windows), []).data;
}

/** Records of case 0, filled anew for every pass into one batch. */
function oneCase(
  shape: Pick<Records, 'series' | 'windows' | 'ordered'>,
  rows: number,
  fill: (batch: Batch) => void,
): Records {
  return {
    level: 'records',
    cases: 1,
    ...shape,
    read: async (each) => {
      const batch = createBatch(rows);
      fill(batch);
      each(batch);
    },
  };
}
