/** `exp(x)`: eˣ, elementwise. float32 only. */
import type { GraphBuilder, Node } from '../ir.ts';
import { evaluateUnary, inferUnary } from './elementwise.ts';
import { mul } from './mul.ts';
import { emit, type OpDef } from './op.ts';

export const expOp: OpDef = {
  op: 'exp',
  infer: (inputs) => inferUnary('exp', inputs),
  gradient: (g, node, dy) => [mul(g, dy, node)],
  evaluate: evaluateUnary((x) => Math.exp(x)),
};

export function exp(g: GraphBuilder, x: Node): Node {
  return emit(g, expOp, [x]);
}
