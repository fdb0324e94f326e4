/** `gelu(x)`: x·Φ(x) with the exact normal distribution function, as PyTorch's default. */
import type { GraphBuilder, Node } from '../ir.ts';
import { evaluateUnary, inferUnary } from './elementwise.ts';
import { geluGrad, normalCdf } from './gelu_grad.ts';
import { emit, type OpDef } from './op.ts';

export const geluOp: OpDef = {
  op: 'gelu',
  infer: (inputs) => inferUnary('gelu', inputs),
  gradient: (g, _node, dy, [x]) => [geluGrad(g, dy, x!)],
  evaluate: evaluateUnary((x) => x * normalCdf(x)),
};

export function gelu(g: GraphBuilder, x: Node): Node {
  return emit(g, geluOp, [x]);
}
