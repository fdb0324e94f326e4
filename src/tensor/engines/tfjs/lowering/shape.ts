/** Ops that move elements without computing, and the straight-through ops. */
import { listAttr, numberAttr, textAttr } from '../../../ops/op.ts';
import { type LoweringRule, type LoweringTable, operand } from './lowering.ts';

/** The same data under another handle: no copy. */
const same: LoweringRule = ({ tf }, inputs) => tf.clone(operand(inputs, 0));

export const shapeLowerings: LoweringTable = {
  reshape: ({ tf }, inputs, node) => tf.reshape(operand(inputs, 0), [...node.type.shape]),
  transpose: ({ tf }, inputs, node) => tf.transpose(operand(inputs, 0), [...listAttr(node.attrs, 'axes')]),
  slice: ({ tf }, inputs, node) =>
    tf.slice(operand(inputs, 0), [...listAttr(node.attrs, 'starts')], [...listAttr(node.attrs, 'sizes')]),
  pad: ({ tf }, inputs, node) => {
    const x = operand(inputs, 0);
    const shape = listAttr(node.attrs, 'shape');
    const starts = listAttr(node.attrs, 'starts');
    const margins = x.shape.map((n, i): [number, number] => {
      const start = starts[i] ?? 0;
      return [start, (shape[i] ?? n) - n - start];
    });
    return tf.pad(x, margins);
  },
  concat: ({ tf }, inputs, node) => tf.concat([...inputs], numberAttr(node.attrs, 'axis')),
  broadcast_to: ({ tf }, inputs, node) => tf.broadcastTo(operand(inputs, 0), [...node.type.shape]),
  stop_gradient: same,
  scale_gradient: same,
  dropout: (context, inputs, node) => {
    const { tf } = context;
    const x = operand(inputs, 0);
    const mask = context.dropoutMask(textAttr(node.attrs, 'key'), numberAttr(node.attrs, 'rate'), x.size);
    return mask ? tf.mul(x, tf.reshape(mask, x.shape)) : tf.clone(x);
  },
};
