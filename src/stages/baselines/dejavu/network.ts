/**
 * DéjàVu's network on the tensor IR: recurrent features of every instance by every type's own extractor, graph attention
 * between the units (instance, type), a score per unit, and the two losses.
 */
import * as t from '../../../tensor/build.ts';
import { linearUniform } from '../../../tensor/initialise.ts';
import type { Graph, GraphBuilder, Node } from '../../../tensor/ir.ts';
import { conv1d } from '../../../tensor/layers/conv1d.ts';
import { type Edges, gat } from '../../../tensor/layers/gat.ts';
import { gru } from '../../../tensor/layers/gru.ts';

export interface NetworkShape {
  readonly instances: number;
  readonly kpis: number;
  readonly windows: number;
  readonly types: number;
  readonly dim: number;
  readonly heads: number;
  readonly layers: number;
  readonly hidden: number;
  /** Between units; unit (i, t) has the number i · types + t. */
  readonly edges: Edges;
  /** `units`: the loss knows the failing unit. `types`: it knows the type alone. */
  readonly learns: 'units' | 'types';
}

const channels = 10;
const kernel = 3;
/** Weight of a unit in the loss: 1 for a case that failed, and what a case without failure would have. */
const unitWeight = 1 + 0.1;

/**
 * Inputs: `series` `[window, kpi, batch, instance]`; for the loss `truth` `[unit, batch]` (1 where a unit fails) or `labels`
 * int32 `[batch]`. Outputs: `types` `[type, batch]`, the largest score of the type's units, and `loss`.
 */
export function buildDejavu(shape: NetworkShape, batch: number): Graph {
  const { instances, types } = shape;
  const g = t.createGraph();
  const units = instances * types;
  const scores = scoreUnits(g, shape, extract(g, shape, batch), units, batch);
  const byType = t.reduceMax(g, t.reshape(g, scores, [instances, types, batch]), [0]);
  const loss = shape.learns === 'units' ? unitLoss(g, scores, units, batch) : typeLoss(g, byType, batch);
  return t.finishGraph(g, { types: byType, loss });
}

/** Features of every unit: GRU → convolution over its states → GELU → linear, one extractor per type. `[dim, unit, batch]` */
function extract(g: GraphBuilder, shape: NetworkShape, batch: number): Node {
  const { instances, kpis, windows, types, dim } = shape;
  const items = batch * instances;
  const series = t.input(g, 'series', [windows, kpis, items]);
  const steps = Array.from({ length: windows }, (_, at) =>
    t.reshape(g, t.slice(g, series, [at, 0, 0], [1, kpis, items]), [kpis, items]),
  );
  const states = gru(g, steps, { name: 'gru', group: 'dejavu', hidden: dim, groups: types });
  const taps = Math.min(kernel, windows);
  const convolved = conv1d(g, states, { name: 'conv', group: 'dejavu', out: channels, kernel: taps });
  const width = channels * (windows - taps + 1);
  const flat = t.reshape(g, t.gelu(g, convolved), [types, width, items]);
  const init = linearUniform(width);
  const weight = t.param(g, 'features.weight', [types, dim, width], init, 'dejavu');
  const bias = t.param(g, 'features.bias', [types, dim, 1], init, 'dejavu');
  const features = t.reshape(g, t.add(g, t.matmul(g, weight, flat), bias), [types, dim, batch, instances]);
  return t.reshape(g, t.transpose(g, features, [1, 3, 0, 2]), [dim, instances * types, batch]);
}

/** `[dim, unit, batch]` → `[unit, batch]`. */
function scoreUnits(
  g: GraphBuilder,
  shape: NetworkShape,
  features: Node,
  units: number,
  batch: number,
): Node {
  const { layers, heads, dim, hidden, edges } = shape;
  let x = features;
  for (let layer = 0; layer < layers; layer++)
    x = gat(g, x, edges, { name: `gat.${layer}`, group: 'dejavu', heads, out: dim, residual: true });
  const rows = t.reshape(g, x, [dim * heads, units * batch]);
  const init = linearUniform(dim * heads);
  const weight = t.param(g, 'score.0.weight', [hidden, dim * heads], init, 'dejavu');
  const bias = t.param(g, 'score.0.bias', [hidden, 1], init, 'dejavu');
  const inner = t.gelu(g, t.add(g, t.matmul(g, weight, rows), bias));
  const last = t.param(g, 'score.1.weight', [1, hidden], linearUniform(hidden), 'dejavu');
  return t.reshape(g, t.matmul(g, last, inner), [units, batch]);
}

/**
 * Binary cross entropy of every unit, the failing one weighing as much as half of all: the public code's weights with its
 * exponent of the focal loss at 0, as it is trained. Mean over cases and units.
 */
function unitLoss(g: GraphBuilder, scores: Node, units: number, batch: number): Node {
  const truth = t.input(g, 'truth', [units, batch]);
  const size = t.relu(g, scores);
  const absolute = t.add(g, size, t.relu(g, t.neg(g, scores)));
  // ln(1 + eˣ) − x·y, in the form that does not overflow.
  const soft = t.log(g, t.add(g, t.exp(g, t.neg(g, absolute)), t.scalar(g, 1)));
  const entropy = t.sub(g, t.add(g, size, soft), t.mul(g, scores, truth));
  const weights = t.add(
    g,
    t.mul(g, truth, t.scalar(g, unitWeight * (units / 2 - 1))),
    t.scalar(g, unitWeight),
  );
  return t.reduceMean(g, t.mul(g, entropy, weights), [0, 1]);
}

/** Softmax over the types' largest scores. */
function typeLoss(g: GraphBuilder, byType: Node, batch: number): Node {
  const labels = t.input(g, 'labels', [batch], 'int32');
  return t.crossEntropy(g, t.transpose(g, byType, [1, 0]), labels, t.constant(g, [1], [batch]));
}
