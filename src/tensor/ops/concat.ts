/** `concat(xs, axis)`: tensors of equal shape but for `axis`, one after another along it. */
import type { GraphBuilder, Node } from '../ir.ts';
import { sizeOf } from '../ir.ts';
import { emit, numberAttr, type OpDef, refuse } from './op.ts';
import { boxOffsets, slice } from './slice.ts';

export const concatOp: OpDef = {
  op: 'concat',
  infer: (inputs, attrs) => {
    const axis = numberAttr(attrs, 'axis');
    const [first] = inputs;
    const fits =
      first &&
      axis >= 0 &&
      axis < first.shape.length &&
      inputs.every(
        (t) =>
          t.dtype === first.dtype &&
          t.shape.length === first.shape.length &&
          t.shape.every((n, i) => i === axis || n === first.shape[i]),
      );
    if (!first || !fits) return refuse('concat', inputs, `equal shapes but for axis ${axis}`);
    const total = inputs.reduce((sum, t) => sum + t.shape[axis]!, 0);
    return { dtype: first.dtype, shape: first.shape.map((n, i) => (i === axis ? total : n)) };
  },
  gradient: (g, node, dy, inputs, needs) => {
    const axis = numberAttr(node.attrs, 'axis');
    let start = 0;
    return inputs.map((x, i) => {
      const starts = x.type.shape.map((_, j) => (j === axis ? start : 0));
      start += x.type.shape[axis]!;
      return needs[i] ? slice(g, dy, starts, x.type.shape) : undefined;
    });
  },
  evaluate: (inputs, attrs, type) => {
    const axis = numberAttr(attrs, 'axis');
    const out = new Float64Array(sizeOf(type.shape));
    let start = 0;
    for (const x of inputs) {
      const starts = x.shape.map((_, j) => (j === axis ? start : 0));
      boxOffsets(type.shape, starts, x.shape).forEach((at, i) => {
        out[at] = x.data[i]!;
      });
      start += x.shape[axis]!;
    }
    return out;
  },
};

export function concat(g: GraphBuilder, xs: readonly Node[], axis: number): Node {
  return emit(g, concatOp, xs, { axis });
}
