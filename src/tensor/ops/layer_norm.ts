/**
 * `layer_norm(x, gamma, beta, eps)`: (x − mean) / sqrt(var + eps) · gamma + beta over the last axis, the variance being the
 * mean squared deviation (PyTorch's LayerNorm, eps 1e-5). gamma and beta have shape `[last]`.
 */
import type { GraphBuilder, Node } from '../ir.ts';
import { sameShape } from '../ir.ts';
import { constant } from './constant.ts';
import { layerNormGrad } from './layer_norm_grad.ts';
import { mul } from './mul.ts';
import { normalise, normaliseRow } from './normalise.ts';
import { emit, numberAttr, type OpDef, type RefTensor, refuse } from './op.ts';
import { sumTo } from './sum_to.ts';

export const layerNormOp: OpDef = {
  op: 'layer_norm',
  infer: (inputs) => {
    const [x, gamma, beta] = inputs;
    const last = x?.shape.at(-1);
    if (!x || !gamma || !beta || last === undefined) return refuse('layer_norm', inputs, 'x, gamma and beta');
    if (!sameShape(gamma.shape, [last]) || !sameShape(beta.shape, [last]))
      return refuse('layer_norm', inputs, `gamma and beta of shape [${last}]`);
    return x;
  },
  gradient: (g, node, dy, [x, gamma], needs) => {
    const eps = numberAttr(node.attrs, 'eps');
    return [
      needs[0] ? layerNormGrad(g, dy, x!, gamma!, eps) : undefined,
      needs[1] ? sumTo(g, mul(g, dy, normalise(g, x!, eps)), gamma!.type.shape) : undefined,
      needs[2] ? sumTo(g, dy, gamma!.type.shape) : undefined,
    ];
  },
  evaluate: (inputs, attrs) => {
    const [x, gamma, beta] = inputs as [RefTensor, RefTensor, RefTensor];
    const n = gamma.data.length;
    const out = new Float64Array(x.data.length);
    for (let at = 0; at < out.length; at += n) {
      const { hat } = normaliseRow(x.data.subarray(at, at + n), numberAttr(attrs, 'eps'));
      for (let i = 0; i < n; i++) out[at + i] = hat[i]! * gamma.data[i]! + beta.data[i]!;
    }
    return out;
  },
};

export function layerNorm(g: GraphBuilder, x: Node, gamma: Node, beta: Node, eps = 1e-5): Node {
  return emit(g, layerNormOp, [x, gamma, beta], { eps });
}

/** Layer norm without gain and bias. */
export function plainLayerNorm(g: GraphBuilder, x: Node, eps = 1e-5): Node {
  const last = [x.type.shape.at(-1)!];
  return layerNorm(g, x, constant(g, [1], last), constant(g, [0], last), eps);
}
