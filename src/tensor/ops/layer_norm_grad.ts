/**
 * `layer_norm_grad(dy, x, gamma, eps)`: gradient of `layer_norm` with respect to x. With u = dy·gamma and x̂ the normalised
 * x: (u − mean(u) − x̂ · mean(u·x̂)) / sqrt(var + eps), means over the last axis. It has no gradient of its own.
 */
import type { GraphBuilder, Node } from '../ir.ts';
import { sameShape } from '../ir.ts';
import { normaliseRow } from './normalise.ts';
import { emit, numberAttr, type OpDef, type RefTensor, refuse } from './op.ts';

export const layerNormGradOp: OpDef = {
  op: 'layer_norm_grad',
  infer: (inputs) => {
    const [dy, x, gamma] = inputs;
    if (!dy || !x || !gamma || !sameShape(dy.shape, x.shape))
      return refuse('layer_norm_grad', inputs, 'dy and x of equal shape, and gamma');
    return dy;
  },
  evaluate: (inputs, attrs) => {
    const [dy, x, gamma] = inputs as [RefTensor, RefTensor, RefTensor];
    const n = gamma.data.length;
    const out = new Float64Array(x.data.length);
    for (let at = 0; at < out.length; at += n) {
      const { hat, invStd } = normaliseRow(x.data.subarray(at, at + n), numberAttr(attrs, 'eps'));
      const u = gamma.data.map((w, i) => w * dy.data[at + i]!);
      const mean = u.reduce((sum, v) => sum + v, 0) / n;
      const slope = u.reduce((sum, v, i) => sum + v * hat[i]!, 0) / n;
      for (let i = 0; i < n; i++) out[at + i] = (u[i]! - mean - hat[i]! * slope) * invStd;
    }
    return out;
  },
};

export function layerNormGrad(g: GraphBuilder, dy: Node, x: Node, gamma: Node, eps: number): Node {
  return emit(g, layerNormGradOp, [dy, x, gamma], { eps });
}
