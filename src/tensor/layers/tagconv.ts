/**
 * Topology adaptive graph convolution (Du, Zhang, Wu, Moura and Kar, 2017) as DGL has it: [x, Âx, …, Âᴷx] · Wᵀ + b, with
 * Â = D^−½ A D^−½ and D the in-degrees. Graphs of a batch lie side by side with the same number of nodes; a graph with fewer
 * has nodes without edges, which the caller leaves out when it pools.
 */
import { linearUniform } from '../initialise.ts';
import type { GraphBuilder, Node } from '../ir.ts';
import { concat } from '../ops/concat.ts';
import { matmul } from '../ops/matmul.ts';
import { linear } from './linear.ts';

export interface TagConvOptions {
  /** Parameters are `name.weight` `[out, (hops + 1) · in]` and `name.bias` `[out]`. */
  readonly name: string;
  readonly group: string;
  /** K: how far a node sees. */
  readonly hops: number;
}

/** x `[graphs, nodes, in]`, adjacency `[graphs, nodes, nodes]` (`normalisedAdjacency`) → `[graphs, nodes, out]`. */
export function tagConv(
  g: GraphBuilder,
  x: Node,
  adjacency: Node,
  out: number,
  { name, group, hops }: TagConvOptions,
): Node {
  const seen = [x];
  for (let hop = 0; hop < hops; hop++) seen.push(matmul(g, adjacency, seen[hop] as Node));
  const joined = concat(g, seen, 2);
  const [fanIn, bias] = [joined.type.shape[2] as number, linearUniform(joined.type.shape[2] as number)];
  // DGL draws the weight from a normal distribution of Glorot's deviation with gain √2; this is the uniform one of the same.
  const bound = Math.SQRT2 * Math.sqrt(6 / (fanIn + out));
  return linear(g, joined, out, { name, group, weightInit: { kind: 'uniform', bound }, biasInit: bias });
}

/**
 * Writes Â of one graph into `into` `[size, size]`, row = the node that is told, column = the node that tells. Edges go from
 * one node to another; of an edge given twice each counts. A node that no edge comes to gets one to itself.
 */
export function normalisedAdjacency(
  into: Float32Array,
  size: number,
  nodes: number,
  edges: readonly (readonly [from: number, to: number])[],
): void {
  const degree = new Float64Array(size);
  for (const [, to] of edges) degree[to] = (degree[to] as number) + 1;
  const loops = Array.from({ length: nodes }, (_, i) => i).filter((i) => degree[i] === 0);
  for (const node of loops) degree[node] = 1;
  for (const [from, to] of [...edges, ...loops.map((node) => [node, node] as const)]) {
    const at = to * size + from;
    into[at] = (into[at] as number) + 1 / Math.sqrt((degree[from] as number) * (degree[to] as number));
  }
}
