/** `input` and `param`: values that come from outside the graph, by name. */
import type { DType, GraphBuilder, Initialiser, Node } from '../ir.ts';
import type { OpDef } from './op.ts';

function leafOp(op: string): OpDef {
  const outside = (): never => {
    throw new TypeError(`the value of an ${op} is given from outside`);
  };
  return { op, infer: outside, evaluate: outside };
}

export const inputOp = leafOp('input');
export const paramOp = leafOp('param');

/** A named value fed at every step. */
export function input(
  g: GraphBuilder,
  name: string,
  shape: readonly number[],
  dtype: DType = 'float32',
): Node {
  if (name in g.inputs) throw new RangeError(`input ${name} is there already`);
  const node: Node = {
    id: g.nodes.length,
    op: 'input',
    inputs: [],
    attrs: {},
    type: { dtype, shape },
    name,
  };
  g.nodes.push(node);
  g.inputs[name] = node.id;
  return node;
}

/** A trained float32 value. Asking for the same name again gives the same node. */
export function param(
  g: GraphBuilder,
  name: string,
  shape: readonly number[],
  init: Initialiser,
  group: string,
): Node {
  const there = g.params[name];
  if (there) return g.nodes[there.node] as Node;
  const node: Node = {
    id: g.nodes.length,
    op: 'param',
    inputs: [],
    attrs: {},
    type: { dtype: 'float32', shape },
    name,
  };
  g.nodes.push(node);
  g.params[name] = { node: node.id, init, group };
  return node;
}
