/**
 * Stage `baseline.dejavu`: DéjàVu (Li et al., "Actionable and Interpretable Fault Localization for Recurring Failures in
 * Online Service Systems", ESEC/FSE 2022), on metrics and the graph of calls. It scores failure units and names the largest.
 *
 * Of the published method and its public code: series standardised over the training data, gaps filled forward, then by the
 * mean, cut at ±10, each less its own mean before the failure; per failure class a GRU of width 3, a convolution of 10
 * channels over its states, GELU, a linear layer; 8 layers of graph attention with 4 heads and a residual; a score per unit;
 * binary cross entropy in which the failing unit weighs as much as half of all units; Adam at 0.01 with an L2 penalty of 0.01
 * and gradients cut at norm 1, batches of 16, at most 3000 epochs, a look at the validation cases every 10 and an end after
 * 500 without a smaller loss; rare types repeated ⌊most / own⌋ times.
 *
 * Adapted: DéjàVu names the failing unit, here the type is asked for. A unit is an instance and a type, the failure class is
 * the type, and the answer is the type of the unit with the largest score; probabilities are the softmax of the largest score
 * of each type. A unit hears itself, the other types of its instance, and its own type at the instances that call it in the
 * training cases. Placement on hosts is in no telemetry that is read, so it gives no edges. All instances have the same KPIs,
 * 0 where one has none. Where training cases do not say which instance with metrics failed, types are learnt by the largest
 * score of their units (`units = pooled`).
 *
 * Weighted F1 on 60 and 119 simulated failures of Online Boutique (seeds 11 and 2024, two seeds of the split): 0.69 and 0.64,
 * 0.09 for the majority. On nezha-trainticket, with 8 windows of which half are empty, 0.26 (majority 0.20).
 *
 * Costs, in time of one core of a busy machine: a step over 16 cases takes 12 ms with 10 instances, 4 types and 20 windows,
 * 30 ms with the 47 instances and 8 windows of nezha-trainticket, 50 ms with 46 instances, 5 types and 20 windows. The best
 * epoch was between the 10th and the 40th on nezha-trainticket, and the 500 epochs of patience behind it are the cost: 1,500
 * steps and 40 s. With the 703 training cases of D2 they would be 22,000 steps: there a smaller `patience` is the first thing to
 * set. An answer takes 2 ms.
 */

import { stageKinds } from '../../catalog/stages.ts';
import { baselineCodes } from '../../diagnostics/codes/baselines.ts';
import { report } from '../../diagnostics/diagnostic.ts';
import type { Edges } from '../../tensor/layers/gat.ts';
import type { EngineParams } from '../contracts.ts';
import { withEngine } from '../engine.ts';
import { probabilitiesOf } from '../medicine/scoring.ts';
import type { JsonObject, StageContext, StageKind } from '../stage.ts';
import { readCases } from '../telemetry.ts';
import { answerCases, type Labelled, type Lesson } from './answer.ts';
import { instancesOf, readCalls } from './calls.ts';
import { seriesOf } from './dejavu/inputs.ts';
import { buildDejavu, type NetworkShape } from './dejavu/network.ts';
import { fitNetwork } from './learners/neural.ts';
import { readSeries, windowsBefore } from './series.ts';

type DejavuParams = JsonObject & {
  readonly seed: number;
  readonly engine: EngineParams;
  readonly layers: number;
  readonly heads: number;
  readonly dim: number;
  readonly hidden: number;
  readonly before?: number;
  readonly units: 'known' | 'pooled';
  readonly balance: 'repeat' | 'none';
  readonly lr: number;
  readonly weight_decay: number;
  readonly clip: number;
  readonly batch: number;
  readonly epochs: number;
  readonly every: number;
  readonly patience: number;
};

