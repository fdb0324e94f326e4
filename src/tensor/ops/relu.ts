/** `relu(x)`: max(x, 0), elementwise. float32 only. */
import type { GraphBuilder, Node } from '../ir.ts';
import { evaluateUnary, inferUnary } from './elementwise.ts';
import { emit, type OpDef } from './op.ts';
import { reluGrad } from './relu_grad.ts';

export const reluOp: OpDef = {
  op: 'relu',
  infer: (inputs) => inferUnary('relu', inputs),
  gradient: (g, node, dy) => [reluGrad(g, dy, node, 0)],
  evaluate: evaluateUnary((x) => Math.max(x, 0)),
};

export function relu(g: GraphBuilder, x: Node): Node {
  return emit(g, reluOp, [x]);
}
