/**
 * Gated recurrent unit (Cho et al., EMNLP 2014), as PyTorch's `nn.GRU` with one layer: the same gates, biases and initial
 * bounds. Several independent units (`groups`) read the same sequence side by side.
 *
 * Features come first and items last, `[feature, item]`: with few features and many items every elementwise pass is then over
 * long rows, and a gate is one contiguous piece. A step is a node of its own, because the gradient of a slice is as large as
 * what it was cut from.
 */
import { linearUniform } from '../initialise.ts';
import type { GraphBuilder, Node } from '../ir.ts';
import { add } from '../ops/add.ts';
import { constant } from '../ops/constant.ts';
import { param } from '../ops/leaf.ts';
import { matmul } from '../ops/matmul.ts';
import { mul } from '../ops/mul.ts';
import { reshape } from '../ops/reshape.ts';
import { sigmoid } from '../ops/sigmoid.ts';
import { slice } from '../ops/slice.ts';
import { sub } from '../ops/sub.ts';
import { tanh } from '../ops/tanh.ts';

export interface GruOptions {
  /**
   * Parameters are `name.input.weight` `[groups · 3 · hidden, in]`, `name.input.bias` `[groups, 3 · hidden, 1]`,
   * `name.state.weight` `[groups, 3 · hidden, hidden]` and `name.state.bias`; gates in PyTorch's order reset, update, new.
   */
  readonly name: string;
  readonly group: string;
  readonly hidden: number;
  readonly groups: number;
}

/** Steps `[in, item]` of a sequence, first to last → the state after each, `[groups, hidden, item]`. It starts at zero. */
export function gru(g: GraphBuilder, steps: readonly Node[], options: GruOptions): Node[] {
  const { name, group, hidden, groups } = options;
  const [width = 0, items = 0] = steps[0]?.type.shape ?? [];
  const init = linearUniform(hidden);
  const inputWeight = param(g, `${name}.input.weight`, [groups * 3 * hidden, width], init, group);
  const inputBias = param(g, `${name}.input.bias`, [groups, 3 * hidden, 1], init, group);
  const stateWeight = param(g, `${name}.state.weight`, [groups, 3 * hidden, hidden], init, group);
  const stateBias = param(g, `${name}.state.bias`, [groups, 3 * hidden, 1], init, group);
  const gates = (x: Node, from: number, count: number) =>
    slice(g, x, [0, from * hidden, 0], [groups, count * hidden, items]);
  const half = (x: Node, at: number) => slice(g, x, [0, at * hidden, 0], [groups, hidden, items]);

  const states: Node[] = [];
  let state = constant(g, [0], [groups, hidden, items]);
  for (const step of steps) {
    const product = reshape(g, matmul(g, inputWeight, step), [groups, 3 * hidden, items]);
    const heard = add(g, product, inputBias);
    const kept = add(g, matmul(g, stateWeight, state), stateBias);
    const both = sigmoid(g, add(g, gates(heard, 0, 2), gates(kept, 0, 2)));
    const [reset, update] = [half(both, 0), half(both, 1)];
    const fresh = tanh(g, add(g, gates(heard, 2, 1), mul(g, reset, gates(kept, 2, 1))));
    state = add(g, fresh, mul(g, update, sub(g, state, fresh)));
    states.push(state);
  }
  return states;
}
