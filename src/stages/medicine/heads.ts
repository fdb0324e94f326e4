/**
 * What one modality by itself would say: logits `[batch, classes]` of its encoding x_k `[batch, dim]`.
 *
 * `own` is a linear layer per modality, in a group of its own, because MAO scales encoders only. `gates` has no parameters: it
 * goes through those of the fusion as the authors' code does (METHOD 5): what the modality's gate has before its sigmoid,
 * a_k = x_k · W_kᵀ + b_k, once more through its weight, which is not transposed this time, z_k = a_k · W_k + b_k / 2, and then
 * through the classifier, z_k · Cᵀ + c / 2. W_k is `[dim, dim]`, so nothing stopped it. Biases are halved however many
 * modalities there are.
 */
import { gatedFusions } from '../../catalog/blocks/mao.ts';
import { modelCodes } from '../../diagnostics/codes/spec-models.ts';
import { MedxError, report } from '../../diagnostics/diagnostic.ts';
import * as t from '../../tensor/build.ts';
import type { GraphBuilder, Node } from '../../tensor/ir.ts';
import { linear, linearBias, linearWeight } from '../../tensor/layers/linear.ts';
import type { Modality, ModelParams } from '../contracts.ts';
import { classifier, fusionLayer, fusionLinear, gateOf, widthOf } from './fusion/fusion.ts';

export type Head = (g: GraphBuilder, modality: Modality, encoding: Node, classes: number) => Node;

/** Throws MED1416 where the fusion has no gates to go through. */
export function headsOf({ balance, fuse }: ModelParams): Head {
  if (balance.kind !== 'mao' || balance.heads === undefined) return ownHead;
  if (!gatedFusions.includes(fuse.kind))
    throw new MedxError(report(modelCodes, 'MED1416', { fuse: fuse.kind, fits: gatedFusions }));
  return gateHead;
}

const ownHead: Head = (g, modality, encoding, classes) =>
  linear(g, encoding, classes, { name: `head.${modality}`, group: `head.${modality}` });

const gateHead: Head = (g, modality, encoding, classes) => {
  const width = widthOf(encoding);
  const [gate, last] = [fusionLayer(gateOf(modality)), fusionLayer(classifier)];
  const half = (bias: Node) => t.mul(g, bias, t.scalar(g, 0.5));
  const gated = fusionLinear(g, encoding, width, gateOf(modality));
  const through = t.matmul(g, gated, linearWeight(g, width, width, gate));
  const shifted = t.add(g, through, half(linearBias(g, width, width, gate)));
  const logits = t.matmul(g, shifted, linearWeight(g, classes, width, last), { transB: true });
  return t.add(g, logits, half(linearBias(g, classes, width, last)));
};
