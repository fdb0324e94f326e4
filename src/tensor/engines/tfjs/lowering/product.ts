/** `matmul`. */
import type { Tensor } from '@tensorflow/tfjs-core';
import { flagAttr, numberAttr } from '../../../ops/op.ts';
import { type Lowering, type LoweringTable, operand } from './lowering.ts';

/** The operand as `[…batch, rows, columns]`, or with rows and columns swapped where `swapped` says so. */
function plainOperand(context: Lowering, x: Tensor, trans: boolean, inner: boolean) {
  const swap = trans && !context.transposesInProducts;
  const last = x.rank - 1;
  const axes = inner ? [1, 0, 2] : x.shape.map((_, i) => i);
  if (swap) {
    const rows = axes[last - 1] ?? 0;
    axes[last - 1] = axes[last] ?? 0;
    axes[last] = rows;
  }
  const moved = axes.some((axis, i) => axis !== i);
  return { tensor: moved ? context.tf.transpose(x, axes) : x, swapped: trans && !swap };
}

export const productLowerings: LoweringTable = {
  matmul: (context, inputs, { attrs }) => {
    const { tf } = context;
    const a = plainOperand(context, operand(inputs, 0), flagAttr(attrs, 'transA'), flagAttr(attrs, 'innerA'));
    const b = plainOperand(context, operand(inputs, 1), flagAttr(attrs, 'transB'), flagAttr(attrs, 'innerB'));
    const product = tf.matMul(a.tensor, b.tensor, a.swapped, b.swapped);
    const alpha = numberAttr(attrs, 'alpha');
    return alpha === 1 ? product : tf.mul(product, alpha);
  },
};
