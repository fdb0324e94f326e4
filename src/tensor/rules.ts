/**
 * What happens to the gradients of a group of parameters between the backward pass and the update, as data. Combining,
 * noise and clipping are nodes of the training graph, so that every executor does them alike.
 */
import type { StepOptions } from './engine.ts';
import type { GraphBuilder, Node } from './ir.ts';
import { sizeOf } from './ir.ts';
import { add } from './ops/add.ts';
import { scalar } from './ops/constant.ts';
import { div } from './ops/div.ts';
import { greater } from './ops/greater.ts';
import { mul } from './ops/mul.ts';
import { reduceMean } from './ops/reduce_mean.ts';
import { reduceSum } from './ops/reduce_sum.ts';
import { reshape } from './ops/reshape.ts';
import { sqrt } from './ops/sqrt.ts';
import { sub } from './ops/sub.ts';
import { where } from './ops/where.ts';

export interface GroupRule {
  /** A scalar output: what it says in a step multiplies the group's scale in the same step. */
  readonly scale?: string;
  /** Two scalar outputs: the group's gradient is made of theirs (`combinePareto`), not of the loss's. */
  readonly pareto?: readonly [joint: string, own: string];
  /** Normal noise of so many standard deviations of each parameter's gradient is added to it. */
  readonly noise?: number;
}

export type GroupRules = { readonly [group: string]: GroupRule };

/** A list of the numbers of a tensor. */
const flat = (g: GraphBuilder, x: Node) => reshape(g, x, [sizeOf(x.type.shape)]);

const inner = (g: GraphBuilder, a: Node, b: Node) => reduceSum(g, mul(g, flat(g, a), flat(g, b)), [0]);

export const sumNodes = (g: GraphBuilder, nodes: readonly Node[]): Node =>
  nodes.reduce((sum, node) => add(g, sum, node));

/** ‖x‖² over all tensors together, a scalar. */
export const squaredNorm = (g: GraphBuilder, tensors: readonly Node[]): Node =>
  sumNodes(
    g,
    tensors.map((x) => inner(g, x, x)),
  );

/** Keeps a quotient finite where both gradients are zero. */
const tiny = 1e-12;

/**
 * MMPareto (Wei & Hu, ICML 2024) for the parameters of one group together: gradients that do not conflict (cos ≥ 0) are added;
 * else their convex combination of least norm is taken, with the length of their sum. `joint` and `own` are parallel lists.
 */
export function combinePareto(g: GraphBuilder, joint: readonly Node[], own: readonly Node[]): Node[] {
  const pairs = joint.map((a, i) => [a, own[i] ?? a] as const);
  const dot = sumNodes(
    g,
    pairs.map(([a, b]) => inner(g, a, b)),
  );
  const [jj, oo] = [squaredNorm(g, joint), squaredNorm(g, own)];
  const zero = scalar(g, 0);
  const one = scalar(g, 1);
  const conflict = greater(g, zero, dot);
  // argmin over α in [0, 1] of ‖α joint + (1 − α) own‖.
  const apart = add(g, sub(g, add(g, jj, oo), mul(g, scalar(g, 2), dot)), scalar(g, tiny));
  const free = div(g, sub(g, oo, dot), apart);
  const above = where(g, greater(g, free, zero), free, zero);
  const alpha = where(g, greater(g, above, one), one, above);
  const rest = sub(g, one, alpha);
  const mixed = pairs.map(([a, b]) => add(g, mul(g, a, alpha), mul(g, b, rest)));
  const sums = pairs.map(([a, b]) => add(g, a, b));
  const length = sqrt(g, div(g, squaredNorm(g, sums), add(g, squaredNorm(g, mixed), scalar(g, tiny))));
  return mixed.map((x, i) => {
    const sum = sums[i] ?? x;
    return add(g, mul(g, where(g, conflict, zero, one), sum), mul(g, where(g, conflict, length, zero), x));
  });
}

/** x + amount · std(x) · noise, the population standard deviation over the tensor. */
export function addNoise(g: GraphBuilder, x: Node, noise: Node, amount: number): Node {
  const values = flat(g, x);
  const mean = reduceMean(g, values, [0]);
  const centred = sub(g, values, mean);
  const std = sqrt(g, reduceMean(g, mul(g, centred, centred), [0]));
  return add(g, x, mul(g, noise, mul(g, std, scalar(g, amount))));
}

/** Step options with the scales that outputs of this step say, on top of those that were given. */
export function withOutputScales(
  rules: GroupRules | undefined,
  options: StepOptions,
  told: (output: string) => number,
): StepOptions {
  if (!rules) return options;
  const scales = { ...options.scales };
  for (const [group, { scale }] of Object.entries(rules)) {
    if (scale !== undefined) scales[group] = (scales[group] ?? 1) * told(scale);
  }
  return { ...options, scales };
}

/** The outputs that scales are read from. */
export const scaleOutputs = (rules: GroupRules | undefined): readonly string[] =>
  Object.values(rules ?? {}).flatMap(({ scale }) => scale ?? []);
