/**
 * OGM-GE (Peng et al., CVPR 2022; METHOD 7): in every batch the encoder whose head is surer of the truth than the least sure one
 * is held back by 1 − tanh(αρ), ρ the ratio of their summed probabilities; noise as spread as the gradient is added to it.
 * The factor acts on the update, because Adam cancels it on the gradient.
 */
import * as t from '../../../tensor/build.ts';
import type { GraphBuilder, Node } from '../../../tensor/ir.ts';
import type { BalanceParams, Modality } from '../../contracts.ts';
import { type Balancing, scaleOutput, smaller, type TrainingParts, zip } from './balance.ts';
import { plainObjective } from './none.ts';

type Params = Extract<BalanceParams, { kind: 'ogm_ge' }>;

/** Keeps a ratio finite where nobody is sure of anything. */
const tiny = 1e-12;

export function ogmGe({ alpha, noise }: Params, modalities: readonly Modality[]): Balancing {
  return {
    rules: zip(modalities, (name) => ({ scale: scaleOutput(name), ...(noise > 0 ? { noise } : {}) })),
    outputs: modalities.map(scaleOutput),
    initial: {},
    build(g, parts) {
      const plain = plainObjective(g, parts);
      return { ...plain, outputs: factors(g, parts, alpha) };
    },
    drive: () => ({ feeds: {}, scales: {} }),
    applied: (_state, name, told) => ({ update: told[scaleOutput(name)] ?? 1, feature: 1 }),
  };
}

function factors(g: GraphBuilder, parts: TrainingParts, alpha: number): Record<string, Node> {
  const { encodings, headOf, labels, weights, classes } = parts;
  const one = t.scalar(g, 1);
  // A place that holds no case says nothing.
  const there = t.constant(g, [1], weights.type.shape);
  const held = t.where(
    g,
    t.greater(g, weights, t.scalar(g, 0)),
    there,
    t.constant(g, [0], weights.type.shape),
  );
  const truth = t.oneHot(g, labels, classes);
  const sums = encodings.map(({ modality, node }) => {
    const probabilities = t.softmax(g, headOf(modality, node));
    const ofTruth = t.reduceSum(g, t.mul(g, probabilities, truth), [1]);
    return { modality, sum: t.reduceSum(g, t.mul(g, ofTruth, held), [0]) };
  });
  const least = sums.map(({ sum }) => sum).reduce((a, b) => smaller(g, a, b));
  return Object.fromEntries(
    sums.map(({ modality, sum }) => {
      const rho = t.div(g, sum, t.add(g, least, t.scalar(g, tiny)));
      const less = t.sub(g, one, t.tanh(g, t.mul(g, rho, t.scalar(g, alpha))));
      return [scaleOutput(modality), t.where(g, t.greater(g, rho, one), less, one)];
    }),
  );
}
