/** `sumTo(x, shape)`: sums x over the axes along which `shape` was broadcast. A composite, not an op. */
import type { GraphBuilder, Node } from '../ir.ts';
import { sameShape } from '../ir.ts';
import { reduceSum } from './reduce_sum.ts';
import { reshape } from './reshape.ts';

export function sumTo(g: GraphBuilder, x: Node, shape: readonly number[]): Node {
  const from = x.type.shape;
  if (sameShape(from, shape)) return x;
  const lead = from.length - shape.length;
  const axes = from.flatMap((n, i) => (i < lead || (shape[i - lead] === 1 && n !== 1) ? [i] : []));
  const summed = axes.length > 0 ? reduceSum(g, x, axes, true) : x;
  return reshape(g, summed, shape);
}
