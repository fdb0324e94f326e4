/** `reduce_mean(x, axes, keep)`: mean over `axes`; with `keep` they stay with length 1. */
import type { GraphBuilder, Node } from '../ir.ts';
import { sizeOf } from '../ir.ts';
import { broadcastTo } from './broadcast_to.ts';
import { scalar } from './constant.ts';
import { mul } from './mul.ts';
import { emit, listAttr, type OpDef, type RefTensor } from './op.ts';
import { evaluateReduce, inferReduce, keptShape } from './reduce.ts';
import { reshape } from './reshape.ts';

export const reduceMeanOp: OpDef = {
  op: 'reduce_mean',
  infer: (inputs, attrs) => inferReduce('reduce_mean', inputs, attrs),
  gradient: (g, node, dy, [x]) => {
    const shape = x!.type.shape;
    const count = sizeOf(shape) / sizeOf(node.type.shape);
    const scaled = mul(g, dy, scalar(g, 1 / count));
    const kept = reshape(g, scaled, keptShape(shape, listAttr(node.attrs, 'axes')));
    return [broadcastTo(g, kept, shape)];
  },
  evaluate: (inputs, attrs, type) => {
    const [x] = inputs as [RefTensor];
    const count = x.data.length / sizeOf(type.shape);
    return evaluateReduce(x, listAttr(attrs, 'axes'), 0, (sum, v) => sum + v).map((sum) => sum / count);
  },
};

export function reduceMean(g: GraphBuilder, x: Node, axes: readonly number[], keep = false): Node {
  return emit(g, reduceMeanOp, [x], { axes: [...axes], keep });
}
