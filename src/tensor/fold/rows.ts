/**
 * Values of a graph that are linear in the rows of one input: each row of such a value is M · (row of the input) + c, with one M
 * for all rows. If the rows of the input are weighted sums of known vectors, those values are the same sums of the vectors' own
 * images M · vector, which can be computed once. Finding the values is done here; what the vectors are, and computing their
 * images, is the caller's business.
 */
import * as t from '../build.ts';
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

/** What stands behind the input's rows: row w = Σ_i shares[w, i] · vector(picked[i]). */
export interface Shares {
  /** Name of the int32 input `[picked]`. */
  readonly picked: string;
  /** Name of the input `[rows, picked]`. */
  readonly shares: string;
}

/** The images of all vectors under one of the values, and the value of rows of zeros. */
export interface Images {
  /** `[vectors, width]`. */
  readonly images: Float32Array;
  /** `[rows, width]`. */
  readonly offset: Float32Array;
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

/** The same graph with `shares` of known vectors in place of `input`. `nameOf` says under which names `Images` are parameters. */
export function withShares(
  graph: Graph,
  found: readonly LinearRows[],
  { picked, shares }: Shares,
  sizes: { readonly rows: number; readonly vectors: number; readonly picked: number },
  nameOf: (index: number, of: keyof Images) => string,
): Graph {
  const known = (g: GraphBuilder, name: string, shape: readonly number[]) =>
    t.param(g, name, shape, { kind: 'constant', value: 0 }, 'folded');
  const inputOf = (g: GraphBuilder, name: string, make: () => Node) => {
    const there = g.inputs[name];
    return there === undefined ? make() : nodeOf(g, there);
  };
  const replacements = new Map(
    found.map(({ node, width }, i): [NodeId, Replacement] => [
      node,
      (g) => {
        const rows = inputOf(g, picked, () => t.input(g, picked, [sizes.picked], 'int32'));
        const by = inputOf(g, shares, () => t.input(g, shares, [sizes.rows, sizes.picked]));
        const images = known(g, nameOf(i, 'images'), [sizes.vectors, width]);
        const offset = known(g, nameOf(i, 'offset'), [sizes.rows, width]);
        const sum = t.add(g, t.matmul(g, by, t.gather(g, images, rows)), offset);
        return t.reshape(g, sum, nodeOf(graph, node).type.shape);
      },
    ]),
  );
  return rewriteGraph(graph, replacements);
}
