/**
 * `dropout(x, rate, key)`: in training each element is kept with probability 1 − rate and divided by it, else 0; in
 * evaluation x. The mask depends on (seed, step, key, element index) alone (`random.ts`), so its backward is the same op
 * with the same key. Keys name places in the model: two dropouts with one key would share a mask.
 */
import type { GraphBuilder, Node } from '../ir.ts';
import { inferUnary } from './elementwise.ts';
import { emit, numberAttr, type OpDef, type RefTensor, textAttr } from './op.ts';

export const dropoutOp: OpDef = {
  op: 'dropout',
  infer: (inputs) => inferUnary('dropout', inputs),
  gradient: (g, node, dy) => [dropout(g, dy, numberAttr(node.attrs, 'rate'), textAttr(node.attrs, 'key'))],
  evaluate: (inputs, attrs, _type, context) => {
    const [x] = inputs as [RefTensor];
    const mask = context.dropoutMask(textAttr(attrs, 'key'), numberAttr(attrs, 'rate'), x.data.length);
    return mask ? x.data.map((v, i) => v * mask[i]!) : x.data;
  },
};

/** `rate` in [0, 1); 0 gives x itself. */
export function dropout(g: GraphBuilder, x: Node, rate: number, key: string): Node {
  return rate === 0 ? x : emit(g, dropoutOp, [x], { rate, key });
}
