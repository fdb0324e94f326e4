/**
 * Convolution over time without padding, as PyTorch's `nn.Conv1d`, of sequences that several `groups` have side by side, each
 * with filters of its own. The taps become rows of one product. Layout as in `gru.ts`: features first, items last.
 */
import { linearUniform } from '../initialise.ts';
import type { GraphBuilder, Node } from '../ir.ts';
import { add } from '../ops/add.ts';
import { concat } from '../ops/concat.ts';
import { param } from '../ops/leaf.ts';
import { matmul } from '../ops/matmul.ts';
import { slice } from '../ops/slice.ts';

export interface Conv1dOptions {
  /** Parameters are `name.weight` `[groups, out, kernel · in]`, tap by tap, and `name.bias` `[groups, out, 1]`. */
  readonly name: string;
  readonly group: string;
  readonly out: number;
  readonly kernel: number;
}

/** Steps `[groups, in, item]`, first to last → `[groups, out, (steps − kernel + 1) · item]`, time before item. */
export function conv1d(g: GraphBuilder, steps: readonly Node[], options: Conv1dOptions): Node {
  const { name, group, out, kernel } = options;
  const [groups = 0, width = 0, items = 0] = steps[0]?.type.shape ?? [];
  const places = steps.length - kernel + 1;
  if (places < 1) throw new RangeError(`${steps.length} steps are shorter than a kernel of ${kernel}`);
  const whole = concat(g, steps, 2);
  const taps = Array.from({ length: kernel }, (_, tap) =>
    slice(g, whole, [0, 0, tap * items], [groups, width, places * items]),
  );
  const init = linearUniform(kernel * width);
  const weight = param(g, `${name}.weight`, [groups, out, kernel * width], init, group);
  const bias = param(g, `${name}.bias`, [groups, out, 1], init, group);
  return add(g, matmul(g, weight, concat(g, taps, 1)), bias);
}
