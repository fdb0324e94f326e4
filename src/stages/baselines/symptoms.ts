/**
 * What is out of the ordinary in a case as discrete variables, as CloudRCA reasons on them: inputs `metric` (standardised means per
 * window) and `drain` with `counts`, of which one may be absent. `pre` is the first half of the windows, `post` the rest.
 *
 * - KPI: none, up or down. Per instance a window of `post` is abnormal if it lies more than three robust deviations
 *   (1.4826 MAD) from the median of the training cases; with two of them the instance is. Of several such instances the one
 *   that lies farthest counts. A window without samples, which features have as 0, is left out.
 * - log pattern: 1 if its lines are more than three times as frequent in `post` as in `pre`. Patterns are templates of
 *   alike words: average linkage of their tf-idf vectors, as long as the cosine is 0.7 or more.
 */
import { readableText } from '../../data/embedding/text.ts';
import { fitIdf, weighWords } from '../../data/embedding/tfidf.ts';
import type { FeatureAxes } from '../contracts.ts';
import type { StageContext } from '../stage.ts';
import { readCases, requireInput } from '../telemetry.ts';
import { agglomerate } from './learners/linkage.ts';
import { readTemplateCounts } from './templates.ts';

export interface Symptom {
  readonly name: string;
  readonly states: number;
  /** 0: nothing out of the ordinary. */
  readonly state: (index: number) => number;
}

export interface Symptoms {
  readonly all: readonly Symptom[];
  /** Whether anything was recorded of the case. */
  readonly isRecorded: (index: number) => boolean;
}

export function readSymptoms(context: StageContext, fitted: readonly number[]): Symptoms {
  const parts = [
    ...(context.inputs.metric ? [kpiSymptoms(context, fitted)] : []),
    ...(context.inputs.counts ? [logSymptoms(context, fitted)] : []),
  ];
  return {
    all: parts.flatMap(({ all }) => all),
    isRecorded: (index) => parts.some(({ isRecorded }) => isRecorded(index)),
  };
}

/** Below it a deviation, of features whose own is 1, is none. */
const leastDeviation = 1e-4;

function kpiSymptoms(context: StageContext, fitted: readonly number[]): Symptoms {
  const input = requireInput(context, 'metric');
  const { shape, data } = input.array<Float32Array>('x');
  const { kpis = [], coverage } = input.json<FeatureAxes>('axes');
  const [cases = 0, instances = 0, windows = 0] = shape;
  const middle = Math.floor(windows / 2);
  const values = (index: number, instance: number, kpi: number, first: number) =>
    Array.from(
      { length: windows - first },
      (_, w) => data[((index * instances + instance) * windows + first + w) * kpis.length + kpi] ?? 0,
    ).filter((value) => value !== 0);
  const one = (kpi: number): Uint8Array => {
    const states = new Uint8Array(cases);
    const farthest = new Float64Array(cases);
    for (let instance = 0; instance < instances; instance++) {
      const normal = fitted.flatMap((index) => values(index, instance, kpi, 0));
      if (normal.length === 0) continue;
      const median = medianOf(normal);
      const mad = medianOf(normal.map((value) => Math.abs(value - median)));
      const deviation = Math.max(1.4826 * mad, leastDeviation);
      for (let index = 0; index < cases; index++) {
        const away = values(index, instance, kpi, middle)
          .map((value) => (value - median) / deviation)
          .filter((residual) => Math.abs(residual) > 3);
        if (away.length < 2) continue;
        const mean = away.reduce((a, b) => a + b, 0) / away.length;
        if (Math.abs(mean) <= (farthest[index] as number)) continue;
        farthest[index] = Math.abs(mean);
        states[index] = mean > 0 ? 1 : 2;
      }
    }
    return states;
  };
  return {
    all: kpis.map((name, kpi) => {
      const states = one(kpi);
      return { name, states: 3, state: (index) => states[index] ?? 0 };
    }),
    isRecorded: (index) => (coverage[index] ?? 0) > 0,
  };
}

function medianOf(values: readonly number[]): number {
  const sorted = Float64Array.from(values).sort();
  const half = sorted.length >> 1;
  return sorted.length % 2 === 1
    ? (sorted[half] as number)
    : ((sorted[half - 1] as number) + (sorted[half] as number)) / 2;
}

/** Cosine distance up to which templates are one pattern. */
const patternCut = 0.3;

function logSymptoms(context: StageContext, fitted: readonly number[]): Symptoms {
  const { windows } = readCases(context);
  const middle = Math.floor(windows / 2);
  const { templates, count } = readTemplateCounts(context);
  const texts = templates.map(readableText);
  const occurring = fitted.map((index) =>
    [...count(index).entries()].flatMap(([t, n]) => (n > 0 ? [t] : [])),
  );
  const idf = fitIdf(texts, occurring);
  const words = texts.map((text) => weighWords(text, idf));
  const cosine = (i: number, j: number) => {
    let total = 0;
    for (const [word, weight] of words[i] ?? []) total += weight * (words[j]?.get(word) ?? 0);
    return total;
  };
  const pattern = agglomerate(templates.length, (i, j) => 1 - cosine(i, j), 'average', patternCut);
  const names: string[] = [];
  pattern.forEach((number, t) => {
    names[number] ??= templates[t] ?? '';
  });
  const states = new Map<number, Uint8Array>();
  const stateOf = (index: number): Uint8Array => {
    const known = states.get(index);
    if (known) return known;
    const [before, after] = [new Float64Array(names.length), new Float64Array(names.length)];
    for (const [half, lines] of [
      [before, count(index, 0, middle)],
      [after, count(index, middle)],
    ] as const)
      lines.forEach((n, t) => {
        const at = pattern[t] as number;
        half[at] = (half[at] as number) + n;
      });
    // Per window, so that halves of unequal length compare; a case of one window has no half before.
    const perWindow = middle === 0 ? 1 : (windows - middle) / middle;
    const made = Uint8Array.from(after, (n, at) => (n > 3 * perWindow * (before[at] as number) ? 1 : 0));
    states.set(index, made);
    return made;
  };
  return {
    all: names.map((name, at) => ({ name, states: 2, state: (index) => stateOf(index)[at] ?? 0 })),
    isRecorded: (index) => count(index).some((n) => n > 0),
  };
}
