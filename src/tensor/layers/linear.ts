/** Linear layer: x · Wᵀ + b, the weight stored `[out, in]` and started as in PyTorch's `nn.Linear`. */
import { linearUniform, zeros } from '../initialise.ts';
import type { GraphBuilder, Initialiser, Node } from '../ir.ts';
import { sizeOf } from '../ir.ts';
import { add } from '../ops/add.ts';
import { param } from '../ops/leaf.ts';
import { matmul } from '../ops/matmul.ts';
import { reshape } from '../ops/reshape.ts';

export interface LinearOptions {
  /** Parameters are `name.weight` and `name.bias`. */
  readonly name: string;
  readonly group: string;
  readonly bias?: boolean;
  readonly weightInit?: Initialiser;
  readonly biasInit?: Initialiser;
}

/** x `[…, in]` → `[…, out]`. */
export function linear(g: GraphBuilder, x: Node, out: number, options: LinearOptions): Node {
  const fanIn = x.type.shape.at(-1)!;
  const weight = linearWeight(g, out, fanIn, options);
  const rows = reshape(g, x, [sizeOf(x.type.shape) / fanIn, fanIn]);
  const product = matmul(g, rows, weight, { transB: true });
  const shifted = (options.bias ?? true) ? add(g, product, linearBias(g, out, fanIn, options)) : product;
  return reshape(g, shifted, [...x.type.shape.slice(0, -1), out]);
}

/** `[out, in]`: the weight of the layer, for whoever reads it otherwise than the layer does. */
export function linearWeight(g: GraphBuilder, out: number, fanIn: number, options: LinearOptions): Node {
  const { name, group, weightInit = linearUniform(fanIn) } = options;
  return param(g, `${name}.weight`, [out, fanIn], weightInit, group);
}

/** `[out]`. */
export function linearBias(g: GraphBuilder, out: number, fanIn: number, options: LinearOptions): Node {
  const { name, group, biasInit = linearUniform(fanIn) } = options;
  return param(g, `${name}.bias`, [out], biasInit, group);
}

/** A bias that starts at zero, as in PyTorch's attention. */
export const zeroBias: Pick<LinearOptions, 'biasInit'> = { biasInit: zeros };
