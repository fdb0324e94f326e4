/**
 * `normalise(x, eps)`: x̂ = (x − mean) / sqrt(var + eps) over the last axis. Part of the backward of `layer_norm`; it has no
 * gradient of its own.
 */
import type { GraphBuilder, Node } from '../ir.ts';
import { inferUnary } from './elementwise.ts';
import { emit, numberAttr, type OpDef, type RefTensor } from './op.ts';

export function normaliseRow(row: Float64Array, eps: number): { hat: Float64Array; invStd: number } {
  const mean = row.reduce((sum, v) => sum + v, 0) / row.length;
  const variance = row.reduce((sum, v) => sum + (v - mean) ** 2, 0) / row.length;
  const invStd = 1 / Math.sqrt(variance + eps);
  return { hat: row.map((v) => (v - mean) * invStd), invStd };
}

export const normaliseOp: OpDef = {
  op: 'normalise',
  infer: (inputs) => inferUnary('normalise', inputs),
  evaluate: (inputs, attrs) => {
    const [x] = inputs as [RefTensor];
    const n = x.shape.at(-1)!;
    const out = new Float64Array(x.data.length);
    for (let at = 0; at < out.length; at += n)
      out.set(normaliseRow(x.data.subarray(at, at + n), numberAttr(attrs, 'eps')).hat, at);
    return out;
  },
};

export function normalise(g: GraphBuilder, x: Node, eps: number): Node {
  return emit(g, normaliseOp, [x], { eps });
}
