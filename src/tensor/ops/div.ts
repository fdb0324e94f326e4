/** `div(a, b)`: quotient, with NumPy broadcasting. float32 only. */
import type { GraphBuilder, Node } from '../ir.ts';
import { evaluateBinary, inferBinary } from './elementwise.ts';
import { mul } from './mul.ts';
import { neg } from './neg.ts';
import { emit, type OpDef } from './op.ts';
import { sumTo } from './sum_to.ts';

export const divOp: OpDef = {
  op: 'div',
  infer: (inputs) => inferBinary('div', inputs),
  gradient: (g, node, dy, [a, b], needs) => [
    needs[0] ? sumTo(g, div(g, dy, b!), a!.type.shape) : undefined,
    needs[1] ? sumTo(g, neg(g, div(g, mul(g, dy, node), b!)), b!.type.shape) : undefined,
  ],
  evaluate: evaluateBinary((a, b) => a / b),
};

export function div(g: GraphBuilder, a: Node, b: Node): Node {
  return emit(g, divOp, [a, b]);
}
