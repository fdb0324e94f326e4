/** `tanh(x)`: hyperbolic tangent, elementwise. float32 only. */
import type { GraphBuilder, Node } from '../ir.ts';
import { scalar } from './constant.ts';
import { evaluateUnary, inferUnary } from './elementwise.ts';
import { mul } from './mul.ts';
import { emit, type OpDef } from './op.ts';
import { sub } from './sub.ts';

export const tanhOp: OpDef = {
  op: 'tanh',
  infer: (inputs) => inferUnary('tanh', inputs),
  gradient: (g, node, dy) => [mul(g, dy, sub(g, scalar(g, 1), mul(g, node, node)))],
  evaluate: evaluateUnary((x) => Math.tanh(x)),
};

export function tanh(g: GraphBuilder, x: Node): Node {
  return emit(g, tanhOp, [x]);
}
