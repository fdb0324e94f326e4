/** `where(condition, a, b)`: a where the bool condition holds, else b. The three shapes must be equal. */
import type { GraphBuilder, Node } from '../ir.ts';
import { sameShape } from '../ir.ts';
import { zerosLike } from './constant.ts';
import { emit, type OpDef, type RefTensor, refuse } from './op.ts';

export const whereOp: OpDef = {
  op: 'where',
  infer: (inputs) => {
    const [c, a, b] = inputs;
    if (!c || !a || !b || c.dtype !== 'bool' || a.dtype !== 'float32' || b.dtype !== 'float32')
      return refuse('where', inputs, 'a bool condition and two float32 tensors');
    if (!sameShape(c.shape, a.shape) || !sameShape(a.shape, b.shape))
      return refuse('where', inputs, 'three equal shapes');
    return a;
  },
  gradient: (g, node, dy, [c], needs) => {
    const zeros = zerosLike(g, node);
    return [
      undefined,
      needs[1] ? where(g, c!, dy, zeros) : undefined,
      needs[2] ? where(g, c!, zeros, dy) : undefined,
    ];
  },
  evaluate: (inputs) => {
    const [c, a, b] = inputs as [RefTensor, RefTensor, RefTensor];
    return a.data.map((v, i) => (c.data[i] ? v : b.data[i]!));
  },
};

export function where(g: GraphBuilder, condition: Node, a: Node, b: Node): Node {
  return emit(g, whereOp, [condition, a, b]);
}
