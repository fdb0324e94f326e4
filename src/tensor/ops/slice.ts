/** `slice(x, starts, sizes)`: a box of x, one start and one size per axis. */
import type { GraphBuilder, Node } from '../ir.ts';
import { sizeOf, stridesOf } from '../ir.ts';
import { emit, listAttr, type OpDef, type RefTensor, refuse } from './op.ts';
import { pad } from './pad.ts';

/** For each element of a box of shape `sizes` at `starts` inside `shape`: its offset in the whole. */
export function boxOffsets(
  shape: readonly number[],
  starts: readonly number[],
  sizes: readonly number[],
): Int32Array {
  const whole = stridesOf(shape);
  const box = stridesOf(sizes);
  return new Int32Array(sizeOf(sizes)).map((_, i) => {
    let offset = 0;
    for (let axis = 0; axis < sizes.length; axis++)
      offset += ((Math.floor(i / box[axis]!) % sizes[axis]!) + starts[axis]!) * whole[axis]!;
    return offset;
  });
}

export const sliceOp: OpDef = {
  op: 'slice',
  infer: (inputs, attrs) => {
    const [x] = inputs;
    const starts = listAttr(attrs, 'starts');
    const sizes = listAttr(attrs, 'sizes');
    const fits =
      x &&
      starts.length === x.shape.length &&
      sizes.length === x.shape.length &&
      x.shape.every((n, i) => starts[i]! >= 0 && sizes[i]! > 0 && starts[i]! + sizes[i]! <= n);
    if (!x || !fits)
      return refuse(
        'slice',
        inputs,
        `a tensor that holds the box ${starts.join(', ')} + ${sizes.join(', ')}`,
      );
    return { dtype: x.dtype, shape: sizes };
  },
  gradient: (g, node, dy, [x]) => [pad(g, dy, listAttr(node.attrs, 'starts'), x!.type.shape)],
  evaluate: (inputs, attrs, type) => {
    const [x] = inputs as [RefTensor];
    return Float64Array.from(boxOffsets(x.shape, listAttr(attrs, 'starts'), type.shape), (at) => x.data[at]!);
  },
};

export function slice(g: GraphBuilder, x: Node, starts: readonly number[], sizes: readonly number[]): Node {
  return emit(g, sliceOp, [x], { starts: [...starts], sizes: [...sizes] });
}
