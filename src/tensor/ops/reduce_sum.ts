/** `reduce_sum(x, axes, keep)`: sum over `axes`; with `keep` they stay with length 1. */
import type { GraphBuilder, Node } from '../ir.ts';
import { broadcastTo } from './broadcast_to.ts';
import { emit, listAttr, type OpDef, type RefTensor } from './op.ts';
import { evaluateReduce, inferReduce, keptShape } from './reduce.ts';
import { reshape } from './reshape.ts';

export const reduceSumOp: OpDef = {
  op: 'reduce_sum',
  infer: (inputs, attrs) => inferReduce('reduce_sum', inputs, attrs),
  gradient: (g, node, dy, [x]) => {
    const shape = x!.type.shape;
    const kept = reshape(g, dy, keptShape(shape, listAttr(node.attrs, 'axes')));
    return [broadcastTo(g, kept, shape)];
  },
  evaluate: (inputs, attrs) =>
    evaluateReduce(inputs[0] as RefTensor, listAttr(attrs, 'axes'), 0, (sum, v) => sum + v),
};

export function reduceSum(g: GraphBuilder, x: Node, axes: readonly number[], keep = false): Node {
  return emit(g, reduceSumOp, [x], { axes: [...axes], keep });
}
