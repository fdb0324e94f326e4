/**
 * `crossEntropy(logits, labels, weights)`: Σ wᵢ · −log softmax(logitsᵢ)[labelᵢ] / Σ wᵢ, a scalar. A composite, not an op.
 * logits `[n, classes]`, labels int32 `[n]`, weights float32 `[n]` with a positive sum (weight 0 leaves a case out, so
 * a short last batch can be filled up). With class weights this is PyTorch's CrossEntropyLoss.
 */
import type { GraphBuilder, Node } from '../ir.ts';
import { div } from './div.ts';
import { logSoftmax } from './log_softmax.ts';
import { mul } from './mul.ts';
import { neg } from './neg.ts';
import { oneHot } from './one_hot.ts';
import { reduceSum } from './reduce_sum.ts';

export function crossEntropy(g: GraphBuilder, logits: Node, labels: Node, weights: Node): Node {
  const picked = mul(g, logSoftmax(g, logits), oneHot(g, labels, logits.type.shape[1]!));
  const perCase = neg(g, reduceSum(g, picked, [1]));
  return div(g, reduceSum(g, mul(g, perCase, weights), [0]), reduceSum(g, weights, [0]));
}
