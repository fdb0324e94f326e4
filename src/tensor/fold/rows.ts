/**
 * Values of a graph that are linear in the rows of one input: each row of such a value is M · (row of the input) + c, with one M
 * for all rows. If the rows of the input are weighted sums of known vectors, those values are the same sums of the vectors' own
 * images M · vector, which can be computed once. Finding the values is done here; what the vectors are, and computing their
 * images, is the caller's business.
 */
import * as t from '../build.ts';
import { zeros } from '../initialise.ts';
import type { Graph, GraphBuilder, Node, NodeId } from '../ir.ts';
import { nodeOf, sizeOf } from '../ir.ts';
import { flagAttr } from '../ops/op.ts';
import { type Replacement, rewriteGraph, usersOf } from './rewrite.ts';

/** Ops that leave a value as it is when a graph only answers. */
const idle = new Set(['reshape', 'dropout', 'stop_gradient', 'scale_gradient']);

/** A value that is linear in the input's rows and is read by something that is not. */
export interface LinearRows {
  readonly node: NodeId;
  /** Numbers per row. */
  readonly width: number;
}

/** The input has `rows` rows, whatever axes of length 1 stand beside them. */
export function findLinearRows(graph: Graph, input: string, rows: number): LinearRows[] {
  const start = graph.inputs[input];
  if (start === undefined) throw new RangeError(`the graph has no input ${input}`);
  const linear = new Set<NodeId>([start]);
  const fixed = new Set<NodeId>();
  for (const node of graph.nodes) {
    if (node.op === 'input') continue;
    if (node.op === 'param' || node.inputs.every((id) => fixed.has(id))) fixed.add(node.id);
    else if (keepsRows(graph, node, rows, linear, fixed)) linear.add(node.id);
  }
  const users = usersOf(graph);
  const outputs = new Set(Object.values(graph.outputs));
  return [...linear].flatMap((node) => {
    const read = outputs.has(node) || (users.get(node) ?? []).some(({ id }) => !linear.has(id));
    return read ? [{ node, width: sizeOf(nodeOf(graph, node).type.shape) / rows }] : [];
  });
}

/** Whether the node is linear in rows of linear operands, all operands being linear or fixed. */
function keepsRows(
  graph: Graph,
  node: Node,
  rows: number,
  linear: ReadonlySet<NodeId>,
  fixed: ReadonlySet<NodeId>,
): boolean {
  const [a, b] = node.inputs.map((id) => nodeOf(graph, id));
  if (!a || !node.inputs.every((id) => linear.has(id) || fixed.has(id))) return false;
  const { shape } = a.type;
  if (idle.has(node.op)) return true;
  // Axes of length 1 may move: the numbers stay where they are.
  if (node.op === 'transpose') {
    const axes = (node.attrs.axes as readonly number[]).filter((axis) => shape[axis] !== 1);
    return axes.every((axis, i) => i === 0 || axis > (axes[i - 1] ?? 0));
  }
  if (!b) return false;
  if (node.op === 'add')
    return [a, b].every(({ id, type }) => fixed.has(id) || sizeOf(type.shape) === sizeOf(node.type.shape));
  if (node.op !== 'matmul' || !linear.has(a.id) || linear.has(b.id)) return false;
  const { attrs } = node;
  return shape.length === 2 && shape[0] === rows && !flagAttr(attrs, 'transA') && !flagAttr(attrs, 'innerA');
}

/** Names of what a graph reads in place of the input. */
export interface SharesNames {
  /** Input `[rows, vectors]`: how much of each vector is in the sum of a row. */
  readonly shares: string;
  /** Input `[vectors, width]`: the images of the vectors under a value. */
  images(value: number): string;
  /** Parameter `[rows, width]`: what a value is for rows of zeros. */
  offset(value: number): string;
}

/** The same graph over sums of `vectors` vectors. */
export function withShares(
  graph: Graph,
  found: readonly LinearRows[],
  names: SharesNames,
  rows: number,
  vectors: number,
): Graph {
  const sharesOf = (g: GraphBuilder) => {
    const there = g.inputs[names.shares];
    return there === undefined ? t.input(g, names.shares, [rows, vectors]) : nodeOf(g, there);
  };
  const replacements = found.map(({ node, width }, i): [NodeId, Replacement] => [
    node,
    (g) => {
      const images = t.input(g, names.images(i), [vectors, width]);
      const offset = t.param(g, names.offset(i), [rows, width], zeros, 'folded');
      const sum = t.add(g, t.matmul(g, sharesOf(g), images), offset);
      return t.reshape(g, sum, nodeOf(graph, node).type.shape);
    },
  ]);
  return rewriteGraph(graph, new Map(replacements));
}
