/** A graph with its backward graph and whatever rules make of the gradients: what an executor runs as one step. */
import { gradients } from './gradients.ts';
import type { Graph, GraphBuilder, Node, NodeId } from './ir.ts';
import { extendGraph, nodeOf, sizeOf } from './ir.ts';
import { add } from './ops/add.ts';
import { scalar } from './ops/constant.ts';
import { div } from './ops/div.ts';
import { greater } from './ops/greater.ts';
import { input } from './ops/leaf.ts';
import { mul } from './ops/mul.ts';
import { sqrt } from './ops/sqrt.ts';
import { where } from './ops/where.ts';
import { addNoise, combinePareto, type GroupRules, squaredNorm } from './rules.ts';

/** The gradient node of every parameter that the loss depends on. Plain data. */
export interface TrainingGraph {
  readonly graph: Graph;
  readonly loss: NodeId;
  /** Parameter name → gradient node, in the order of the parameters. */
  readonly gradients: { readonly [param: string]: NodeId };
  /** Inputs that take standard normal numbers, anew at every step → how many. */
  readonly noise: { readonly [input: string]: number };
}

export interface TrainingGraphOptions {
  /** The optimiser's. */
  readonly clip?: number | undefined;
  readonly rules?: GroupRules | undefined;
}

/** Appends the backward graph: gradients, rules of groups, then clipping. `loss` names an output of the graph. */
export function trainingGraph(graph: Graph, loss: string, options: TrainingGraphOptions = {}): TrainingGraph {
  const { clip, rules = {} } = options;
  const g = extendGraph(graph);
  const found = new Map<string, Node>();
  for (const [outputs, names] of byOutputs(graph, loss, rules)) {
    const [first = loss, second] = outputs.split(separator);
    const own = gradientsOf(g, first, names);
    if (second === undefined) for (const [name, node] of own) found.set(name, node);
    else combine(g, own, gradientsOf(g, second, names), found);
  }
  const noise = addNoises(g, rules, found);
  const factor = clip === undefined ? undefined : clipFactor(g, [...found.values()], clip);
  const byName: Record<string, NodeId> = {};
  for (const name of Object.keys(graph.params)) {
    const gradient = found.get(name);
    if (gradient) byName[name] = (factor ? mul(g, gradient, factor) : gradient).id;
  }
  const id = graph.outputs[loss];
  if (id === undefined) throw new RangeError(`the graph has no output ${loss}`);
  return { graph: g, loss: id, gradients: byName, noise };
}

/** Names of outputs hold no such character. */
const separator = '\n';

/** Which outputs the gradients of which parameters come from: the loss, or the two of a Pareto rule. */
function byOutputs(graph: Graph, loss: string, rules: GroupRules): Map<string, string[]> {
  const groups = new Map<string, string[]>();
  for (const [name, { group }] of Object.entries(graph.params)) {
    const pareto = rules[group]?.pareto;
    const outputs = pareto ? pareto.join(separator) : loss;
    groups.set(outputs, [...(groups.get(outputs) ?? []), name]);
  }
  return groups;
}

function gradientsOf(g: GraphBuilder, output: string, names: readonly string[]): Map<string, Node> {
  const id = g.outputs[output];
  if (id === undefined) throw new RangeError(`the graph has no output ${output}`);
  const wanted = names.map((name) => g.params[name]?.node ?? -1);
  const nodes = gradients(g, nodeOf(g, id), wanted);
  return new Map(
    names.flatMap((name, i) => {
      const node = nodes[i];
      return node ? [[name, node] as const] : [];
    }),
  );
}

/** Parameters that only one of the two losses depends on keep its gradient. */
function combine(
  g: GraphBuilder,
  joint: ReadonlyMap<string, Node>,
  own: ReadonlyMap<string, Node>,
  found: Map<string, Node>,
): void {
  const both = [...joint].flatMap(([name, a]) => {
    const b = own.get(name);
    return b ? [{ name, a, b }] : [];
  });
  for (const [name, node] of [...own, ...joint]) found.set(name, node);
  if (both.length === 0) return;
  const mixed = combinePareto(
    g,
    both.map(({ a }) => a),
    both.map(({ b }) => b),
  );
  both.forEach(({ name, a }, i) => {
    found.set(name, mixed[i] ?? a);
  });
}

function addNoises(g: GraphBuilder, rules: GroupRules, found: Map<string, Node>): Record<string, number> {
  const sizes: Record<string, number> = {};
  for (const [name, gradient] of [...found]) {
    const amount = rules[g.params[name]?.group ?? '']?.noise ?? 0;
    if (amount === 0) continue;
    const { shape } = gradient.type;
    const drawn = `noise/${name}`;
    sizes[drawn] = sizeOf(shape);
    found.set(name, addNoise(g, gradient, input(g, drawn, shape), amount));
  }
  return sizes;
}

/** min(1, clip / (‖all gradients‖₂ + 1e-6)), a scalar. Part of the graph, so that every executor clips alike. */
function clipFactor(g: GraphBuilder, found: readonly Node[], clip: number): Node {
  const norm = found.length === 0 ? scalar(g, 0) : sqrt(g, squaredNorm(g, found));
  const ratio = div(g, scalar(g, clip), add(g, norm, scalar(g, 1e-6)));
  return where(g, greater(g, ratio, scalar(g, 1)), scalar(g, 1), ratio);
}
