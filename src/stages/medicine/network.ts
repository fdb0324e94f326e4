/**
 * Medicine as a graph of the tensor IR: encoders, unimodal heads, fusion, classifier, and in training the losses with
 * the places where MAO's feature factors act (paper 4, METHOD 2 to 4). Gradients, updates and their scales per
 * parameter group belong to the engine; a modality's encoder is the group of its name.
 */
import { trainingCodes } from '../../diagnostics/codes/training.ts';
import { MedxError, report } from '../../diagnostics/diagnostic.ts';
import * as t from '../../tensor/build.ts';
import type { Graph, GraphBuilder, Node } from '../../tensor/ir.ts';
import { linear } from '../../tensor/layers/linear.ts';
import { type Modality, type ModelParams, modalities } from '../contracts.ts';
import { encode } from './encoders.ts';
import { type Encoding, fusionGroup } from './fusion/fusion.ts';
import { fusions } from './fusion/index.ts';

export type NetworkShape = {
  readonly classes: number;
  /** Shape of one case's features: log `[W, E]`, metric `[I, W, F]`, trace `[W, L]`. */
  readonly features: { readonly [modality in Modality]?: readonly number[] };
  readonly dropout: number;
};

/** Names of a graph's inputs and outputs. Feature inputs have the modality's name. */
export const names = {
  labels: 'labels',
  weights: 'weights',
  factor: (modality: Modality) => `factor.${modality}`,
  /** What is minimised: the model's loss and the heads' losses. */
  objective: 'objective',
  loss: (of: Modality | 'model') => (of === 'model' ? 'loss' : `loss.${of}`),
  logits: (of: Modality | 'model') => (of === 'model' ? 'logits' : `logits.${of}`),
  probabilities: (of: Modality | 'model') => (of === 'model' ? 'probabilities' : `probabilities.${of}`),
};

/** The modalities that the model encodes, in the order of METHOD. Throws MED5209 if there are none. */
export function encodedModalities(model: ModelParams): readonly Modality[] {
  const present = modalities.filter((name) => model.encoders[name]);
  if (present.length === 0) throw new MedxError(report(trainingCodes, 'MED5209', {}));
  return present;
}

/** Logits and probabilities `[batch, classes]` of the model and of each head from features alone. */
export function buildInference(model: ModelParams, shape: NetworkShape, batch: number): Graph {
  const g = t.createGraph();
  const encodings = buildEncodings(g, model, shape, batch);
  const outputs: Record<string, Node> = {};
  const add = (of: Modality | 'model', logits: Node) => {
    outputs[names.logits(of)] = logits;
    outputs[names.probabilities(of)] = t.softmax(g, logits);
  };
  add('model', buildFusion(g, model, shape, encodings));
  for (const { modality, node } of encodings) add(modality, buildHead(g, modality, node, shape.classes));
  return t.finishGraph(g, outputs);
}

/**
 * Adds labels int32 `[batch]`, weights float32 `[batch]` (class weight per case, 0 for a place that holds no case) and
 * a scalar factor per modality. `loss.*` are weighted mean cross entropies.
 *
 * `sound` multiplies the gradient that reaches a modality's features and leaves the features alone; `literal`
 * multiplies the features (equation 15). A factor of 1 changes no bit of either. The heads see the features as they
 * are; `aux` is the weight of their gradient in the encoders.
 */
export function buildTraining(model: ModelParams, shape: NetworkShape, batch: number): Graph {
  const g = t.createGraph();
  const encodings = buildEncodings(g, model, shape, batch);
  const labels = t.input(g, names.labels, [batch], 'int32');
  const weights = t.input(g, names.weights, [batch]);
  const { balance } = model;
  const literal = balance.kind === 'mao' && balance.schedule === 'literal';
  const scaled = encodings.map(({ modality, node }) => {
    const factor = t.input(g, names.factor(modality), []);
    return { modality, node: literal ? t.mul(g, node, factor) : t.scaleGradient(g, node, factor) };
  });
  const lossOf = (logits: Node) => t.crossEntropy(g, logits, labels, weights);
  const outputs: Record<string, Node> = {
    [names.loss('model')]: lossOf(buildFusion(g, model, shape, scaled)),
  };
  const aux = balance.kind === 'mao' ? balance.aux : 0;
  for (const { modality, node } of encodings) {
    const quiet = aux === 0 ? t.stopGradient(g, node) : t.scaleGradient(g, node, t.scalar(g, aux));
    outputs[names.loss(modality)] = lossOf(buildHead(g, modality, quiet, shape.classes));
  }
  const objective = Object.values(outputs).reduce((sum, loss) => t.add(g, sum, loss));
  return t.finishGraph(g, { ...outputs, [names.objective]: objective });
}

function buildEncodings(
  g: GraphBuilder,
  model: ModelParams,
  shape: NetworkShape,
  batch: number,
): readonly Encoding[] {
  return encodedModalities(model).map((modality) => {
    const features = shape.features[modality];
    if (!features) throw new Error(`no feature shape of ${modality}`);
    const input = t.input(g, modality, [batch, ...features]);
    const options = { dim: model.dim, dropout: shape.dropout };
    return { modality, node: encode(g, modality, input, model.encoders[modality] ?? [], options) };
  });
}

function buildFusion(
  g: GraphBuilder,
  model: ModelParams,
  shape: NetworkShape,
  encodings: readonly Encoding[],
): Node {
  const fused = fusions[model.fuse.kind](g, encodings);
  return linear(g, fused, shape.classes, { name: 'fusion.classify', group: fusionGroup });
}

/** A linear classifier on one modality's encoding. Its group is its own: MAO scales encoders only. */
function buildHead(g: GraphBuilder, modality: Modality, encoding: Node, classes: number): Node {
  return linear(g, encoding, classes, { name: `head.${modality}`, group: `head.${modality}` });
}
