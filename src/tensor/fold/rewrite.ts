/** A copy of a graph in which some nodes are computed another way. Nodes that nobody reads any more are left out. */
import type { Graph, GraphBuilder, Node, NodeId } from '../ir.ts';
import { createGraph, nodeOf } from '../ir.ts';

/** Writes what stands for a node into `g`; `copyOf` gives the copy of another node of the old graph. */
export type Replacement = (g: GraphBuilder, copyOf: (id: NodeId) => Node) => Node;

/** The same outputs, those of `replacements` computed as these say. Each must give a value of the node's shape. */
export function rewriteGraph(graph: Graph, replacements: ReadonlyMap<NodeId, Replacement>): Graph {
  const g = createGraph();
  const copies = new Map<NodeId, Node>();
  const copyOf = (id: NodeId): Node => {
    const known = copies.get(id);
    if (known) return known;
    const replacement = replacements.get(id);
    const copy = replacement ? replacement(g, copyOf) : copyNode(nodeOf(graph, id));
    copies.set(id, copy);
    return copy;
  };
  const copyNode = (node: Node): Node => {
    const inputs = node.inputs.map((id) => copyOf(id).id);
    const copy: Node = { ...node, id: g.nodes.length, inputs };
    g.nodes.push(copy);
    const param = node.op === 'param' ? graph.params[node.name ?? ''] : undefined;
    if (param) g.params[node.name ?? ''] = { ...param, node: copy.id };
    if (node.op === 'input') g.inputs[node.name ?? ''] = copy.id;
    return copy;
  };
  for (const [name, id] of Object.entries(graph.outputs)) g.outputs[name] = copyOf(id).id;
  return g;
}

/** Node → those that read it. */
export function usersOf(graph: Graph): ReadonlyMap<NodeId, readonly Node[]> {
  const users = new Map<NodeId, Node[]>();
  for (const node of graph.nodes)
    for (const input of node.inputs) users.set(input, [...(users.get(input) ?? []), node]);
  return users;
}
