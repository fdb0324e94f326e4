/**
 * GraphSAGE with the mean of the in-neighbours (Hamilton, Ying and Leskovec, NeurIPS 2017), as DGL's
 * `SAGEConv(aggregator_type='mean')`: x · W_selfᵀ + A · x · W_neighbourᵀ + b.
 */
import type { GraphBuilder, Node } from '../ir.ts';
import { add } from '../ops/add.ts';
import { matmul } from '../ops/matmul.ts';
import { linear } from './linear.ts';

export interface SageOptions {
  /** Parameters are `name.self.weight`, `name.neighbour.weight` and, with a bias, `name.self.bias`. */
  readonly name: string;
  readonly group: string;
  readonly bias?: boolean;
}

/**
 * x `[batch, node, in]` → `[batch, node, out]`. Row i of `adjacency` `[batch, node, node]` has the weights of what node i
 * hears: 1/n for each of its n in-neighbours.
 */
export function sage(g: GraphBuilder, x: Node, adjacency: Node, out: number, options: SageOptions): Node {
  const { name, group, bias = true } = options;
  const own = linear(g, x, out, { name: `${name}.self`, group, bias });
  // The mean of products is the product of the mean; of the two, `out` is mostly the narrower.
  const told = linear(g, x, out, { name: `${name}.neighbour`, group, bias: false });
  return add(g, own, matmul(g, adjacency, told));
}
