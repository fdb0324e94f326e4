/**
 * AGM (Li et al., ICCV 2023; METHOD 7): what a modality adds to the model's logits is its Shapley value over the subsets of
 * modalities, an absent one being zero. From its cross entropy c_k follows r_k = exp(K/(K−1) · (c_k − mean c)), large where the
 * modality lags; its encoder's update is multiplied by exp(α · min(τ_k − r_k, 7)), τ_k the mean of r_k over the steps before.
 */
import * as t from '../../../tensor/build.ts';
import type { GraphBuilder, Node } from '../../../tensor/ir.ts';
import type { BalanceParams, Modality } from '../../contracts.ts';
import type { JsonObject } from '../../stage.ts';
import { type Balancing, lossOf, scaleOutput, smaller, sumOf, type TrainingParts, zip } from './balance.ts';
import { plainObjective } from './none.ts';

type Params = Extract<BalanceParams, { kind: 'agm' }>;

interface State extends JsonObject {
  readonly steps: number;
  /** Mean of r per modality over those steps. */
  readonly tau: { readonly [modality: string]: number };
}

const largestExponent = 7;
/** Keeps r finite where a modality is hopeless. */
const largestLag = 20;
const tauInput = (modality: Modality) => `tau.${modality}`;
const knownInput = 'tau.known';
const lagOutput = (modality: Modality) => `lag.${modality}`;

export function agm({ alpha }: Params, modalities: readonly Modality[]): Balancing<State> {
  return {
    rules: zip(modalities, (name) => ({ scale: scaleOutput(name) })),
    outputs: modalities.flatMap((name) => [scaleOutput(name), lagOutput(name)]),
    initial: { steps: 0, tau: Object.fromEntries(modalities.map((name) => [name, 0])) },
    build(g, parts) {
      const plain = plainObjective(g, parts);
      return { ...plain, outputs: coefficients(g, parts, alpha) };
    },
    drive: ({ steps, tau }) => ({
      feeds: {
        [knownInput]: steps > 0 ? 1 : 0,
        ...Object.fromEntries(modalities.map((name) => [tauInput(name), tau[name] ?? 0])),
      },
      scales: {},
    }),
    applied: (_state, name, told) => ({ update: told[scaleOutput(name)] ?? 1, feature: 1 }),
    observe({ steps, tau }, told) {
      const next = (name: Modality) =>
        ((tau[name] ?? 0) * steps + (told[lagOutput(name)] ?? 0)) / (steps + 1);
      return { steps: steps + 1, tau: Object.fromEntries(modalities.map((name) => [name, next(name)])) };
    },
  };
}

function coefficients(g: GraphBuilder, parts: TrainingParts, alpha: number): Record<string, Node> {
  const { encodings } = parts;
  const count = encodings.length;
  const one = t.scalar(g, 1);
  const known = t.greater(g, t.input(g, knownInput, []), t.scalar(g, 0));
  const losses = shapleyLogits(g, parts).map((logits) => lossOf(g, parts, logits));
  const mean = t.div(g, sumOf(g, losses), t.scalar(g, count));
  return Object.fromEntries(
    encodings.flatMap(({ modality }, k) => {
      const apart = t.sub(g, losses[k] ?? mean, mean);
      const exponent = t.mul(g, apart, t.scalar(g, count / (count - 1)));
      const lag = t.exp(g, smaller(g, exponent, t.scalar(g, largestLag)));
      const ahead = t.sub(g, t.input(g, tauInput(modality), []), lag);
      const power = t.mul(g, smaller(g, ahead, t.scalar(g, largestExponent)), t.scalar(g, alpha));
      return [
        [scaleOutput(modality), t.where(g, known, t.exp(g, power), one)],
        [lagOutput(modality), lag],
      ];
    }),
  );
}

/**
 * Per modality `[batch, classes]`: Σ over subsets S without it of |S|! (K − |S| − 1)! / K! · (logits(S ∪ k) − logits(S)). All
 * subsets go through the fusion as one batch of 2^K times as many cases.
 */
export function shapleyLogits(
  g: GraphBuilder,
  { encodings, fuse }: Pick<TrainingParts, 'encodings' | 'fuse'>,
): Node[] {
  const count = encodings.length;
  const subsets = Array.from({ length: 2 ** count }, (_, bits) => bits);
  const batch = encodings[0]?.node.type.shape[0] ?? 0;
  const all = encodings.map(({ modality, node }, k) => {
    const absent = t.mul(g, node, t.scalar(g, 0));
    return {
      modality,
      node: t.concat(
        g,
        subsets.map((bits) => (bits & (1 << k) ? node : absent)),
        0,
      ),
    };
  });
  const logits = fuse(all);
  const classes = logits.type.shape[1] ?? 0;
  const of = (bits: number) => t.slice(g, logits, [bits * batch, 0], [batch, classes]);
  return encodings.map((_, k) =>
    sumOf(
      g,
      subsets
        .filter((bits) => !(bits & (1 << k)))
        .map((bits) => {
          const size = bitsIn(bits);
          const weight = (factorial(size) * factorial(count - size - 1)) / factorial(count);
          return t.mul(g, t.sub(g, of(bits | (1 << k)), of(bits)), t.scalar(g, weight));
        }),
    ),
  );
}

const bitsIn = (bits: number): number => (bits === 0 ? 0 : (bits & 1) + bitsIn(bits >> 1));
const factorial = (n: number): number => (n <= 1 ? 1 : n * factorial(n - 1));
