/**
 * `relu_grad(dy, y, alpha)`: dy where y > 0, else alpha·dy. Backward of `relu` (alpha 0) and `leaky_relu`. Same shapes.
 * It has no gradient of its own.
 */
import type { GraphBuilder, Node } from '../ir.ts';
import { sameShape } from '../ir.ts';
import { emit, numberAttr, type OpDef, type RefTensor, refuse } from './op.ts';

export const reluGradOp: OpDef = {
  op: 'relu_grad',
  infer: (inputs) => {
    const [dy, y] = inputs;
    if (!dy || !y || !sameShape(dy.shape, y.shape)) return refuse('relu_grad', inputs, 'two equal shapes');
    return dy;
  },
  evaluate: (inputs, attrs) => {
    const [dy, y] = inputs as [RefTensor, RefTensor];
    const alpha = numberAttr(attrs, 'alpha');
    return dy.data.map((d, i) => (y.data[i]! > 0 ? d : alpha * d));
  },
};

export function reluGrad(g: GraphBuilder, dy: Node, y: Node, alpha: number): Node {
  return emit(g, reluGradOp, [dy, y], { alpha });
}
