/** `leaky_relu(x, alpha)`: x where x > 0, else alpha·x. PyTorch's default alpha is 0.01. alpha must be ≥ 0. */
import type { GraphBuilder, Node } from '../ir.ts';
import { evaluateUnary, inferUnary } from './elementwise.ts';
import { emit, numberAttr, type OpDef } from './op.ts';
import { reluGrad } from './relu_grad.ts';

export const leakyReluOp: OpDef = {
  op: 'leaky_relu',
  infer: (inputs) => inferUnary('leaky_relu', inputs),
  // With alpha ≥ 0 the output is positive exactly where the input is.
  gradient: (g, node, dy) => [reluGrad(g, dy, node, numberAttr(node.attrs, 'alpha'))],
  evaluate: evaluateUnary((x, attrs) => (x > 0 ? x : numberAttr(attrs, 'alpha') * x)),
};

export function leakyRelu(g: GraphBuilder, x: Node, alpha = 0.01): Node {
  return emit(g, leakyReluOp, [x], { alpha });
}
