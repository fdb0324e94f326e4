/**
 * `matmul(a, b)`: alpha · op(a) · op(b) over the last two axes, the leading axes being equal batch axes. No broadcasting.
 *
 * - transA, transB: the last two axes of that operand are swapped: a is `[…, K, M]`, b is `[…, N, K]`.
 * - innerA, innerB (rank 3 only): the operand is stored with its batch in the middle, `[M, batch, K]` (`[K, batch, M]` with
 *   transA). Time-major attention needs no transposed copies this way. The result always is `[batch, M, N]`.
 */
import type { Attrs, GraphBuilder, Node, TensorType } from '../ir.ts';
import { sameShape, sizeOf } from '../ir.ts';
import { emit, flagAttr, numberAttr, type OpDef, type RefTensor, refuse } from './op.ts';
import { transpose } from './transpose.ts';

export interface MatmulOptions {
  readonly transA?: boolean;
  readonly transB?: boolean;
  readonly innerA?: boolean;
  readonly innerB?: boolean;
  readonly alpha?: number;
}

interface View {
  readonly batch: readonly number[];
  readonly rows: number;
  readonly columns: number;
  /** Strides in elements, after transposition. */
  readonly batchStride: number;
  readonly rowStride: number;
  readonly columnStride: number;
}

/** The operand as a batch of rows × columns matrices. */
function viewOf(shape: readonly number[], trans: boolean, inner: boolean): View {
  const stored = inner ? [shape[1]!, shape[0]!, shape[2]!] : shape;
  const [m, n] = stored.slice(-2) as [number, number];
  const rowStride = inner ? shape[1]! * shape[2]! : n;
  const batchStride = inner ? n : m * n;
  const batch = stored.slice(0, -2);
  return trans
    ? { batch, rows: n, columns: m, batchStride, rowStride: 1, columnStride: rowStride }
    : { batch, rows: m, columns: n, batchStride, rowStride, columnStride: 1 };
}

function viewsOf(
  a: { shape: readonly number[] },
  b: { shape: readonly number[] },
  attrs: Attrs,
): [View, View] {
  return [
    viewOf(a.shape, flagAttr(attrs, 'transA'), flagAttr(attrs, 'innerA')),
    viewOf(b.shape, flagAttr(attrs, 'transB'), flagAttr(attrs, 'innerB')),
  ];
}

function infer(inputs: readonly TensorType[], attrs: Attrs): TensorType {
  const [a, b] = inputs;
  const expected = 'two float32 tensors of equal rank ≥ 2, equal batch axes and one common inner dimension';
  if (!a || !b || a.dtype !== 'float32' || b.dtype !== 'float32') return refuse('matmul', inputs, expected);
  if (a.shape.length < 2 || a.shape.length !== b.shape.length) return refuse('matmul', inputs, expected);
  const inner = flagAttr(attrs, 'innerA') || flagAttr(attrs, 'innerB');
  if (inner && a.shape.length !== 3) return refuse('matmul', inputs, 'rank 3 for an inner batch axis');
  const [va, vb] = viewsOf(a, b, attrs);
  if (!sameShape(va.batch, vb.batch) || va.columns !== vb.rows) return refuse('matmul', inputs, expected);
  return { dtype: 'float32', shape: [...va.batch, va.rows, vb.columns] };
}

export const matmulOp: OpDef = {
  op: 'matmul',
  infer,
  gradient: (g, node, dy, [a, b], needs) => {
    const transA = flagAttr(node.attrs, 'transA');
    const transB = flagAttr(node.attrs, 'transB');
    const innerA = flagAttr(node.attrs, 'innerA');
    const innerB = flagAttr(node.attrs, 'innerB');
    const alpha = numberAttr(node.attrs, 'alpha');
    const restore = (x: Node, inner: boolean) => (inner ? transpose(g, x, [1, 0, 2]) : x);
    const da = () =>
      transA
        ? matmul(g, b!, dy, { transA: transB, transB: true, innerA: innerB, alpha })
        : matmul(g, dy, b!, { transB: !transB, innerB, alpha });
    const db = () =>
      transB
        ? matmul(g, dy, a!, { transA: true, transB: transA, innerB: innerA, alpha })
        : matmul(g, a!, dy, { transA: !transA, innerA, alpha });
    return [needs[0] ? restore(da(), innerA) : undefined, needs[1] ? restore(db(), innerB) : undefined];
  },
  evaluate: (inputs, attrs, type) => {
    const [a, b] = inputs as [RefTensor, RefTensor];
    const alpha = numberAttr(attrs, 'alpha');
    const [va, vb] = viewsOf(a, b, attrs);
    const out = new Float64Array(sizeOf(type.shape));
    let at = 0;
    for (let batch = 0; batch < sizeOf(va.batch); batch++) {
      for (let m = 0; m < va.rows; m++) {
        for (let n = 0; n < vb.columns; n++) {
          let sum = 0;
          let ia = batch * va.batchStride + m * va.rowStride;
          let ib = batch * vb.batchStride + n * vb.columnStride;
          for (let k = 0; k < va.columns; k++, ia += va.columnStride, ib += vb.rowStride)
            sum += a.data[ia]! * b.data[ib]!;
          out[at++] = alpha * sum;
        }
      }
    }
    return out;
  },
};

export function matmul(g: GraphBuilder, a: Node, b: Node, options: MatmulOptions = {}): Node {
  const { transA = false, transB = false, innerA = false, innerB = false, alpha = 1 } = options;
  return emit(g, matmulOp, [a, b], { transA, transB, innerA, innerB, alpha });
}
