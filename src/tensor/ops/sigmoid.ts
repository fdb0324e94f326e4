/** `sigmoid(x)`: 1 / (1 + e⁻ˣ), elementwise. float32 only. */
import type { GraphBuilder, Node } from '../ir.ts';
import { scalar } from './constant.ts';
import { evaluateUnary, inferUnary } from './elementwise.ts';
import { mul } from './mul.ts';
import { emit, type OpDef } from './op.ts';
import { sub } from './sub.ts';

export const sigmoidOp: OpDef = {
  op: 'sigmoid',
  infer: (inputs) => inferUnary('sigmoid', inputs),
  gradient: (g, node, dy) => [mul(g, dy, mul(g, node, sub(g, scalar(g, 1), node)))],
  evaluate: evaluateUnary((x) => 1 / (1 + Math.exp(-x))),
};

export function sigmoid(g: GraphBuilder, x: Node): Node {
  return emit(g, sigmoidOp, [x]);
}
