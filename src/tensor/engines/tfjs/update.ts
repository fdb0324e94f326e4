/** One optimiser update of one parameter in tfjs ops: the arithmetic of `updateReference` in the same order. */
import type { Tensor } from '@tensorflow/tfjs-core';
import type { Optimiser, UpdateScalars } from '../../optimiser.ts';
import type { TfApi } from './backend.ts';
import type { Slots } from './state.ts';

/** New tensors; the old ones and the gradient stay. */
export function updateTensors(
  tf: TfApi,
  optimiser: Optimiser,
  scalars: UpdateScalars,
  { param, m, v }: Slots,
  gradient: Tensor,
): Slots {
  return tf.tidy(() => {
    const scaled = scalars.gradientScale === 1 ? gradient : tf.mul(gradient, scalars.gradientScale);
    const g = scalars.decay === 0 ? scaled : tf.add(scaled, tf.mul(param, scalars.decay));
    if (optimiser.kind === 'sgd') {
      const nextM = tf.add(tf.mul(m, optimiser.momentum), g);
      return { param: tf.sub(param, tf.mul(nextM, scalars.rate)), m: nextM };
    }
    if (!v) throw new RangeError('Adam needs second moments');
    const { beta1, beta2, eps } = optimiser;
    const nextM = tf.add(tf.mul(m, beta1), tf.mul(g, 1 - beta1));
    const nextV = tf.add(tf.mul(v, beta2), tf.mul(tf.square(g), 1 - beta2));
    const direction = tf.div(nextM, tf.add(tf.mul(tf.sqrt(nextV), scalars.secondScale), eps));
    const next = tf.sub(tf.mul(param, scalars.keep), tf.mul(direction, scalars.rate));
    return { param: next, m: nextM, v: nextV };
  });
}
