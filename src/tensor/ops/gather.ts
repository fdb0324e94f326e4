/** `gather(table, indices)`: rows of `table [rows, …]` at int32 `indices [n]`; result `[n, …]`. */
import type { GraphBuilder, Node } from '../ir.ts';
import { emit, type OpDef, type RefTensor, refuse } from './op.ts';
import { scatterRows } from './scatter_rows.ts';

export const gatherOp: OpDef = {
  op: 'gather',
  infer: (inputs) => {
    const [table, indices] = inputs;
    if (!table || table.shape.length === 0 || indices?.dtype !== 'int32' || indices.shape.length !== 1)
      return refuse('gather', inputs, 'a table of rows and an int32 list of row numbers');
    return { dtype: table.dtype, shape: [indices.shape[0]!, ...table.shape.slice(1)] };
  },
  gradient: (g, _node, dy, [table, indices]) => [
    scatterRows(g, dy, indices!, table!.type.shape[0]!),
    undefined,
  ],
  evaluate: (inputs) => {
    const [table, indices] = inputs as [RefTensor, RefTensor];
    const width = table.data.length / table.shape[0]!;
    const out = new Float64Array(indices.data.length * width);
    indices.data.forEach((row, i) => {
      out.set(table.data.subarray(row * width, (row + 1) * width), i * width);
    });
    return out;
  },
};

export function gather(g: GraphBuilder, table: Node, indices: Node): Node {
  return emit(g, gatherOp, [table, indices]);
}
