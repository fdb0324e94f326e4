/** `scale_gradient(x, factor)`: x; its gradient is multiplied by the scalar `factor` (straight-through, MAO eq. 15). */
import type { GraphBuilder, Node } from '../ir.ts';
import { sizeOf } from '../ir.ts';
import { mul } from './mul.ts';
import { emit, type OpDef, type RefTensor, refuse } from './op.ts';

export const scaleGradientOp: OpDef = {
  op: 'scale_gradient',
  infer: (inputs) => {
    const [x, factor] = inputs;
    if (!x || !factor || sizeOf(factor.shape) !== 1 || factor.shape.length > 0)
      return refuse('scale_gradient', inputs, 'a tensor and a scalar');
    return x;
  },
  gradient: (g, _node, dy, [, factor]) => [mul(g, dy, factor!), undefined],
  evaluate: (inputs) => (inputs[0] as RefTensor).data,
};

export function scaleGradient(g: GraphBuilder, x: Node, factor: Node): Node {
  return emit(g, scaleGradientOp, [x, factor]);
}
