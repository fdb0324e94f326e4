/** `sqrt(x)`: square root; x must be positive where a gradient is wanted, elementwise. float32 only. */
import type { GraphBuilder, Node } from '../ir.ts';
import { scalar } from './constant.ts';
import { div } from './div.ts';
import { evaluateUnary, inferUnary } from './elementwise.ts';
import { mul } from './mul.ts';
import { emit, type OpDef } from './op.ts';

export const sqrtOp: OpDef = {
  op: 'sqrt',
  infer: (inputs) => inferUnary('sqrt', inputs),
  gradient: (g, node, dy) => [div(g, mul(g, dy, scalar(g, 0.5)), node)],
  evaluate: evaluateUnary((x) => Math.sqrt(x)),
};

export function sqrt(g: GraphBuilder, x: Node): Node {
  return emit(g, sqrtOp, [x]);
}
