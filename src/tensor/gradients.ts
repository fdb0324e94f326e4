/**
 * Reverse mode: appends the backward graph to a graph as ordinary nodes. Nothing is built for values that no wanted
 * node feeds (inputs, constants, what lies behind a stop_gradient).
 */
import type { GraphBuilder, Node, NodeId } from './ir.ts';
import { nodeOf, reachable } from './ir.ts';
import { add } from './ops/add.ts';
import { constant } from './ops/constant.ts';
import { opNamed } from './ops/index.ts';

/**
 * Gradient of the scalar `loss` with respect to each node of `wanted`, in that order. A node that the loss does not
 * depend on gets undefined.
 */
export function gradients(g: GraphBuilder, loss: Node, wanted: readonly NodeId[]): (Node | undefined)[] {
  if (loss.type.shape.length !== 0) throw new RangeError('the loss is not a scalar');
  const forward = reachable(g, [loss.id]);
  const needs = new Set<NodeId>(wanted);
  for (const id of forward) {
    const node = nodeOf(g, id);
    if (opNamed(node.op).gradient && node.inputs.some((input) => needs.has(input))) needs.add(id);
  }
  const grads = new Map<NodeId, Node>();
  if (needs.has(loss.id)) grads.set(loss.id, constant(g, [1], []));
  for (const id of forward.toReversed()) {
    const dy = grads.get(id);
    const node = nodeOf(g, id);
    const rule = opNamed(node.op).gradient;
    if (!dy || !rule) continue;
    const inputs = node.inputs.map((input) => nodeOf(g, input));
    const wants = inputs.map((input) => needs.has(input.id));
    if (!wants.includes(true)) continue;
    rule(g, node, dy, inputs, wants).forEach((gradient, i) => {
      const input = inputs[i]!;
      if (!gradient || !wants[i]) return;
      const before = grads.get(input.id);
      grads.set(input.id, before ? add(g, before, gradient) : gradient);
    });
    // A wanted node in the middle keeps its gradient; others are done with.
    if (!wanted.includes(id)) grads.delete(id);
  }
  return wanted.map((id) => grads.get(id));
}
