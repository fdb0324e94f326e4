/**
 * Multimodal adaptive optimisation (paper 4.5, equations 10 to 15): from the unimodal losses of two epochs to the
 * factors that every step of the next epoch trains with. `sound` multiplies the gradient that reaches a modality's features and
 * leaves the features alone; `literal` multiplies the features (equation 15). A factor of 1 changes no bit of either.
 */
import * as t from '../../../tensor/build.ts';
import type { BalanceParams, Modality } from '../../contracts.ts';
import type { JsonObject } from '../../stage.ts';
import { names as inputs } from '../names.ts';
import { type Balancing, type EpochLoss, type EpochLosses, lossesOf, neutral, sumOf } from './balance.ts';

export type MaoParams = Extract<BalanceParams, { kind: 'mao' }>;

/** What is kept from one epoch to the next: the losses that equation 10 subtracts from. JSON. */
export type MaoState = { readonly previous: EpochLosses | null };

/** Factors per modality: `update` on the step of its encoder's parameters (12, 13), `feature` on its features (14, 15). */
export type Factors = { readonly update: number; readonly feature: number };
export type FactorsByModality = { readonly [modality in Modality]?: Factors };

/** What one epoch's losses said. `rho` and `theta` are absent until two epochs have been seen. */
export type Evaluation = {
  readonly state: MaoState;
  readonly rho: { readonly [modality in Modality]?: number } | null;
  readonly theta: { readonly [modality in Modality]?: number } | null;
  readonly factors: FactorsByModality;
};

interface State extends JsonObject {
  /** `MaoState`. */
  readonly previous: {
    readonly [modality: string]: { readonly train: number; readonly valid: number };
  } | null;
  readonly factors: { readonly [modality: string]: { readonly update: number; readonly feature: number } };
}

export function mao(params: MaoParams, modalities: readonly Modality[]): Balancing<State> {
  const literal = params.schedule === 'literal';
  const neutralState = { previous: null, factors: neutralFactors(modalities) };
  return {
    scaleMode: literal ? 'gradient' : 'update',
    initial: stateOf(neutralState.previous, neutralState.factors),
    build(g, parts) {
      const losses = lossesOf(
        g,
        parts,
        ({ modality, node }) => {
          const factor = t.input(g, inputs.factor(modality), []);
          return literal ? t.mul(g, node, factor) : t.scaleGradient(g, node, factor);
        },
        ({ node }) =>
          params.aux === 0 ? t.stopGradient(g, node) : t.scaleGradient(g, node, t.scalar(g, params.aux)),
      );
      return { objective: sumOf(g, Object.values(losses)), losses };
    },
    drive: ({ factors }) => ({
      feeds: Object.fromEntries(modalities.map((name) => [inputs.factor(name), factors[name]?.feature ?? 1])),
      scales: Object.fromEntries(modalities.map((name) => [name, factors[name]?.update ?? 1])),
    }),
    applied: ({ factors }, name) => factors[name] ?? neutral,
    evaluate({ previous }, losses) {
      const { state, rho, theta, factors } = evaluateModalities(params, modalities, { previous }, losses);
      return { state: stateOf(state.previous, factors), verdict: { rho, theta } };
    },
  };
}

/** The losses of the modalities alone: a state is JSON and has no more than it needs. */
function stateOf(previous: EpochLosses | null, factors: FactorsByModality): State {
  const plain = <V extends object>(values: { readonly [name: string]: V | undefined }) =>
    Object.fromEntries(
      Object.entries(values).flatMap(([name, value]) => (value ? [[name, { ...value }]] : [])),
    );
  return {
    previous: previous && (plain(previous) as NonNullable<State['previous']>),
    factors: plain(factors) as State['factors'],
  };
}

export const initialMao: MaoState = { previous: null };

/** Share of the past in the smoothed losses (`sound`). */
const smoothing = 0.7;
/** Keeps ρ finite when the training loss stands still (`sound`). */
const drop = 1e-3;
const largestRho = 5;
/** θ closer than this are a tie: nobody dominates (`sound`). */
const tie = 0.02;
/** Stands in for a training loss that did not change at all (`literal`). */
const literalEpsilon = 1e-8;

export function neutralFactors(names: readonly Modality[]): FactorsByModality {
  return Object.fromEntries(names.map((name) => [name, neutral]));
}

/**
 * Evaluates the modalities after an epoch (10, 11) and gives the factors for the next (12, 14).
 * Modalities are taken in the order of `names`; of equal θ the first counts.
 */
export function evaluateModalities(
  params: MaoParams,
  names: readonly Modality[],
  state: MaoState,
  losses: EpochLosses,
): Evaluation {
  const kept = params.schedule === 'sound' && state.previous ? smooth(names, state.previous, losses) : losses;
  const next: MaoState = { previous: kept };
  if (!state.previous) return { state: next, rho: null, theta: null, factors: neutralFactors(names) };
  const before = state.previous;
  const rhos = names.map((name) => {
    const [from, to] = [before[name], kept[name]];
    if (!from || !to) throw new Error(`no unimodal losses of ${name}`);
    return ratio(params.schedule, from, to);
  });
  const thetas = softmax(rhos);
  return {
    state: next,
    rho: zip(names, rhos),
    theta: zip(names, thetas),
    factors: factorsOf(params, names, thetas),
  };
}

/** Equation 10. `sound` clips: two rising losses must not look like progress, and a standing one not like infinity. */
function ratio(schedule: MaoParams['schedule'], from: EpochLoss, to: EpochLoss): number {
  const valid = from.valid - to.valid;
  const train = from.train - to.train;
  if (schedule === 'literal') return valid / (train === 0 ? literalEpsilon : train);
  return Math.min(Math.max(valid, 0) / (Math.max(train, 0) + drop), largestRho);
}

/** Equation 11, with the largest subtracted. */
export function softmax(values: readonly number[]): number[] {
  const largest = Math.max(...values);
  const powers = values.map((value) => Math.exp(value - largest));
  const sum = powers.reduce((total, power) => total + power, 0);
  return powers.map((power) => power / sum);
}

/** Equations 12 and 14. */
function factorsOf(
  params: MaoParams,
  names: readonly Modality[],
  thetas: readonly number[],
): FactorsByModality {
  const [largest, smallest] = [Math.max(...thetas), Math.min(...thetas)];
  const sound = params.schedule === 'sound';
  if (sound && (names.length < 2 || largest - smallest < tie)) return neutralFactors(names);
  const suppressed = thetas.indexOf(largest);
  const enhanced = thetas.indexOf(smallest);
  return zip(
    names,
    thetas.map((theta, k) => ({
      update: k === suppressed ? 1 - params.alpha * theta : 1,
      feature: k === enhanced ? (sound ? 1 + params.beta * (1 - theta) : params.beta * theta) : 1,
    })),
  );
}

function smooth(names: readonly Modality[], before: EpochLosses, now: EpochLosses): EpochLosses {
  const mix = (past: number, present: number) => smoothing * past + (1 - smoothing) * present;
  return Object.fromEntries(
    names.map((name) => {
      const [past, present] = [before[name], now[name]];
      if (!past || !present) throw new Error(`no unimodal losses of ${name}`);
      return [
        name,
        { train: mix(past.train, present.train), valid: mix(past.valid, present.valid) },
      ] as const;
    }),
  );
}

function zip<V>(names: readonly Modality[], values: readonly V[]): { [modality in Modality]?: V } {
  return Object.fromEntries(names.map((name, k) => [name, values[k]]));
}
