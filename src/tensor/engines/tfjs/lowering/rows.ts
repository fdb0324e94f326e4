/** Ops that pick rows by number. */
import type { Tensor, Tensor1D } from '@tensorflow/tfjs-core';
import { numberAttr } from '../../../ops/op.ts';
import type { TfApi } from '../backend.ts';
import { type LoweringTable, operand } from './lowering.ts';

/** Cast afterwards: asked for float32, the WebAssembly kernel of tfjs 4.22 writes the bits of an integer 1. */
function oneHot(tf: TfApi, labels: Tensor, classes: number): Tensor {
  return tf.cast(tf.oneHot(labels, classes), 'float32');
}

export const rowLowerings: LoweringTable = {
  one_hot: ({ tf }, inputs, node) => oneHot(tf, operand(inputs, 0), numberAttr(node.attrs, 'classes')),
  gather: ({ tf }, inputs) => tf.gather(operand(inputs, 0), operand(inputs, 1) as Tensor1D, 0),
  scatter_rows: ({ tf, unorderedScatter }, inputs, node) => {
    const x = operand(inputs, 0);
    const indices = operand(inputs, 1);
    const rows = numberAttr(node.attrs, 'rows');
    if (!unorderedScatter) return tf.scatterND(tf.expandDims(indices, 1), x, [...node.type.shape]);
    // A product with the one-hot rows adds in a fixed order.
    const chosen = oneHot(tf, indices, rows);
    const flat = tf.reshape(x, [x.shape[0] ?? 0, -1]);
    return tf.reshape(tf.matMul(chosen, flat, true, false), [...node.type.shape]);
  },
};
