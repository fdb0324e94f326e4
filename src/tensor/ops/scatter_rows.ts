/**
 * `scatter_rows(x, indices, rows)`: zeros `[rows, …]` to which row i of `x [n, …]` is added at `indices[i]`.
 * Backward of `gather`.
 */
import type { GraphBuilder, Node } from '../ir.ts';
import { gather } from './gather.ts';
import { emit, numberAttr, type OpDef, type RefTensor, refuse } from './op.ts';

export const scatterRowsOp: OpDef = {
  op: 'scatter_rows',
  infer: (inputs, attrs) => {
    const [x, indices] = inputs;
    if (!x || !indices || indices.dtype !== 'int32' || indices.shape[0] !== x.shape[0])
      return refuse('scatter_rows', inputs, 'rows and one int32 row number for each');
    return { dtype: x.dtype, shape: [numberAttr(attrs, 'rows'), ...x.shape.slice(1)] };
  },
  gradient: (g, _node, dy, [, indices]) => [gather(g, dy, indices!), undefined],
  evaluate: (inputs, attrs) => {
    const [x, indices] = inputs as [RefTensor, RefTensor];
    const width = x.data.length / x.shape[0]!;
    const out = new Float64Array(numberAttr(attrs, 'rows') * width);
    indices.data.forEach((row, i) => {
      for (let j = 0; j < width; j++) out[row * width + j]! += x.data[i * width + j]!;
    });
    return out;
  },
};

export function scatterRows(g: GraphBuilder, x: Node, indices: Node, rows: number): Node {
  return emit(g, scatterRowsOp, [x, indices], { rows });
}
