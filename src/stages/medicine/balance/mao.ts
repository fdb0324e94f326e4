/**
 * Multimodal adaptive optimisation (paper 4.5, equations 10 to 15): when the factors of `mao-factors.ts` are applied, and to what.
 * `backward` multiplies the gradient that reaches a modality's features and leaves the features alone, `feature` multiplies the
 * features (equation 15), `encoder` the steps of its encoder. A factor of 1 changes no bit of any.
 */
import * as t from '../../../tensor/build.ts';
import type { GraphBuilder, Node } from '../../../tensor/ir.ts';
import type { Modality } from '../../contracts.ts';
import type { JsonObject } from '../../stage.ts';
import { names as inputs } from '../names.ts';
import { type Balancing, type EpochLosses, lossesOf, neutral, sumOf, zip } from './balance.ts';
import {
  evaluateModalities,
  type FactorsByModality,
  type MaoParams,
  neutralFactors,
  readingOf,
} from './mao-factors.ts';

interface State extends JsonObject {
  /** `MaoState`. */
  readonly previous: {
    readonly [modality: string]: { readonly train: number; readonly valid: number };
  } | null;
  readonly factors: { readonly [modality: string]: { readonly update: number; readonly feature: number } };
  /** Finished ones. */
  readonly epochs: number;
}

/** 1 where σ weighs the losses of the heads, 0 where they count in full. */
const auxInput = 'aux.sigmoid';

export function mao(params: MaoParams, modalities: readonly Modality[]): Balancing<State> {
  const reading = readingOf(params);
  const { enhanced, apply, until, noise } = reading;
  const atEnd = apply === 'epoch_end';
  const isWeighed = reading.aux_weight !== 'constant';
  const rules = noise > 0 ? { rules: zip(modalities, () => ({ noise })) } : {};
  /** `epoch` counts from 0. */
  const isModulated = (epoch: number) => epoch > 0 && (until === 0 || epoch <= until);
  const none = neutralFactors(modalities);
  const driveOf = (factors: FactorsByModality, epoch: number) => ({
    feeds: {
      ...(enhanced === 'encoder'
        ? {}
        : Object.fromEntries(modalities.map((name) => [inputs.factor(name), factors[name]?.feature ?? 1]))),
      ...(isWeighed ? { [auxInput]: isModulated(epoch) ? 0 : 1 } : {}),
    },
    scales: Object.fromEntries(modalities.map((name) => [name, factors[name]?.update ?? 1])),
  });
  /** Of the batches of the epoch that comes next. */
  const inBatches = ({ factors, epochs }: State) => (atEnd || !isModulated(epochs) ? none : factors);
  return {
    ...(atEnd ? {} : rules),
    scaleMode: reading.scale,
    initial: stateOf(null, none, 0),
    build(g, parts) {
      const quiet = (node: Node) =>
        params.aux === 0 ? t.stopGradient(g, node) : t.scaleGradient(g, node, t.scalar(g, params.aux));
      // A head of its own learns in full, and `aux` of it reaches the encoder; one of the fusion's weights is the model's altogether.
      const isOwn = params.heads === undefined;
      const headOf: typeof parts.headOf = (modality, seen) => quiet(parts.headOf(modality, seen));
      const losses = lossesOf(
        g,
        isOwn ? parts : { ...parts, headOf },
        ({ modality, node }) => {
          if (enhanced === 'encoder') return node;
          const factor = t.input(g, inputs.factor(modality), []);
          return enhanced === 'feature' ? t.mul(g, node, factor) : t.scaleGradient(g, node, factor);
        },
        ({ node }) => (isOwn ? quiet(node) : node),
      );
      const [model, ...own] = Object.values(losses);
      if (!model) throw new Error('the model has no loss');
      const weighted = isWeighed ? weighedBySigmoid(g, own, reading.aux_weight === 'detached_sigmoid') : own;
      return { objective: sumOf(g, [model, ...weighted]), losses };
    },
    drive: (state) => driveOf(inBatches(state), state.epochs),
    applied: (state, name) => inBatches(state)[name] ?? neutral,
    evaluate({ previous, epochs }, losses) {
      const { state, rho, theta, factors } = evaluateModalities(params, modalities, { previous }, losses);
      return { state: stateOf(state.previous, factors, epochs + 1), verdict: { rho, theta } };
    },
    ...(atEnd
      ? {
          after: {
            ...rules,
            drive: ({ factors, epochs }) =>
              isModulated(epochs - 1) ? driveOf(factors, epochs - 1) : undefined,
            applied: ({ factors }, name) => factors[name] ?? neutral,
          },
        }
      : {}),
  };
}

/** L · (1 + w (σ(L) − 1)): σ(L) · L where the input w is 1, L where it is 0. */
function weighedBySigmoid(g: GraphBuilder, losses: readonly Node[], detached: boolean): Node[] {
  const one = t.scalar(g, 1);
  const weight = t.input(g, auxInput, []);
  return losses.map((loss) => {
    const less = t.mul(g, weight, t.sub(g, t.sigmoid(g, detached ? t.stopGradient(g, loss) : loss), one));
    return t.mul(g, loss, t.add(g, one, less));
  });
}

/** The losses of the modalities alone: a state is JSON and has no more than it needs. */
function stateOf(previous: EpochLosses | null, factors: FactorsByModality, epochs: number): State {
  const plain = <V extends object>(values: { readonly [name: string]: V | undefined }) =>
    Object.fromEntries(
      Object.entries(values).flatMap(([name, value]) => (value ? [[name, { ...value }]] : [])),
    );
  return {
    previous: previous && (plain(previous) as NonNullable<State['previous']>),
    factors: plain(factors) as State['factors'],
    epochs,
  };
}
