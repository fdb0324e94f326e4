/**
 * Stage `baseline.logcluster`: LogCluster (Lin et al., "Log Clustering Based Problem Identification for Online Service
 * Systems", ICSE-SEIP 2016), with logs alone.
 *
 * Faithful to logpai's public code: a case is a vector of template counts times ln(N / (df + 1e-8)); training vectors are
 * clustered by complete linkage of the cosine distance, cut at 0.3, and a cluster is represented by its centroid. With
 * `weighting = paper` a template that occurs counts once, with half the sigmoid of ln(N / df) and half whether it belongs to
 * the failure alone, as the paper has it. The paper compares a laboratory with production; here those are the windows before
 * and from the middle of the training cases on.
 *
 * Adapted, as the paper names a cluster by hand: a cluster's answer is the majority of its training labels, between as
 * many the more frequent class; the nearest representative answers. A case without templates known from training, or at
 * distance 1 from every representative, has no evidence.
 *
 * Weighted F1 on TrainTicket (45 cases, 5 folds): 0.40 with the code's weights and 0.10 with the paper's, the majority's being
 * 0.20. Of the 1024 templates there, 761 to 850 (by fold) occur in one training case alone: these weigh most with the paper's
 * weights, and how often common ones were written does not count.
 */
import { stageKinds } from '../../catalog/stages.ts';
import type { JsonObject, StageKind } from '../stage.ts';
import { readCases } from '../telemetry.ts';
import { answerCases } from './answer.ts';
import { agglomerate } from './learners/linkage.ts';
import { documentCounts, readTemplateCounts, type TemplateCounts } from './templates.ts';

type LogClusterParams = JsonObject & {
  /** Cosine distance up to which clusters are joined. */
  readonly distance: number;
  readonly weighting: 'code' | 'paper';
};

export const stage: StageKind<LogClusterParams> = {
  kind: 'baseline.logcluster',
  version: stageKinds['baseline.logcluster'].version,
  cost: stageKinds['baseline.logcluster'].cost,
  run: ({ distance, weighting }, context) =>
    answerCases(context, ({ train, classes, prior }) => {
      const counts = readTemplateCounts(context);
      const fitted = train.map(({ index }) => index);
      const middle = Math.floor(readCases(context).windows / 2);
      const weights = { code: codeWeights, paper: paperWeights }[weighting](counts, fitted, middle);
      const weigh = (index: number) =>
        counts.count(index).map((n, t) => (weighting === 'code' ? n : Math.sign(n)) * (weights[t] as number));
      const known = train.flatMap(({ index, label }) => {
        const weighed = weigh(index);
        const vector = unit(weighed);
        return vector ? [{ weighed, vector, label }] : [];
      });
      const cluster = agglomerate(
        known.length,
        (i, j) => 1 - dot(known[i]?.vector, known[j]?.vector),
        'complete',
        distance,
      );
      const representatives = centroids(known, cluster, classes, prior);
      return (index) => {
        const vector = unit(weigh(index));
        if (!vector) return undefined;
        // Neither an orthogonal representative nor the zero vector tells anything.
        let [nearest, shares] = [1 - 1e-12, undefined as readonly number[] | undefined];
        for (const one of representatives) {
          const away = 1 - dot(vector, one.centroid);
          if (away < nearest) [nearest, shares] = [away, one.shares];
        }
        return shares;
      };
    }),
};

/** Nothing for a template that no training case has, and for one that all have, to which the public code gives -3e-10. */
function codeWeights(counts: TemplateCounts, fitted: readonly number[]): Float64Array {
  return documentCounts(counts, fitted).map((df) =>
    df > 0 ? Math.max(0, Math.log(fitted.length / (df + 1e-8))) : 0,
  );
}

function paperWeights(counts: TemplateCounts, fitted: readonly number[], middle: number): Float64Array {
  const before = new Float64Array(counts.templates.length);
  for (const index of fitted)
    counts.count(index, 0, middle).forEach((n, t) => {
      before[t] = (before[t] as number) + n;
    });
  return documentCounts(counts, fitted).map((df, t) => {
    if (df === 0) return 0;
    const contrast = before[t] === 0 ? 1 : 0;
    return 0.5 / (1 + df / fitted.length) + 0.5 * contrast;
  });
}

interface Known {
  readonly weighed: Float64Array;
  /** The same of length 1. */
  readonly vector: Float64Array;
  readonly label: number;
}

/** The direction of each cluster's mean, and the shares of the classes in it; half a case spread by `prior` decides between equals. */
function centroids(
  known: readonly Known[],
  cluster: Int32Array,
  classes: number,
  prior: readonly number[],
): { readonly centroid: Float64Array; readonly shares: readonly number[] }[] {
  const members: Known[][] = [];
  known.forEach((one, i) => {
    const number = cluster[i] as number;
    members[number] = [...(members[number] ?? []), one];
  });
  return members.flatMap((own) => {
    const sum = new Float64Array(own[0]?.weighed.length ?? 0);
    for (const { weighed } of own)
      weighed.forEach((value, t) => {
        sum[t] = (sum[t] as number) + value;
      });
    const centroid = unit(sum);
    const count = (label: number) => own.filter((one) => one.label === label).length;
    const shares = Array.from(
      { length: classes },
      (_, label) => (count(label) + 0.5 * (prior[label] ?? 0)) / (own.length + 0.5),
    );
    return centroid ? [{ centroid, shares }] : [];
  });
}

/** Undefined for the zero vector. */
function unit(vector: Float64Array): Float64Array | undefined {
  const length = Math.sqrt(dot(vector, vector));
  return length > 0 ? vector.map((value) => value / length) : undefined;
}

function dot(a: Float64Array | undefined, b: Float64Array | undefined): number {
  let total = 0;
  if (a && b) for (let i = 0; i < a.length; i++) total += (a[i] as number) * (b[i] as number);
  return total;
}
