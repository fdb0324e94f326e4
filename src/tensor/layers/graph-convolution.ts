/** Graph convolution A · x · Wᵀ + b (Kipf and Welling, ICLR 2017), A as it is given: DGL's `GraphConv(norm='none')` for edges of 1. */
import { xavierUniform, zeros } from '../initialise.ts';
import type { GraphBuilder, Node } from '../ir.ts';
import { add } from '../ops/add.ts';
import { param } from '../ops/leaf.ts';
import { matmul } from '../ops/matmul.ts';
import { linear } from './linear.ts';

export interface GraphConvolutionOptions {
  /** Parameters are `name.weight` (Xavier) and `name.bias` (zero). */
  readonly name: string;
  readonly group: string;
}

/** x `[batch, node, in]` → `[batch, node, out]`. Row i of `adjacency` `[batch, node, node]` weighs what node i hears. */
export function graphConvolution(
  g: GraphBuilder,
  x: Node,
  adjacency: Node,
  out: number,
  { name, group }: GraphConvolutionOptions,
): Node {
  const fanIn = x.type.shape.at(-1) ?? 1;
  const told = linear(g, x, out, { name, group, bias: false, weightInit: xavierUniform(fanIn, out) });
  return add(g, matmul(g, adjacency, told), param(g, `${name}.bias`, [out], zeros, group));
}
