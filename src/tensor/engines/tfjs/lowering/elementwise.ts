/** Elementwise ops. tfjs broadcasts as NumPy does. */
import type { Tensor } from '@tensorflow/tfjs-core';
import { numberAttr } from '../../../ops/op.ts';
import type { TfApi } from '../backend.ts';
import { type LoweringRule, type LoweringTable, operand } from './lowering.ts';

function unary(f: (tf: TfApi, x: Tensor) => Tensor): LoweringRule {
  return ({ tf }, inputs) => f(tf, operand(inputs, 0));
}

function binary(f: (tf: TfApi, a: Tensor, b: Tensor) => Tensor): LoweringRule {
  return ({ tf }, inputs) => f(tf, operand(inputs, 0), operand(inputs, 1));
}

/** Φ(x), the normal distribution function. */
function normalCdf(tf: TfApi, x: Tensor): Tensor {
  return tf.mul(tf.add(tf.erf(tf.mul(x, Math.SQRT1_2)), 1), 0.5);
}

export const elementwiseLowerings: LoweringTable = {
  add: binary((tf, a, b) => tf.add(a, b)),
  sub: binary((tf, a, b) => tf.sub(a, b)),
  mul: binary((tf, a, b) => tf.mul(a, b)),
  div: binary((tf, a, b) => tf.div(a, b)),
  neg: unary((tf, x) => tf.neg(x)),
  exp: unary((tf, x) => tf.exp(x)),
  log: unary((tf, x) => tf.log(x)),
  sqrt: unary((tf, x) => tf.sqrt(x)),
  relu: unary((tf, x) => tf.relu(x)),
  sigmoid: unary((tf, x) => tf.sigmoid(x)),
  tanh: unary((tf, x) => tf.tanh(x)),
  leaky_relu: ({ tf }, inputs, node) => tf.leakyRelu(operand(inputs, 0), numberAttr(node.attrs, 'alpha')),
  // step(y, alpha) is 1 where y > 0, else alpha.
  relu_grad: ({ tf }, inputs, node) =>
    tf.mul(operand(inputs, 0), tf.step(operand(inputs, 1), numberAttr(node.attrs, 'alpha'))),
  gelu: unary((tf, x) => tf.mul(x, normalCdf(tf, x))),
  gelu_grad: binary((tf, dy, x) => {
    const density = tf.mul(tf.exp(tf.mul(tf.square(x), -0.5)), 1 / Math.sqrt(2 * Math.PI));
    return tf.mul(dy, tf.add(normalCdf(tf, x), tf.mul(x, density)));
  }),
  greater: binary((tf, a, b) => tf.greater(a, b)),
  equal: binary((tf, a, b) => tf.equal(a, b)),
  where: ({ tf }, inputs) => tf.where(operand(inputs, 0), operand(inputs, 1), operand(inputs, 2)),
};
