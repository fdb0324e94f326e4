/**
 * Graph attention (Veličković et al., ICLR 2018), as DGL's `GATConv`: e_ij = LeakyReLU(aᵀ[W h_i ‖ W h_j]), softmax over the
 * in-neighbours i of j, the weighted sum of their W h_i plus a bias, heads side by side. With `residual` the input is added:
 * itself where it has the width of the output, else a product of it.
 *
 * The graph is a list of edges, the same for every item of the batch, and every node has at least one edge into it: rows are
 * gathered and scattered, so the cost grows with the edges and not with the square of the nodes.
 */

import { zeros } from '../initialise.ts';
import type { GraphBuilder, Initialiser, Node } from '../ir.ts';
import { add } from '../ops/add.ts';
import { constant } from '../ops/constant.ts';
import { div } from '../ops/div.ts';
import { exp } from '../ops/exp.ts';
import { gather } from '../ops/gather.ts';
import { param } from '../ops/leaf.ts';
import { leakyRelu } from '../ops/leaky_relu.ts';
import { mul } from '../ops/mul.ts';
import { reduceMax } from '../ops/reduce_max.ts';
import { reduceSum } from '../ops/reduce_sum.ts';
import { reshape } from '../ops/reshape.ts';
import { scatterRows } from '../ops/scatter_rows.ts';
import { stopGradient } from '../ops/stop_gradient.ts';
import { sub } from '../ops/sub.ts';
import { linear } from './linear.ts';

export interface Edges {
  /** Edge k goes from node `from[k]` to node `to[k]`. */
  readonly from: readonly number[];
  readonly to: readonly number[];
}

export interface GatOptions {
  /**
   * Parameters are `name.weight` `[heads · out, in]`, `name.from` and `name.to` (the two halves of a, `[heads, out]`),
   * `name.bias` `[heads · out]` and, where the residual needs it, `name.residual.weight`.
   */
  readonly name: string;
  readonly group: string;
  readonly heads: number;
  /** Width of one head. */
  readonly out: number;
  readonly residual: boolean;
  readonly slope?: number;
}

/** x `[node, item, in]` → `[node, item, heads · out]`. Throws a RangeError if a node has no edge into it. */
export function gat(g: GraphBuilder, x: Node, edges: Edges, options: GatOptions): Node {
  const { name, group, heads, out, residual, slope = 0.2 } = options;
  const [nodes = 0, items = 0, width = 0] = x.type.shape;
  const pairs = items * heads;
  const linearOf = (part: string) =>
    linear(g, x, heads * out, { name: part, group, bias: false, weightInit: xavierRelu(width, heads * out) });
  const told = reshape(g, linearOf(name), [nodes, items, heads, out]);
  const score = (part: 'from' | 'to') => {
    const a = param(g, `${name}.${part}`, [heads, out], xavierRelu(out, heads * out), group);
    return reshape(g, reduceSum(g, mul(g, told, a), [3]), [nodes, pairs]);
  };
  const [own, asked] = [score('from'), score('to')];
  const list = (values: readonly number[]) => constant(g, values, [values.length], 'int32');
  const [from, to] = [list(edges.from), list(edges.to)];

  const raw = leakyRelu(g, add(g, gather(g, own, from), gather(g, asked, to)), slope);
  // LeakyReLU rises, so the largest score into a node is that of its strongest neighbour.
  const table = neighbourTable(edges, nodes);
  const neighbours = reshape(g, gather(g, own, list(table)), [nodes, table.length / nodes, pairs]);
  const strongest = reduceMax(g, neighbours, [1]);
  const largest = stopGradient(g, leakyRelu(g, add(g, strongest, asked), slope));
  const power = exp(g, sub(g, raw, gather(g, largest, to)));

  const rows = reshape(g, gather(g, told, from), [edges.from.length, pairs, out]);
  const weighted = mul(g, rows, reshape(g, power, [edges.from.length, pairs, 1]));
  const sum = scatterRows(g, weighted, to, nodes);
  const total = reshape(g, scatterRows(g, power, to, nodes), [nodes, pairs, 1]);
  const heard = reshape(g, div(g, sum, total), [nodes, items, heads * out]);
  const biased = add(g, heard, param(g, `${name}.bias`, [heads * out], zeros, group));
  if (!residual) return biased;
  return add(g, biased, width === heads * out ? x : linearOf(`${name}.residual`));
}

/** Xavier with the gain of ReLU, √2, as DGL starts attention; uniform, where DGL draws from a normal distribution. */
function xavierRelu(fanIn: number, fanOut: number): Initialiser {
  return { kind: 'uniform', bound: Math.sqrt(12 / (fanIn + fanOut)) };
}

/** In-neighbours of every node, row by row; short rows repeat their first. */
function neighbourTable({ from, to }: Edges, nodes: number): number[] {
  const lists = Array.from({ length: nodes }, (): number[] => []);
  from.forEach((source, k) => {
    lists[to[k] ?? -1]?.push(source);
  });
  const width = lists.reduce((most, list) => Math.max(most, list.length), 0);
  return lists.flatMap((list, node) => {
    const [first] = list;
    if (first === undefined) throw new RangeError(`no edge goes into node ${node}`);
    return Array.from({ length: width }, (_, k) => list[k] ?? first);
  });
}
