/** `greater(a, b)`: bool, a > b elementwise with NumPy broadcasting. No gradient. */
import type { GraphBuilder, Node } from '../ir.ts';
import { evaluateBinary, inferBinary } from './elementwise.ts';
import { emit, type OpDef } from './op.ts';

export const greaterOp: OpDef = {
  op: 'greater',
  infer: (inputs) => inferBinary('greater', inputs, 'bool'),
  evaluate: evaluateBinary((a, b) => (a > b ? 1 : 0)),
};

export function greater(g: GraphBuilder, a: Node, b: Node): Node {
  return emit(g, greaterOp, [a, b]);
}
