/** `mul(a, b)`: product, with NumPy broadcasting. float32 only. */
import type { GraphBuilder, Node } from '../ir.ts';
import { evaluateBinary, inferBinary } from './elementwise.ts';
import { emit, type OpDef } from './op.ts';
import { sumTo } from './sum_to.ts';

export const mulOp: OpDef = {
  op: 'mul',
  infer: (inputs) => inferBinary('mul', inputs),
  gradient: (g, _node, dy, [a, b], needs) => [
    needs[0] ? sumTo(g, mul(g, dy, b!), a!.type.shape) : undefined,
    needs[1] ? sumTo(g, mul(g, dy, a!), b!.type.shape) : undefined,
  ],
  evaluate: evaluateBinary((a, b) => a * b),
};

export function mul(g: GraphBuilder, a: Node, b: Node): Node {
  return emit(g, mulOp, [a, b]);
}
