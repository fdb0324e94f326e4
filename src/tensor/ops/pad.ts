/** `pad(x, starts, shape)`: zeros of `shape` with x as the box at `starts`. Backward of `slice`. */
import type { GraphBuilder, Node } from '../ir.ts';
import { sizeOf } from '../ir.ts';
import { emit, listAttr, type OpDef, type RefTensor, refuse } from './op.ts';
import { boxOffsets, slice } from './slice.ts';

export const padOp: OpDef = {
  op: 'pad',
  infer: (inputs, attrs) => {
    const [x] = inputs;
    const starts = listAttr(attrs, 'starts');
    const shape = listAttr(attrs, 'shape');
    const fits =
      x?.dtype === 'float32' &&
      x.shape.length === shape.length &&
      x.shape.every((n, i) => starts[i]! >= 0 && starts[i]! + n <= shape[i]!);
    if (!fits) return refuse('pad', inputs, `a float32 box inside [${shape.join(', ')}]`);
    return { dtype: 'float32', shape };
  },
  gradient: (g, node, dy, [x]) => [slice(g, dy, listAttr(node.attrs, 'starts'), x!.type.shape)],
  evaluate: (inputs, attrs, type) => {
    const [x] = inputs as [RefTensor];
    const out = new Float64Array(sizeOf(type.shape));
    boxOffsets(type.shape, listAttr(attrs, 'starts'), x.shape).forEach((at, i) => {
      out[at] = x.data[i]!;
    });
    return out;
  },
};

export function pad(g: GraphBuilder, x: Node, starts: readonly number[], shape: readonly number[]): Node {
  return emit(g, padOp, [x], { starts: [...starts], shape: [...shape] });
}
