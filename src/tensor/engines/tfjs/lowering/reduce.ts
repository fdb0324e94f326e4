/** Reductions over axes, softmax and layer norm. */
import type { Tensor } from '@tensorflow/tfjs-core';
import { flagAttr, listAttr, numberAttr } from '../../../ops/op.ts';
import type { TfApi } from '../backend.ts';
import { type LoweringRule, type LoweringTable, operand } from './lowering.ts';

function reduction(f: (tf: TfApi, x: Tensor, axes: number[], keep: boolean) => Tensor): LoweringRule {
  return ({ tf }, inputs, { attrs }) =>
    f(tf, operand(inputs, 0), [...listAttr(attrs, 'axes')], flagAttr(attrs, 'keep'));
}

/** x̂ and 1/σ over the last axis, the variance being the mean squared deviation. */
function normalise(tf: TfApi, x: Tensor, eps: number): { hat: Tensor; invStd: Tensor } {
  const centred = tf.sub(x, tf.mean(x, -1, true));
  const invStd = tf.rsqrt(tf.add(tf.mean(tf.square(centred), -1, true), eps));
  return { hat: tf.mul(centred, invStd), invStd };
}

export const reduceLowerings: LoweringTable = {
  reduce_sum: reduction((tf, x, axes, keep) => tf.sum(x, axes, keep)),
  reduce_mean: reduction((tf, x, axes, keep) => tf.mean(x, axes, keep)),
  reduce_max: reduction((tf, x, axes, keep) => tf.max(x, axes, keep)),
  softmax: ({ tf }, inputs) => tf.softmax(operand(inputs, 0), -1),
  log_softmax: ({ tf }, inputs) => {
    const x = operand(inputs, 0);
    const shifted = tf.sub(x, tf.max(x, -1, true));
    return tf.sub(shifted, tf.log(tf.sum(tf.exp(shifted), -1, true)));
  },
  normalise: ({ tf }, inputs, { attrs }) => normalise(tf, operand(inputs, 0), numberAttr(attrs, 'eps')).hat,
  layer_norm: ({ tf }, inputs, { attrs }) => {
    const { hat } = normalise(tf, operand(inputs, 0), numberAttr(attrs, 'eps'));
    return tf.add(tf.mul(hat, operand(inputs, 1)), operand(inputs, 2));
  },
  layer_norm_grad: ({ tf }, inputs, { attrs }) => {
    const { hat, invStd } = normalise(tf, operand(inputs, 1), numberAttr(attrs, 'eps'));
    const u = tf.mul(operand(inputs, 0), operand(inputs, 2));
    const slope = tf.mean(tf.mul(u, hat), -1, true);
    return tf.mul(tf.sub(tf.sub(u, tf.mean(u, -1, true)), tf.mul(hat, slope)), invStd);
  },
};
