/** `log(x)`: natural logarithm; x must be positive, elementwise. float32 only. */
import type { GraphBuilder, Node } from '../ir.ts';
import { div } from './div.ts';
import { evaluateUnary, inferUnary } from './elementwise.ts';
import { emit, type OpDef } from './op.ts';

export const logOp: OpDef = {
  op: 'log',
  infer: (inputs) => inferUnary('log', inputs),
  gradient: (g, _node, dy, [x]) => [div(g, dy, x!)],
  evaluate: evaluateUnary((x) => Math.log(x)),
};

export function log(g: GraphBuilder, x: Node): Node {
  return emit(g, logOp, [x]);
}
