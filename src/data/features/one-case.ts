/**
 * Features of a single case from its records in memory, with what was fitted on other cases: the same steps over one case,
 * so the same bits as the artefacts of `features.*` have. Where records and fitted state come from is the caller's business.
 */
import type { Modality, Step } from '../../stages/contracts.ts';
import type { Drain } from '../drain/drain.ts';
import { finishArray } from './finish.ts';
import {
  type CaseCounts,
  factorToRms,
  type LogForm,
  scaleToRms,
  templateWeights,
  writeWeightedSum,
} from './log.ts';
import { type FittedMetric, layoutMetric } from './metric.ts';
import { type Batch, createBatch, type Records, type Scaling, type Windows } from './series.ts';
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
  /** Templates of what was taken so far, rows of the vectors, in the order in which they first occurred. */
  templates(): number[];
  /**
   * How much of each of `templates` is in the sum of a window, `[window, template]`: features that are still to be summed. Nothing
   * of a template that is not there where no line has come.
   */
  shares(form: LogForm): Float32Array;
}

export function createLineIntake(
  { drain, rowOf, vectors, dim }: FittedLog,
  { windows }: Pick<CaseWindows, 'windows'>,
): LineIntake {
  /** Template → lines per window. */
  const countsOf = new Map<number, Float64Array>();
  const counted = (): CaseCounts => {
    const templates = [...countsOf.keys()].sort((a, b) => a - b);
    const counts = new Float64Array(templates.length * windows);
    templates.forEach((template, row) => {
      counts.set(countsOf.get(template) ?? [], row * windows);
    });
    return { templates, counts };
  };
  const summed = (own: CaseCounts, weights: Float64Array) => {
    const x = new Float32Array(windows * dim);
    writeWeightedSum(own, weights, vectors, dim, windows, x, 0);
    return x;
  };
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
    templates: () => [...countsOf.keys()],
    features({ form, rms }) {
      const own = counted();
      const x = summed(own, templateWeights(own, windows, form));
      if (rms !== undefined) scaleToRms(x, rms);
      return x;
    },
    shares({ form, rms }) {
      const own = counted();
      const weights = templateWeights(own, windows, form);
      const factor = rms === undefined ? 1 : factorToRms(summed(own, weights), rms);
      const count = Math.max(1, countsOf.size);
      const columnOf = new Map([...countsOf.keys()].map((template, column) => [template, column]));
      const shares = new Float32Array(windows * count);
      own.templates.forEach((template, i) => {
        const column = columnOf.get(template) ?? 0;
        for (let w = 0; w < windows; w++)
          if (own.counts[i * windows + w] !== 0) shares[w * count + column] = (weights[i] ?? 0) * factor;
      });
      return shares;
    },
  };
}

/** Features of one modality that grow as its records come. */
export interface SeriesIntake<R> {
  /** Records of a series come in order of time. */
  take(records: R): void;
  /** Features of what was taken; nothing can be taken afterwards. */
  features(): Promise<Float32Array>;
}

/** Features are `[instance, window, kpi]`. */
export function createMetricIntake(
  { instances, kpis, width, seriesOf, scalings }: FittedMetric,
  { start, windows, windowMs }: CaseWindows,
  steps: readonly Step[],
): SeriesIntake<NonNullable<CaseRecords['samples']>> {
  const shape = { series: instances * kpis, windows, ordered: true };
  const stream = streamSteps(shape, steps, scalings, 'metric');
  return {
    take({ instance, kpi, time, value }) {
      const batch = createBatch(value.length);
      for (let row = 0; row < value.length; row++) {
        const own = seriesOf[(instance[row] as number) * width + (kpi[row] as number)] as number;
        if (own < 0) continue;
        const at = batch.count++;
        const cut = Math.floor(((time[row] as number) - start) / windowMs);
        batch.seriesOf[at] = own;
        batch.windowOf[at] = cut < windows ? cut : windows - 1;
        batch.value[at] = value[row] as number;
      }
      stream.push(batch);
    },
    features: async () => finishArray(layoutMetric(await stream.end(), instances, kpis), []).data,
  };
}

/** Features are `[window, link]`. The first step says what a link is, as for `traceFeatures`. */
export function createTraceIntake(
  { base, keys, scalings }: FittedTrace,
  { windows }: CaseWindows,
  steps: readonly Step[],
): SeriesIntake<NonNullable<CaseRecords['spans']>> {
  const { by, duration } = parseGrouping(steps);
  const linkOf = new Map(keys.map((key, link) => [key, link]));
  const shape = { series: keys.length, windows, ordered: false };
  const stream = streamSteps(shape, steps.slice(1), scalings, 'trace');
  return {
    take(spans) {
      const parts = by.map((key) => spans[key]);
      const { window, duration_us: own, caller_us: caller } = spans;
      const batch = createBatch(own.length);
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
      stream.push(batch);
    },
    features: async () => finishArray(layoutTrace(await stream.end()), []).data,
  };
}

/** Steps over the records of case 0 as they are pushed: with scalings that are known, one pass is all that steps need. */
function streamSteps(
  shape: Pick<Records, 'series' | 'windows' | 'ordered'>,
  steps: readonly Step[],
  scalings: readonly Scaling[],
  modality: Modality,
) {
  let each = (_batch: Batch): void => undefined;
  let finish = (): void => undefined;
  let ended = false;
  const read: Records['read'] = (take) =>
    new Promise((resolve) => {
      each = take;
      finish = resolve;
    });
  const made = applySteps({ level: 'records', cases: 1, ...shape, read }, steps, { scalings }, modality);
  // Steps that cannot run say so when features are asked for.
  made.catch(() => undefined);
  return {
    push(batch: Batch): void {
      if (ended) throw new Error(`${modality} records of a case that has its features`);
      each(batch);
    },
    async end(): Promise<Windows> {
      ended = true;
      finish();
      return (await made).windows;
    },
  };
}
