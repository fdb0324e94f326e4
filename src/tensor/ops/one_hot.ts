/** `one_hot(labels, classes)`: float32 `[n, classes]`, 1 at each int32 label of `[n]`, all in [0, classes). No gradient. */
import type { GraphBuilder, Node } from '../ir.ts';
import { sizeOf } from '../ir.ts';
import { emit, numberAttr, type OpDef, type RefTensor, refuse } from './op.ts';

export const oneHotOp: OpDef = {
  op: 'one_hot',
  infer: (inputs, attrs) => {
    const [labels] = inputs;
    if (labels?.dtype !== 'int32' || labels.shape.length !== 1)
      return refuse('one_hot', inputs, 'an int32 list of labels');
    return { dtype: 'float32', shape: [labels.shape[0]!, numberAttr(attrs, 'classes')] };
  },
  evaluate: (inputs, attrs, type) => {
    const out = new Float64Array(sizeOf(type.shape));
    (inputs[0] as RefTensor).data.forEach((label, i) => {
      out[i * numberAttr(attrs, 'classes') + label] = 1;
    });
    return out;
  },
};

export function oneHot(g: GraphBuilder, labels: Node, classes: number): Node {
  return emit(g, oneHotOp, [labels], { classes });
}
