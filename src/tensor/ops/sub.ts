/** `sub(a, b)`: difference, with NumPy broadcasting. float32 only. */
import type { GraphBuilder, Node } from '../ir.ts';
import { evaluateBinary, inferBinary } from './elementwise.ts';
import { neg } from './neg.ts';
import { emit, type OpDef } from './op.ts';
import { sumTo } from './sum_to.ts';

export const subOp: OpDef = {
  op: 'sub',
  infer: (inputs) => inferBinary('sub', inputs),
  gradient: (g, _node, dy, [a, b], needs) => [
    needs[0] ? sumTo(g, dy, a!.type.shape) : undefined,
    needs[1] ? sumTo(g, neg(g, dy), b!.type.shape) : undefined,
  ],
  evaluate: evaluateBinary((a, b) => a - b),
};

export function sub(g: GraphBuilder, a: Node, b: Node): Node {
  return emit(g, subOp, [a, b]);
}
