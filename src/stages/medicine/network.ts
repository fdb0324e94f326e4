/**
 * Medicine as a graph of the tensor IR: encoders, unimodal heads, fusion, classifier, and in training the objective that a way
 * to balance makes of them (paper 4, METHOD 2 to 4, `balance/`). Gradients, updates and their scales per
 * parameter group belong to the engine; a modality's encoder is the group of its name.
 */
import { trainingCodes } from '../../diagnostics/codes/training.ts';
import { MedxError, report } from '../../diagnostics/diagnostic.ts';
import * as t from '../../tensor/build.ts';
import type { Graph, GraphBuilder, Node } from '../../tensor/ir.ts';
import { type Modality, type ModelParams, modalities } from '../contracts.ts';
import { balancingOf } from './balance/index.ts';
import { encode } from './encoders.ts';
import { classifier, type Encoding, fusionLinear } from './fusion/fusion.ts';
import { fusions } from './fusion/index.ts';
import { headsOf } from './heads.ts';
import { names } from './names.ts';

export { names };

export type NetworkShape = {
  readonly classes: number;
  /** Shape of one case's features: log `[W, E]`, metric `[I, W, F]`, trace `[W, L]`. */
  readonly features: { readonly [modality in Modality]?: readonly number[] };
  readonly dropout: number;
  /** Rows that stand for the windows of a sequence without positions, by modality (`steps/repeats.ts`). */
  readonly distinct?: { readonly [modality in Modality]?: number };
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
  const headOf = headsOf(model);
  for (const { modality, node } of encodings) add(modality, headOf(g, modality, node, shape.classes));
  return t.finishGraph(g, outputs);
}

/**
 * Adds labels int32 `[batch]`, weights float32 `[batch]` (class weight per case, 0 for a place that holds no case) and whatever
 * scalars the way to balance takes. `loss.*` are weighted mean cross entropies.
 */
export function buildTraining(model: ModelParams, shape: NetworkShape, batch: number): Graph {
  const g = t.createGraph();
  const encodings = buildEncodings(g, model, shape, batch);
  const labels = t.input(g, names.labels, [batch], 'int32');
  const weights = t.input(g, names.weights, [batch]);
  const headOf = headsOf(model);
  const { objective, losses, outputs } = balancingOf(model.balance, encodedModalities(model)).build(g, {
    encodings,
    fuse: (some) => buildFusion(g, model, shape, some),
    headOf: (modality, encoding) => headOf(g, modality, encoding, shape.classes),
    labels,
    weights,
    classes: shape.classes,
  });
  return t.finishGraph(g, { ...losses, ...outputs, [names.objective]: objective });
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
    const rows = shape.distinct?.[modality];
    const [windows = 0, ...rest] = features;
    const input = t.input(g, modality, [batch, rows ?? windows, ...rest]);
    const repeats = rows && { members: t.input(g, names.members(modality), [windows, rows]) };
    const options = { dim: model.dim, dropout: shape.dropout, ...(repeats && { repeats }) };
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
  return fusionLinear(g, fused, shape.classes, classifier);
}
