/**
 * `constant(data, shape, dtype)`: fixed numbers, held in the graph as a row-major list; a list of one number fills the
 * whole shape. No gradient.
 */
import type { DType, GraphBuilder, Node } from '../ir.ts';
import { sizeOf } from '../ir.ts';
import { listAttr, type OpDef } from './op.ts';

export const constantOp: OpDef = {
  op: 'constant',
  infer: () => {
    throw new TypeError('a constant carries its own type');
  },
  evaluate: (_inputs, attrs, type) => {
    const data = listAttr(attrs, 'data');
    const out = new Float64Array(sizeOf(type.shape));
    if (data.length === 1) out.fill(data[0]!);
    else out.set(data);
    return out;
  },
};

export function constant(
  g: GraphBuilder,
  data: readonly number[],
  shape: readonly number[],
  dtype: DType = 'float32',
): Node {
  if (data.length !== 1 && data.length !== sizeOf(shape))
    throw new RangeError(`a constant of shape [${shape.join(', ')}] cannot hold ${data.length} numbers`);
  const node: Node = {
    id: g.nodes.length,
    op: 'constant',
    inputs: [],
    attrs: { data },
    type: { dtype, shape },
  };
  g.nodes.push(node);
  return node;
}

export function scalar(g: GraphBuilder, value: number): Node {
  return constant(g, [value], []);
}

export function zerosLike(g: GraphBuilder, like: Node): Node {
  return constant(g, [0], like.type.shape);
}
