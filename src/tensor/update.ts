/**
 * The optimiser step as ordinary nodes, for devices whose memory only the graph can reach. The same arithmetic in the same
 * order as `updateReference`. Scalars that change from step to step (learning rate, scales, bias correction) are inputs.
 */
import type { Graph, GraphBuilder, Node, NodeId } from './ir.ts';
import { extendGraph, nodeOf } from './ir.ts';
import { add } from './ops/add.ts';
import { scalar } from './ops/constant.ts';
import { div } from './ops/div.ts';
import { input } from './ops/leaf.ts';
import { mul } from './ops/mul.ts';
import { sqrt } from './ops/sqrt.ts';
import { sub } from './ops/sub.ts';
import { type Optimiser, slotsOf, type UpdateScalars } from './optimiser.ts';
import type { GroupRules } from './rules.ts';
import type { TrainingGraph } from './training-graph.ts';

export interface UpdateGraph {
  readonly graph: Graph;
  /** `param/NAME`, `m/NAME`, `v/NAME` → node of its next value, for every parameter with a gradient. */
  readonly next: { readonly [array: string]: NodeId };
  /** Groups that need scalars, in the order of the parameters. */
  readonly groups: readonly string[];
}

const scalarsOf = {
  adamw: ['gradientScale', 'keep', 'rate', 'secondScale'],
  adam: ['gradientScale', 'decay', 'rate', 'secondScale'],
  sgd: ['gradientScale', 'decay', 'rate'],
} as const;

/** Scalars that an optimiser's update reads. */
export function scalarNames(optimiser: Optimiser): readonly (keyof UpdateScalars)[] {
  return scalarsOf[optimiser.kind];
}

/** Name of the scalar input of a group. */
export function scalarInput(group: string, name: keyof UpdateScalars): string {
  return `update/${group}/${name}`;
}

/** Appends the update: optimiser arrays come in as inputs `m/NAME` and `v/NAME` of the parameter's shape. */
export function updateGraph(
  training: TrainingGraph,
  optimiser: Optimiser,
  rules: GroupRules = {},
): UpdateGraph {
  const g = extendGraph(training.graph);
  const next: Record<string, NodeId> = {};
  const scalars = new Map<string, GroupScalars>();
  for (const [name, gradient] of Object.entries(training.gradients)) {
    const { node, group } = g.params[name]!;
    const known = scalars.get(group) ?? groupScalars(g, optimiser, group, rules[group]?.scale);
    scalars.set(group, known);
    const p = nodeOf(g, node);
    const slots = slotsOf(optimiser).map((slot) => input(g, `${slot}/${name}`, p.type.shape));
    const after = updateNodes(g, optimiser, known, p, nodeOf(g, gradient), slots);
    next[`param/${name}`] = after[0]!.id;
    slotsOf(optimiser).forEach((slot, i) => {
      next[`${slot}/${name}`] = after[i + 1]!.id;
    });
  }
  return { graph: g, next, groups: [...scalars.keys()] };
}

type GroupScalars = Partial<Record<keyof UpdateScalars, Node>>;

/** Scalars of a group. What an output says multiplies the rate, and with it the decay, as `updateScalars` does for scales. */
function groupScalars(
  g: GraphBuilder,
  optimiser: Optimiser,
  group: string,
  scale: string | undefined,
): GroupScalars {
  const fed: GroupScalars = Object.fromEntries(
    scalarNames(optimiser).map((name) => [name, input(g, scalarInput(group, name), [])]),
  );
  const id = scale === undefined ? undefined : g.outputs[scale];
  if (id === undefined) return fed;
  const factor = nodeOf(g, id);
  const one = scalar(g, 1);
  return {
    ...fed,
    ...(fed.rate ? { rate: mul(g, fed.rate, factor) } : {}),
    ...(fed.keep ? { keep: sub(g, one, mul(g, sub(g, one, fed.keep), factor)) } : {}),
  };
}

/** Next p, m and (AdamW, Adam) v. */
function updateNodes(
  g: GraphBuilder,
  optimiser: Optimiser,
  s: GroupScalars,
  p: Node,
  gradient: Node,
  [m, v]: readonly Node[],
): readonly Node[] {
  const scaled = mul(g, gradient, s.gradientScale!);
  const decayed = s.decay ? add(g, scaled, mul(g, p, s.decay)) : scaled;
  if (optimiser.kind === 'sgd') {
    const nextM = add(g, mul(g, m!, scalar(g, optimiser.momentum)), decayed);
    return [sub(g, p, mul(g, nextM, s.rate!)), nextM];
  }
  const { beta1, beta2, eps } = optimiser;
  const nextM = add(g, mul(g, m!, scalar(g, beta1)), mul(g, decayed, scalar(g, 1 - beta1)));
  const square = mul(g, decayed, decayed);
  const nextV = add(g, mul(g, v!, scalar(g, beta2)), mul(g, square, scalar(g, 1 - beta2)));
  const root = add(g, mul(g, sqrt(g, nextV), s.secondScale!), scalar(g, eps));
  const kept = s.keep ? mul(g, p, s.keep) : p;
  const nextP = sub(g, kept, div(g, mul(g, nextM, s.rate!), root));
  return [nextP, nextM, nextV];
}
