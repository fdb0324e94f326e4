/** `broadcast_to(x, shape)`: x repeated along its axes of length 1 and along new leading axes (NumPy's rule). */
import type { GraphBuilder, Node } from '../ir.ts';
import { sameShape } from '../ir.ts';
import { broadcastOffsets, broadcastShapes } from './elementwise.ts';
import { emit, listAttr, type OpDef, type RefTensor, refuse } from './op.ts';
import { sumTo } from './sum_to.ts';

export const broadcastToOp: OpDef = {
  op: 'broadcast_to',
  infer: (inputs, attrs) => {
    const [x] = inputs;
    const shape = listAttr(attrs, 'shape');
    const joint = x && broadcastShapes(x.shape, shape);
    if (!x || !joint || !sameShape(joint, shape))
      return refuse('broadcast_to', inputs, `a shape that broadcasts to [${shape.join(', ')}]`);
    return { dtype: x.dtype, shape };
  },
  gradient: (g, _node, dy, [x]) => [sumTo(g, dy, x!.type.shape)],
  evaluate: (inputs, _attrs, type) => {
    const [x] = inputs as [RefTensor];
    return Float64Array.from(broadcastOffsets(x.shape, type.shape), (at) => x.data[at]!);
  },
};

export function broadcastTo(g: GraphBuilder, x: Node, shape: readonly number[]): Node {
  return sameShape(x.type.shape, shape) ? x : emit(g, broadcastToOp, [x], { shape: [...shape] });
}
