/** `reshape(x, shape)`: the same elements in the same order under another shape of equal size. */
import type { GraphBuilder, Node } from '../ir.ts';
import { sameShape, sizeOf } from '../ir.ts';
import { emit, listAttr, type OpDef, type RefTensor, refuse } from './op.ts';

export const reshapeOp: OpDef = {
  op: 'reshape',
  infer: (inputs, attrs) => {
    const [x] = inputs;
    const shape = listAttr(attrs, 'shape');
    if (!x || sizeOf(x.shape) !== sizeOf(shape))
      return refuse('reshape', inputs, `as many elements as [${shape.join(', ')}]`);
    return { dtype: x.dtype, shape };
  },
  gradient: (g, _node, dy, [x]) => [reshape(g, dy, x!.type.shape)],
  evaluate: (inputs) => (inputs[0] as RefTensor).data,
};

export function reshape(g: GraphBuilder, x: Node, shape: readonly number[]): Node {
  return sameShape(x.type.shape, shape) ? x : emit(g, reshapeOp, [x], { shape: [...shape] });
}
