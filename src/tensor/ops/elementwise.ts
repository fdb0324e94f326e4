/** Shared by elementwise ops: shape rules with NumPy broadcasting, and reference loops. */
import type { Attrs, DType, TensorType } from '../ir.ts';
import { sameShape, sizeOf, stridesOf } from '../ir.ts';
import { type RefTensor, refuse } from './op.ts';

/** NumPy broadcasting: align at the last axis; 1 stretches. Undefined if the shapes do not fit. */
export function broadcastShapes(a: readonly number[], b: readonly number[]): number[] | undefined {
  const rank = Math.max(a.length, b.length);
  const shape: number[] = [];
  for (let i = 0; i < rank; i++) {
    const m = a[i - rank + a.length] ?? 1;
    const n = b[i - rank + b.length] ?? 1;
    if (m !== n && m !== 1 && n !== 1) return undefined;
    shape.push(m === 1 ? n : m);
  }
  return shape;
}

export function inferBinary(op: string, inputs: readonly TensorType[], dtype: DType = 'float32'): TensorType {
  const [a, b] = inputs;
  const shape = a && b && a.dtype === 'float32' && b.dtype === 'float32' && broadcastShapes(a.shape, b.shape);
  if (!shape || inputs.length !== 2) return refuse(op, inputs, 'two float32 tensors whose shapes broadcast');
  return { dtype, shape };
}

export function inferUnary(op: string, inputs: readonly TensorType[]): TensorType {
  const [x] = inputs;
  if (!x || inputs.length !== 1 || x.dtype !== 'float32') return refuse(op, inputs, 'one float32 tensor');
  return x;
}

/** For each element of `shape`, the offset of the element of `from` that broadcasts to it. */
export function broadcastOffsets(from: readonly number[], shape: readonly number[]): Int32Array {
  const offsets = new Int32Array(sizeOf(shape));
  const strides = stridesOf(from);
  const outStrides = stridesOf(shape);
  const lead = shape.length - from.length;
  for (let i = 0; i < offsets.length; i++) {
    let offset = 0;
    for (let axis = 0; axis < from.length; axis++) {
      if (from[axis] === 1) continue;
      offset += (Math.floor(i / outStrides[axis + lead]!) % shape[axis + lead]!) * strides[axis]!;
    }
    offsets[i] = offset;
  }
  return offsets;
}

export function evaluateBinary(f: (a: number, b: number) => number) {
  return (inputs: readonly RefTensor[], _attrs: Attrs, type: TensorType): Float64Array => {
    const [a, b] = inputs as [RefTensor, RefTensor];
    const out = new Float64Array(sizeOf(type.shape));
    const ia = sameShape(a.shape, type.shape) ? undefined : broadcastOffsets(a.shape, type.shape);
    const ib = sameShape(b.shape, type.shape) ? undefined : broadcastOffsets(b.shape, type.shape);
    for (let i = 0; i < out.length; i++) out[i] = f(a.data[ia ? ia[i]! : i]!, b.data[ib ? ib[i]! : i]!);
    return out;
  };
}

export function evaluateUnary(f: (x: number, attrs: Attrs) => number) {
  return (inputs: readonly RefTensor[], attrs: Attrs): Float64Array =>
    (inputs[0] as RefTensor).data.map((x) => f(x, attrs));
}
