/** `gelu_grad(dy, x)`: dy · (Φ(x) + x·φ(x)). Backward of `gelu`; it has no gradient of its own. */
import type { GraphBuilder, Node } from '../ir.ts';
import { sameShape } from '../ir.ts';
import { emit, type OpDef, type RefTensor, refuse } from './op.ts';

/** Φ(x) to about 1e-15: a Taylor series near 0, a continued fraction in the tails. */
export function normalCdf(x: number): number {
  if (x < -38) return 0;
  if (x > 38) return 1;
  const density = Math.exp(-(x * x) / 2) / Math.sqrt(2 * Math.PI);
  if (Math.abs(x) < 4) {
    let term = x;
    let sum = x;
    for (let k = 1; Math.abs(term) > 1e-17 * Math.abs(sum) && k < 200; k++) {
      term *= (x * x) / (2 * k + 1);
      sum += term;
    }
    return 0.5 + density * sum;
  }
  const a = Math.abs(x);
  let fraction = a;
  for (let k = 60; k > 0; k--) fraction = a + k / fraction;
  return x < 0 ? density / fraction : 1 - density / fraction;
}

export const geluGradOp: OpDef = {
  op: 'gelu_grad',
  infer: (inputs) => {
    const [dy, x] = inputs;
    if (!dy || !x || !sameShape(dy.shape, x.shape)) return refuse('gelu_grad', inputs, 'two equal shapes');
    return dy;
  },
  evaluate: (inputs) => {
    const [dy, x] = inputs as [RefTensor, RefTensor];
    return dy.data.map((d, i) => {
      const v = x.data[i]!;
      return d * (normalCdf(v) + (v * Math.exp(-(v * v) / 2)) / Math.sqrt(2 * Math.PI));
    });
  },
};

export function geluGrad(g: GraphBuilder, dy: Node, x: Node): Node {
  return emit(g, geluGradOp, [dy, x]);
}
