/** `softmax(x)`: over the last axis, its maximum subtracted first. */
import type { GraphBuilder, Node } from '../ir.ts';
import { inferUnary } from './elementwise.ts';
import { mul } from './mul.ts';
import { emit, type OpDef, type RefTensor } from './op.ts';
import { reduceSum } from './reduce_sum.ts';
import { sub } from './sub.ts';

export const softmaxOp: OpDef = {
  op: 'softmax',
  infer: (inputs) => inferUnary('softmax', inputs),
  gradient: (g, node, dy) => {
    const weighted = mul(g, dy, node);
    const sum = reduceSum(g, weighted, [node.type.shape.length - 1], true);
    return [mul(g, node, sub(g, dy, sum))];
  },
  evaluate: (inputs) => {
    const [x] = inputs as [RefTensor];
    const n = x.shape.at(-1)!;
    const out = new Float64Array(x.data.length);
    for (let at = 0; at < out.length; at += n) {
      const row = x.data.subarray(at, at + n);
      const max = Math.max(...row);
      const exps = row.map((v) => Math.exp(v - max));
      const sum = exps.reduce((total, v) => total + v, 0);
      for (let i = 0; i < n; i++) out[at + i] = exps[i]! / sum;
    }
    return out;
  },
};

export function softmax(g: GraphBuilder, x: Node): Node {
  return emit(g, softmaxOp, [x]);
}
