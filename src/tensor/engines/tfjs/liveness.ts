/**
 * When each value of a graph can be given back: the order of execution with, after every node, the values that nothing
 * needs any more. Pure data, computed once per compiled graph; `run.ts` follows it.
 */
import type { Graph, Node, NodeId } from '../../ir.ts';
import { nodeOf, reachable, sizeOf } from '../../ir.ts';
import { textAttr } from '../../ops/op.ts';

export interface Schedule {
  readonly steps: readonly ScheduledNode[];
  /** Values that the caller gets, each once. They are never in `free`. */
  readonly roots: readonly NodeId[];
}

export interface ScheduledNode {
  readonly node: Node;
  /** Values whose last reader is this node. */
  readonly free: readonly NodeId[];
  /** Dropout keys whose mask no later node reads: a backward node shares the mask of its forward node. */
  readonly freeMasks: readonly string[];
}

const leafOps: ReadonlySet<string> = new Set(['input', 'param', 'constant']);

/** Leaves are given from outside and stay with their owner. */
export function isLeaf(node: Node): boolean {
  return leafOps.has(node.op);
}

/** The nodes that `roots` need, in order. With `masks` false dropout is off and holds no mask. */
export function scheduleOf(graph: Graph, roots: readonly NodeId[], masks: boolean): Schedule {
  const kept = [...new Set(roots)];
  const order = reachable(graph, kept).map((id) => nodeOf(graph, id));
  const lastReader = new Map<NodeId, NodeId>();
  const lastMask = new Map<string, NodeId>();
  for (const node of order) {
    for (const input of node.inputs) lastReader.set(input, node.id);
    if (masks && node.op === 'dropout') lastMask.set(textAttr(node.attrs, 'key'), node.id);
  }
  const steps = order
    .filter((node) => !isLeaf(node))
    .map((node) => ({
      node,
      free: [...new Set(node.inputs)].filter(
        (id) => lastReader.get(id) === node.id && !kept.includes(id) && !isLeaf(nodeOf(graph, id)),
      ),
      freeMasks: [...lastMask].filter(([, id]) => id === node.id).map(([key]) => key),
    }));
  return { steps, roots: kept };
}

/** Leaves that a schedule reads or returns. */
export function leavesOf(graph: Graph, schedule: Schedule): Node[] {
  return reachable(graph, schedule.roots)
    .map((id) => nodeOf(graph, id))
    .filter(isLeaf);
}

/**
 * Most bytes that non-leaf values and masks hold at one time; what a fused op needs inside comes on top. Views count as
 * if they were copies.
 */
export function peakBytes(schedule: Schedule, masks: boolean): number {
  const sizes = new Map<NodeId | string, number>();
  let live = 0;
  let peak = 0;
  const hold = (id: NodeId | string, bytes: number) => {
    if (sizes.has(id)) return;
    sizes.set(id, bytes);
    live += bytes;
  };
  const release = (id: NodeId | string) => {
    live -= sizes.get(id) ?? 0;
    sizes.delete(id);
  };
  for (const { node, free, freeMasks } of schedule.steps) {
    const bytes = 4 * sizeOf(node.type.shape);
    if (masks && node.op === 'dropout') hold(textAttr(node.attrs, 'key'), bytes);
    hold(node.id, bytes);
    peak = Math.max(peak, live);
    for (const id of free) release(id);
    for (const key of freeMasks) release(key);
  }
  return peak;
}
