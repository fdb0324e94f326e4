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
  const init = linearUniform(fanIn);
  const { name, group, bias = true, weightInit = init, biasInit = init } = options;
  const weight = param(g, `${name}.weight`, [out, fanIn], weightInit, group);
  const rows = reshape(g, x, [sizeOf(x.type.shape) / fanIn, fanIn]);
  const product = matmul(g, rows, weight, { transB: true });
  const shifted = bias ? add(g, product, param(g, `${name}.bias`, [out], biasInit, group)) : product;
  return reshape(g, shifted, [...x.type.shape.slice(0, -1), out]);
}

/** A bias that starts at zero, as in PyTorch's attention. */
export const zeroBias: Pick<LinearOptions, 'biasInit'> = { biasInit: zeros };
