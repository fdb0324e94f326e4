/** `stop_gradient(x)`: x; nothing flows back. */
import type { GraphBuilder, Node } from '../ir.ts';
import { emit, type OpDef, type RefTensor, refuse } from './op.ts';

export const stopGradientOp: OpDef = {
  op: 'stop_gradient',
  infer: (inputs) => inputs[0] ?? refuse('stop_gradient', inputs, 'one tensor'),
  evaluate: (inputs) => (inputs[0] as RefTensor).data,
};

export function stopGradient(g: GraphBuilder, x: Node): Node {
  return emit(g, stopGradientOp, [x]);
}