export const stage: StageKind<DejavuParams> = {
  kind: 'baseline.dejavu',
  version: stageKinds['baseline.dejavu'].version,
  cost: stageKinds['baseline.dejavu'].cost,
  run: (params, context) =>
    withEngine(params.engine, (engine) =>
      answerCases(context, async (lesson) => {
        const { train, valid, classes } = lesson;
        const series = await readSeries(context, train);
        const { instances, kpis, windows } = series;
        const seen = (cases: readonly Labelled[]) => cases.filter(({ index }) => series.has(index));
        if (seen(train).length === 0) return () => undefined;
        const truth = params.units === 'known' ? failingInstances(context, lesson, instances) : undefined;
        if (params.units === 'known' && !truth) noticeUnknown(context);
        const { layers, heads, dim, hidden } = params;
        const shape: NetworkShape = {
          instances: instances.length,
          kpis: kpis.length,
          windows,
          types: classes,
          ...{ dim, heads, layers, hidden },
          edges: unitEdges(await readCalls(context, train, instances), instances.length, classes),
          learns: truth ? 'units' : 'types',
        };
        const caseSeries = seriesOf(series, windowsBefore(readCases(context), train, params.before));
        const network = await fitNetwork<Labelled>(
          engine,
          {
            build: (batch) => buildDejavu(shape, batch),
            inputs: (items) => ({ series: caseSeries(items.map(({ index }) => index)) }),
            targets: (items) =>
              truth
                ? { truth: unitTruth(items, truth, instances.length, classes) }
                : { labels: Int32Array.from(items, ({ label }) => label) },
          },
          {
            train: params.balance === 'repeat' ? repeatRare(seen(train), classes) : seen(train),
            batch: params.batch,
            epochs: params.epochs,
            optimiser: {
              kind: 'adam',
              ...{ lr: params.lr, weight_decay: params.weight_decay, clip: params.clip },
              ...{ beta1: 0.9, beta2: 0.999, eps: 1e-8 },
            },
            seed: params.seed,
            valid: { items: seen(valid), every: params.every, patience: params.patience },
            progress: context.progress,
          },
        );
        return async (index) => {
          if (!series.has(index)) return undefined;
          // Labels are read by `targets` alone.
          const { types } = await network.run([{ index, label: -1 }]);
          return probabilitiesOf({ classes, data: types ?? [] }, 0);
        };
      }),
    ),
};

/**
 * Training and validation case → places of the instances that failed. Undefined if one of these cases names none with metrics:
 * half the truth would teach that the others are sound.
 */
function failingInstances(
  context: StageContext,
  { train, valid }: Lesson,
  instances: readonly string[],
): ReadonlyMap<number, readonly number[]> | undefined {
  const { cases } = readCases(context);
  const found = new Map(
    [...train, ...valid].map(({ index }) => {
      const { instance = '', service = '' } = cases[index] ?? {};
      const named = instancesOf(instance, instances);
      return [index, named.length > 0 ? named : instancesOf(service, instances)] as const;
    }),
  );
  return [...found.values()].every((places) => places.length > 0) ? found : undefined;
}

function noticeUnknown(context: StageContext): void {
  const { code, message } = report(baselineCodes, 'MED3710', { row: 'dejavu' });
  context.notice({ code, message, count: 1 });
}

/** `[unit, item]`: 1 for the units of the item's type at its failing instances. */
function unitTruth(
  items: readonly Labelled[],
  failing: ReadonlyMap<number, readonly number[]>,
  instances: number,
  types: number,
): Float32Array {
  const out = new Float32Array(instances * types * items.length);
  items.forEach(({ index, label }, item) => {
    for (const place of failing.get(index) ?? []) out[(place * types + label) * items.length + item] = 1;
  });
  return out;
}

/** Into every unit: from all types of its instance, itself included, and from its own type at the callers of its instance. */
function unitEdges(
  calls: readonly (readonly [caller: number, callee: number])[],
  instances: number,
  types: number,
): Edges {
  const from: number[] = [];
  const to: number[] = [];
  const join = (a: number, b: number) => {
    from.push(a);
    to.push(b);
  };
  for (let i = 0; i < instances; i++)
    for (let type = 0; type < types; type++) {
      for (let other = 0; other < types; other++) join(i * types + other, i * types + type);
      for (const [caller, callee] of calls) if (callee === i) join(caller * types + type, i * types + type);
    }
  return { from, to };
}

/** Each case ⌊most / own⌋ times, `own` being the number of cases of its type. */
function repeatRare(cases: readonly Labelled[], types: number): Labelled[] {
  const counts = Array.from(
    { length: types },
    (_, type) => cases.filter(({ label }) => label === type).length,
  );
  const most = Math.max(...counts);
  return cases.flatMap((one) =>
    Array.from({ length: Math.floor(most / Math.max(1, counts[one.label] ?? 1)) }, () => one),
  );
}
