/** `equal(a, b)`: bool, a = b elementwise with NumPy broadcasting. No gradient. */
import type { GraphBuilder, Node } from '../ir.ts';
import { evaluateBinary, inferBinary } from './elementwise.ts';
import { emit, type OpDef } from './op.ts';

export const equalOp: OpDef = {
  op: 'equal',
  infer: (inputs) => inferBinary('equal', inputs, 'bool'),
  evaluate: evaluateBinary((a, b) => (a === b ? 1 : 0)),
};

export function equal(g: GraphBuilder, a: Node, b: Node): Node {
  return emit(g, equalOp, [a, b]);
}
