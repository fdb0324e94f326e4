/** `neg(x)`: −x, elementwise. float32 only. */
import type { GraphBuilder, Node } from '../ir.ts';
import { evaluateUnary, inferUnary } from './elementwise.ts';
import { emit, type OpDef } from './op.ts';

export const negOp: OpDef = {
  op: 'neg',
  infer: (inputs) => inferUnary('neg', inputs),
  gradient: (g, _node, dy) => [neg(g, dy)],
  evaluate: evaluateUnary((x) => -x),
};

export function neg(g: GraphBuilder, x: Node): Node {
  return emit(g, negOp, [x]);
}
