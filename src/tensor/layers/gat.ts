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
import { matmul } from '../ops/matmul.ts';
import { mul } from '../ops/mul.ts';
import { reduceMax } from '../ops/reduce_max.ts';
import { reduceSum } from '../ops/reduce_sum.ts';
import { reshape } from '../ops/reshape.ts';
import { scatterRows } from '../ops/scatter_rows.ts';
import { stopGradient } from '../ops/stop_gradient.ts';
import { sub } from '../ops/sub.ts';
import { transpose } from '../ops/transpose.ts';

export interface Edges {
  /** Edge k goes from node `from[k]` to node `to[k]`. */
  readonly from: readonly number[];
  readonly to: readonly number[];
}

export interface GatOptions {
  /**
   * Parameters are `name.weight` `[out · heads, in]`, `name.from` and `name.to` (the two halves of a, `[out, heads, 1]`),
   * `name.bias` `[out · heads, 1]` and, where the residual needs it, `name.residual.weight`.
   */
  readonly name: string;
  readonly group: string;
  readonly heads: number;
  /** Width of one head. */
  readonly out: number;
  readonly residual: boolean;
  readonly slope?: number;
}

/**
 * x `[in, node, item]` → `[out · heads, node, item]`, the heads of a feature side by side. Features come first and items last,
 * as in `gru.ts`; what edges carry is gathered as `[out, edge, head · item]`, so that a weight is multiplied into whole rows.
 * Throws a RangeError if a node has no edge into it.
 */
export function gat(g: GraphBuilder, x: Node, edges: Edges, options: GatOptions): Node {
  const { name, group, heads, out, residual, slope = 0.2 } = options;
  const [width = 0, nodes = 0, items = 0] = x.type.shape;
  const [features, pairs, places] = [out * heads, heads * items, nodes * items];
  const columns = reshape(g, x, [width, places]);
  const project = (part: string) =>
    matmul(g, param(g, `${part}.weight`, [features, width], xavierRelu(width, features), group), columns);
  // [out, head, node · item] and back to node by node: [out, node, head · item].
  const byNode = (value: Node, rows: number) =>
    transpose(g, reshape(g, value, [rows, heads, nodes, items]), [0, 2, 1, 3]);
  const told = project(name);
  const score = (part: 'from' | 'to') => {
    const a = param(g, `${name}.${part}`, [out, heads, 1], xavierRelu(out, features), group);
    const sum = reduceSum(g, mul(g, reshape(g, told, [out, heads, places]), a), [0]);
    return reshape(g, byNode(sum, 1), [nodes, pairs]);
  };
  const [own, asked] = [score('from'), score('to')];
  const list = (values: readonly number[]) => constant(g, values, [values.length], 'int32');
  const [from, to] = [list(edges.from), list(edges.to)];

  const raw = leakyRelu(g, add(g, gather(g, own, from), gather(g, asked, to)), slope);
  // LeakyReLU rises, so the largest score into a node is that of its strongest neighbour.
  const table = neighbourTable(edges, nodes);
  const neighbours = reshape(g, gather(g, own, list(table)), [nodes, table.length / nodes, pairs]);
  const largest = stopGradient(g, leakyRelu(g, add(g, reduceMax(g, neighbours, [1]), asked), slope));
  const power = exp(g, sub(g, raw, gather(g, largest, to)));

  // Row (feature, node) of a table with as many rows.
  const everyFeature = (ends: readonly number[]) =>
    list(Array.from({ length: out }, (_, k) => ends.map((node) => k * nodes + node)).flat());
  const rows = gather(g, reshape(g, byNode(told, out), [out * nodes, pairs]), everyFeature(edges.from));
  const weighted = mul(g, reshape(g, rows, [out, edges.from.length, pairs]), power);
  const carried = reshape(g, weighted, [out * edges.from.length, pairs]);
  const sum = reshape(g, scatterRows(g, carried, everyFeature(edges.to), out * nodes), [out, nodes, pairs]);
  const mean = div(g, sum, scatterRows(g, power, to, nodes));
  const heard = transpose(g, reshape(g, mean, [out, nodes, heads, items]), [0, 2, 1, 3]);
  const bias = param(g, `${name}.bias`, [features, 1], zeros, group);
  const biased = add(g, reshape(g, heard, [features, places]), bias);
  const whole = residual
    ? add(g, biased, width === features ? columns : project(`${name}.residual`))
    : biased;
  return reshape(g, whole, [features, nodes, items]);
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
