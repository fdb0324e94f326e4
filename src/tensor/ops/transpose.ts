/** `transpose(x, axes)`: axis i of the result is axis `axes[i]` of x. */
import type { GraphBuilder, Node } from '../ir.ts';
import { sizeOf, stridesOf } from '../ir.ts';
import { emit, listAttr, type OpDef, type RefTensor, refuse } from './op.ts';

export const transposeOp: OpDef = {
  op: 'transpose',
  infer: (inputs, attrs) => {
    const [x] = inputs;
    const axes = listAttr(attrs, 'axes');
    if (!x || [...axes].sort((a, b) => a - b).join() !== x.shape.map((_, i) => i).join())
      return refuse('transpose', inputs, `a tensor whose axes [${axes.join(', ')}] reorders`);
    return { dtype: x.dtype, shape: axes.map((axis) => x.shape[axis]!) };
  },
  gradient: (g, node, dy) => {
    const axes = listAttr(node.attrs, 'axes');
    return [
      transpose(
        g,
        dy,
        axes.map((_, i) => axes.indexOf(i)),
      ),
    ];
  },
  evaluate: (inputs, attrs, type) => {
    const [x] = inputs as [RefTensor];
    const from = stridesOf(x.shape);
    const strides = listAttr(attrs, 'axes').map((axis) => from[axis]!);
    const to = stridesOf(type.shape);
    return new Float64Array(sizeOf(type.shape)).map((_, i) => {
      let offset = 0;
      for (let axis = 0; axis < to.length; axis++)
        offset += (Math.floor(i / to[axis]!) % type.shape[axis]!) * strides[axis]!;
      return x.data[offset]!;
    });
  },
};

export function transpose(g: GraphBuilder, x: Node, axes: readonly number[]): Node {
  return axes.every((axis, i) => axis === i) ? x : emit(g, transposeOp, [x], { axes: [...axes] });
}
