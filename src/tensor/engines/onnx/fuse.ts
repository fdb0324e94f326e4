/**
 * Which IR nodes become one ONNX operator: product + bias (+ ReLU) → Gemm, and broadcasts that an elementwise operator
 * does by itself. Only decides; `rules.ts` writes the operators.
 */
import type { Graph, Node, NodeId } from '../../ir.ts';
import { nodeOf, sameShape } from '../../ir.ts';
import { flagAttr } from '../../ops/op.ts';

export interface GemmFusion {
  readonly product: Node;
  /** Added to the product: a row `[N]` or a full matrix. */
  readonly addend: NodeId;
  /** The node whose value the operator gives. */
  readonly relu: boolean;
}

export interface Fusions {
  /** Node → the Gemm that computes it. */
  readonly gemms: ReadonlyMap<NodeId, GemmFusion>;
  /** Nodes that are never computed by themselves. */
  readonly hidden: ReadonlySet<NodeId>;
  /** broadcast_to node → the node read in its place. */
  readonly unbroadcast: ReadonlyMap<NodeId, NodeId>;
}

const broadcasting = new Set(['add', 'sub', 'mul', 'div']);

export function absorbed(fusions: Fusions, id: NodeId): boolean {
  return fusions.hidden.has(id);
}

export function planFusions(
  graph: Graph,
  order: readonly NodeId[],
  roots: readonly NodeId[],
  portable: boolean,
): Fusions {
  const users = new Map<NodeId, Node[]>();
  for (const id of order) {
    const node = nodeOf(graph, id);
    for (const input of node.inputs) users.set(input, [...(users.get(input) ?? []), node]);
  }
  const single = (id: NodeId) => (users.get(id) ?? []).length === 1 && !roots.includes(id);
  const gemms = new Map<NodeId, GemmFusion>();
  const hidden = new Set<NodeId>();
  const unbroadcast = new Map<NodeId, NodeId>();

  for (const id of order) {
    const node = nodeOf(graph, id);
    if (node.op === 'broadcast_to' && !roots.includes(id)) {
      // The result keeps its shape only if the other operand already has it.
      const all = users.get(id) ?? [];
      const replaceable = all.every(
        (user) =>
          broadcasting.has(user.op) &&
          user.inputs.some((input) => input !== id && nodeOf(graph, input).op !== 'broadcast_to') &&
          user.inputs.every(
            (input) => input === id || sameShape(nodeOf(graph, input).type.shape, node.type.shape),
          ),
      );
      if (replaceable && all.length > 0) {
        hidden.add(id);
        unbroadcast.set(id, node.inputs[0]!);
      }
    }
    if (node.op !== 'add') continue;
    for (const [a, b] of [node.inputs, node.inputs.toReversed()] as [NodeId, NodeId][]) {
      const product = nodeOf(graph, a);
      const addend = nodeOf(graph, b);
      const fits =
        product.op === 'matmul' &&
        product.type.shape.length === 2 &&
        !flagAttr(product.attrs, 'innerA') &&
        single(a) &&
        a !== b &&
        !hidden.has(b) &&
        (sameShape(addend.type.shape, product.type.shape) ||
          sameShape(addend.type.shape, product.type.shape.slice(1)));
      if (!fits) continue;
      hidden.add(a);
      const [user] = users.get(id) ?? [];
      if (!portable && single(id) && user?.op === 'relu') {
        hidden.add(id);
        gemms.set(user.id, { product, addend: b, relu: true });
      } else gemms.set(id, { product, addend: b, relu: false });
      break;
    }
  }
  return { gemms, hidden, unbroadcast };
}
