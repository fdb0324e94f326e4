/** `reduce_max(x, axes, keep)`: maximum over `axes`. Its gradient is shared evenly between equal maxima. */
import type { GraphBuilder, Node } from '../ir.ts';
import { broadcastTo } from './broadcast_to.ts';
import { constant } from './constant.ts';
import { div } from './div.ts';
import { equal } from './equal.ts';
import { mul } from './mul.ts';
import { emit, listAttr, type OpDef, type RefTensor } from './op.ts';
import { evaluateReduce, inferReduce, keptShape } from './reduce.ts';
import { reduceSum } from './reduce_sum.ts';
import { reshape } from './reshape.ts';
import { where } from './where.ts';

export const reduceMaxOp: OpDef = {
  op: 'reduce_max',
  infer: (inputs, attrs) => inferReduce('reduce_max', inputs, attrs),
  gradient: (g, node, dy, [x]) => {
    const shape = x!.type.shape;
    const axes = listAttr(node.attrs, 'axes');
    const kept = keptShape(shape, axes);
    const isMax = equal(g, x!, broadcastTo(g, reshape(g, node, kept), shape));
    const ones = where(g, isMax, constant(g, [1], shape), constant(g, [0], shape));
    const shares = div(g, ones, reduceSum(g, ones, axes, true));
    return [mul(g, shares, reshape(g, dy, kept))];
  },
  evaluate: (inputs, attrs) =>
    evaluateReduce(inputs[0] as RefTensor, listAttr(attrs, 'axes'), -Infinity, (max, v) => Math.max(max, v)),
};

export function reduceMax(g: GraphBuilder, x: Node, axes: readonly number[], keep = false): Node {
  return emit(g, reduceMaxOp, [x], { axes: [...axes], keep });
}
