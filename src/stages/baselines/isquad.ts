/**
 * Stage `baseline.isquad`: iSQUAD (Ma et al., "Diagnosing Root Causes of Intermittent Slow Queries in Cloud Databases", VLDB
 * 2020), with metrics alone: what each KPI of each instance did becomes a pattern, and cases of like patterns belong together.
 *
 * Of the paper and of the code published with DéjàVu: a point stands out by the robust threshold (F above 0.97 or below 0.03),
 * a series has a spike where half of the later windows do; a pooled t-test (p < 0.05) finds a shift, which overrides a spike;
 * similarity √(mean over KPI types of the squared share of equal patterns); TOPIC merges a case that is alone with the most
 * similar one above 0.67, until none is left to merge; the cluster of the most similar training case answers, by its majority.
 * `clusters = none` leaves merging out, as the public code does in effect: that is 1-nearest-neighbour.
 *
 * Adapted: the paper looks at an hour before, here it is the windows of the case before the failure; the public code's window
 * slides, so what a window is measured against ends with that window. The paper's failures are of single databases, of which
 * KPIs have a type; here a KPI type is a KPI of all instances, and because a type recurs at other instances, equal shares of
 * them with a pattern are equal (`compare = any`). `compare = each` matches instance by instance, as the public code. On 60
 * and 119 simulated failures of Online Boutique (`simulate(online_boutique, seed: 11)` and `seed: 2024`, two seeds of the
 * split) weighted F1 is 0.29 and 0.37 with `any`, 0.08 and 0.17 with `each`, 0.09 and 0.09 for the majority; without merging
 * 0.39 and 0.34, 0.16 and 0.29. Between equally similar clusters their cases vote together, then the more frequent class.
 * The public code restricts the comparison to the metrics of the true root cause of the case that is asked for: that reads
 * the answer, and is left out. Dependency cleansing is off there and here.
 */
import { stageKinds } from '../../catalog/stages.ts';
import type { JsonObject, StageKind } from '../stage.ts';
import { readCases } from '../telemetry.ts';
import { answerCases } from './answer.ts';
import { patternsOf } from './isquad/patterns.ts';
import { readSeries, windowsBefore } from './series.ts';

type IsquadParams = JsonObject & {
  readonly clusters: 'topic' | 'none';
  readonly compare: 'each' | 'any';
  readonly similarity: number;
  readonly significance: number;
  readonly spike: number;
  readonly before?: number;
};

export const stage: StageKind<IsquadParams> = {
  kind: 'baseline.isquad',
  version: stageKinds['baseline.isquad'].version,
  cost: stageKinds['baseline.isquad'].cost,
  run: ({ clusters, compare, similarity, significance, spike, before }, context) =>
    answerCases(context, async ({ train, classes, prior }) => {
      const series = await readSeries(context, train);
      const patternOf = patternsOf(series, {
        before: windowsBefore(readCases(context), train, before),
        ...{ spike, significance },
      });
      const known = train
        .filter(({ index }) => series.has(index))
        .map(({ index, label }) => ({ label, pattern: patternOf(index) }));
      // Without any pattern in training there is nothing to tell cases by.
      const similarityOf = similarityOver(
        series.kpis.length,
        known.map(({ pattern }) => pattern),
        compare,
      );
      if (!similarityOf) return () => undefined;
      const place = clusters === 'topic' ? topic(known, similarityOf, similarity) : known.map((_, i) => i);
      return (index) => {
        if (!series.has(index)) return undefined;
        const pattern = patternOf(index);
        const found = known.map((one) => similarityOf(pattern, one.pattern));
        const most = Math.max(...found);
        const nearest = new Set(found.flatMap((value, i) => (most - value < 1e-12 ? [place[i]] : [])));
        const votes = known.filter((_, i) => nearest.has(place[i] ?? -1));
        const shares = Array.from(
          { length: classes },
          // The frequency decides between equal votes, and between nothing else.
          (_, label) => votes.filter((one) => one.label === label).length + 1e-6 * (prior[label] ?? 0),
        );
        const total = shares.reduce((sum, share) => sum + share, 0);
        return shares.map((share) => share / total);
      };
    }),
};

type Similarity = (a: Int8Array, b: Int8Array) => number;

/**
 * √(mean over KPIs of the squared share of instances with equal patterns), each compared with itself or all as a whole.
 * Undefined if there are no patterns to compare.
 */
function similarityOver(
  kpis: number,
  patterns: readonly Int8Array[],
  compare: IsquadParams['compare'],
): Similarity | undefined {
  const series = patterns[0]?.length ?? 0;
  if (!patterns.some((pattern) => pattern.some((one) => one !== 0))) return undefined;
  const instances = series / kpis;
  const equalOf = compare === 'each' ? equalPlaces : equalCounts;
  return (a, b) => {
    let sum = 0;
    for (let kpi = 0; kpi < kpis; kpi++) sum += (equalOf(a, b, kpi, kpis) / instances) ** 2;
    return Math.sqrt(sum / kpis);
  };
}

/** Instances with the same pattern of the KPI in both. */
function equalPlaces(a: Int8Array, b: Int8Array, kpi: number, kpis: number): number {
  let equal = 0;
  for (let at = kpi; at < a.length; at += kpis) if (a[at] === b[at]) equal++;
  return equal;
}

/** The same if the instances may be put in any order: how much of the counts of patterns is common to both. */
function equalCounts(a: Int8Array, b: Int8Array, kpi: number, kpis: number): number {
  const more = [0, 0, 0, 0, 0];
  let instances = 0;
  for (let at = kpi; at < a.length; at += kpis) {
    const [one, other] = [(a[at] ?? 0) + 2, (b[at] ?? 0) + 2];
    more[one] = (more[one] ?? 0) + 1;
    more[other] = (more[other] ?? 0) - 1;
    instances++;
  }
  return instances - more.reduce((sum, n) => sum + Math.abs(n), 0) / 2;
}

/** Case → the number of its cluster. A cluster of one joins that of the most similar case above the threshold, until none does. */
function topic(
  cases: readonly { readonly pattern: Int8Array }[],
  similarityOf: Similarity,
  threshold: number,
): number[] {
  const nearest = cases.map((one, i) => {
    let best = { other: -1, value: Number.NEGATIVE_INFINITY };
    cases.forEach((two, j) => {
      const value = i === j ? Number.NEGATIVE_INFINITY : similarityOf(one.pattern, two.pattern);
      if (value > best.value) best = { other: j, value };
    });
    return best;
  });
  const cluster = cases.map((_, i) => i);
  const size = cases.map(() => 1);
  for (let changed = true; changed; ) {
    changed = false;
    nearest.forEach(({ other, value }, i) => {
      const [own, joined] = [cluster[i] ?? i, cluster[other]];
      if (joined === undefined || size[own] !== 1 || value <= threshold) return;
      cluster[i] = joined;
      size[joined] = (size[joined] ?? 0) + 1;
      size[own] = 0;
      changed = true;
    });
  }
  return cluster;
}
