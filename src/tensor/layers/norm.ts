/** Layer norm over the last axis with trained gain and bias (`name.weight` = 1, `name.bias` = 0 at the start). */
import { ones, zeros } from '../initialise.ts';
import type { GraphBuilder, Node } from '../ir.ts';
import { layerNorm } from '../ops/layer_norm.ts';
import { param } from '../ops/leaf.ts';

export interface NormOptions {
  readonly name: string;
  readonly group: string;
  readonly eps?: number;
}

export function norm(g: GraphBuilder, x: Node, options: NormOptions): Node {
  const last = [x.type.shape.at(-1)!];
  const gamma = param(g, `${options.name}.weight`, last, ones, options.group);
  const beta = param(g, `${options.name}.bias`, last, zeros, options.group);
  return layerNorm(g, x, gamma, beta, options.eps ?? 1e-5);
}
