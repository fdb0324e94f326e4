/** Shared by the reductions: shape rule and reference loop. */
import type { Attrs, TensorType } from '../ir.ts';
import { sizeOf } from '../ir.ts';
import { broadcastOffsets } from './elementwise.ts';
import { flagAttr, listAttr, type RefTensor, refuse } from './op.ts';

/** The shape with the reduced axes kept as 1. */
export function keptShape(shape: readonly number[], axes: readonly number[]): number[] {
  return shape.map((n, i) => (axes.includes(i) ? 1 : n));
}

export function inferReduce(op: string, inputs: readonly TensorType[], attrs: Attrs): TensorType {
  const [x] = inputs;
  const axes = listAttr(attrs, 'axes');
  if (x?.dtype !== 'float32' || axes.length === 0 || axes.some((a) => a < 0 || a >= x.shape.length))
    return refuse(op, inputs, `a float32 tensor with axes ${axes.join(', ')}`);
  const shape = flagAttr(attrs, 'keep')
    ? keptShape(x.shape, axes)
    : x.shape.filter((_, i) => !axes.includes(i));
  return { dtype: 'float32', shape };
}

export function evaluateReduce(
  x: RefTensor,
  axes: readonly number[],
  start: number,
  step: (sum: number, v: number) => number,
): Float64Array {
  const kept = keptShape(x.shape, axes);
  const out = new Float64Array(sizeOf(kept)).fill(start);
  broadcastOffsets(kept, x.shape).forEach((at, i) => {
    out[at] = step(out[at]!, x.data[i]!);
  });
  return out;
}
