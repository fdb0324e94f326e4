/** `log_softmax(x)`: logarithm of the softmax over the last axis, its maximum subtracted first. */
import type { GraphBuilder, Node } from '../ir.ts';
import { inferUnary } from './elementwise.ts';
import { exp } from './exp.ts';
import { mul } from './mul.ts';
import { emit, type OpDef, type RefTensor } from './op.ts';
import { reduceSum } from './reduce_sum.ts';
import { sub } from './sub.ts';

export const logSoftmaxOp: OpDef = {
  op: 'log_softmax',
  infer: (inputs) => inferUnary('log_softmax', inputs),
  gradient: (g, node, dy) => {
    const sum = reduceSum(g, dy, [node.type.shape.length - 1], true);
    return [sub(g, dy, mul(g, exp(g, node), sum))];
  },
  evaluate: (inputs) => {
    const [x] = inputs as [RefTensor];
    const n = x.shape.at(-1)!;
    const out = new Float64Array(x.data.length);
    for (let at = 0; at < out.length; at += n) {
      const row = x.data.subarray(at, at + n);
      const max = Math.max(...row);
      const logSum = max + Math.log(row.reduce((total, v) => total + Math.exp(v - max), 0));
      for (let i = 0; i < n; i++) out[at + i] = row[i]! - logSum;
    }
    return out;
  },
};

export function logSoftmax(g: GraphBuilder, x: Node): Node {
  return emit(g, logSoftmaxOp, [x]);
}
