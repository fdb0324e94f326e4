/**
 * The arithmetic of MAO (paper 4.5, equations 10 to 12 and 14; METHOD 4 and 5): from the unimodal losses of two epochs to ρ, θ and
 * factors. What factors act on, and when, is `mao.ts`.
 */
import { schedules } from '../../../catalog/blocks/mao.ts';
import type { BalanceParams, MaoReading, Modality } from '../../contracts.ts';
import { type EpochLosses, neutral } from './balance.ts';

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

/** Every switch: as the parameters say, else as their schedule does. */
export function readingOf(params: MaoParams): MaoReading {
  return { ...schedules[params.schedule], ...params };
}

export const initialMao: MaoState = { previous: null };

/** Share of the past in the smoothed losses (`smoothed`). */
const smoothing = 0.7;
/** Keeps ρ finite when the training loss stands still (`smoothed`). */
const drop = 1e-3;
const largestRho = 5;
/** Stands in for a training loss that did not change at all (`raw`). */
const rawEpsilon = 1e-8;
/** Stands in for a drop that is none (`floored`). */
const floor = 1e-4;

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
  const reading = readingOf(params);
  const kept =
    reading.ratio === 'smoothed' && state.previous ? smooth(names, state.previous, losses) : losses;
  const next: MaoState = { previous: kept };
  if (!state.previous) return { state: next, rho: null, theta: null, factors: neutralFactors(names) };
  const before = state.previous;
  const rhos = names.map((name) => {
    const [from, to] = [before[name], kept[name]];
    if (!from || !to) throw new Error(`no unimodal losses of ${name}`);
    return ratios[reading.ratio](from.valid - to.valid, from.train - to.train);
  });
  const thetas = reading.theta === 'softmax' ? softmax(rhos) : rhos.map(sigmoid);
  return {
    state: next,
    rho: zip(names, rhos),
    theta: zip(names, thetas),
    factors: factorsOf(params, reading, names, thetas),
  };
}

/**
 * Equation 10, of the drops of a validation and a training loss. `smoothed` clips: two rising losses must not look like progress,
 * and a standing one not like infinity.
 */
const ratios: { readonly [kind in MaoReading['ratio']]: (valid: number, train: number) => number } = {
  smoothed: (valid, train) => Math.min(Math.max(valid, 0) / (Math.max(train, 0) + drop), largestRho),
  raw: (valid, train) => valid / (train === 0 ? rawEpsilon : train),
  floored: (valid, train) => (valid > 0 ? valid : floor) / (train > 0 ? train : floor),
};

const sigmoid = (x: number) => 1 / (1 + Math.exp(-x));

/** Equation 14: what the modality that is helped is multiplied by. */
const gains: { readonly [kind in MaoReading['enhance']]: (beta: number, theta: number) => number } = {
  complement: (beta, theta) => 1 + beta * (1 - theta),
  product: (beta, theta) => beta * theta,
  gain: (beta, theta) => 1 + beta * theta,
};

/** Equation 11, with the largest subtracted. */
export function softmax(values: readonly number[]): number[] {
  const largest = Math.max(...values);
  const powers = values.map((value) => Math.exp(value - largest));
  const sum = powers.reduce((total, power) => total + power, 0);
  return powers.map((power) => power / sum);
}

/** Equations 12 and 14. */
function factorsOf(
  { alpha, beta }: MaoParams,
  { tie, roles, enhance, enhanced }: MaoReading,
  names: readonly Modality[],
  thetas: readonly number[],
): FactorsByModality {
  const [largest, smallest] = [Math.max(...thetas), Math.min(...thetas)];
  // What regards ties as such regards a modality by itself as one.
  if (tie > 0 && (names.length < 2 || largest - smallest < tie)) return neutralFactors(names);
  const ends = [thetas.indexOf(largest), thetas.indexOf(smallest)];
  const [held, helped] = roles === 'paper' ? ends : ends.toReversed();
  const byName = thetas.map((theta, k) => {
    const less = k === held ? 1 - alpha * theta : 1;
    const gain = k === helped ? gains[enhance](beta, theta) : 1;
    return enhanced === 'encoder' ? { update: less * gain, feature: 1 } : { update: less, feature: gain };
  });
  return zip(names, byName);
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
