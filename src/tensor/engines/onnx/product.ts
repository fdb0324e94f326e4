/** Matrix products: MatMul, Gemm (product plus addend, ReLU), and FusedMatMul for transposed and time-major operands. */
import type { Node } from '../../ir.ts';
import { nodeOf } from '../../ir.ts';
import { flagAttr, numberAttr } from '../../ops/op.ts';
import type { GemmFusion } from './fuse.ts';
import type { Lowering } from './lower.ts';
import type { OnnxAttribute } from './proto.ts';

const flag = (on: boolean): OnnxAttribute => ({ kind: 'int', value: on ? 1 : 0 });
const named = (output: string | undefined) => (output === undefined ? {} : { output });

export function lowerMatmul(
  l: Lowering,
  node: Node,
  a: string,
  b: string,
  output: string | undefined,
): string {
  const transA = flagAttr(node.attrs, 'transA');
  const transB = flagAttr(node.attrs, 'transB');
  const innerA = flagAttr(node.attrs, 'innerA');
  const innerB = flagAttr(node.attrs, 'innerB');
  const alpha = numberAttr(node.attrs, 'alpha');
  if (!transA && !transB && !innerA && !innerB && alpha === 1) return l.push('MatMul', [a, b], named(output));
  if (node.type.shape.length === 2)
    return l.push('Gemm', [a, b], {
      attributes: { transA: flag(transA), transB: flag(transB), alpha: { kind: 'float', value: alpha } },
      ...named(output),
    });
  if (!l.portable)
    return l.push('FusedMatMul', [a, b], {
      domain: 'com.microsoft',
      attributes: {
        transA: flag(transA),
        transB: flag(transB),
        transBatchA: flag(innerA),
        transBatchB: flag(innerB),
        alpha: { kind: 'float', value: alpha },
      },
      ...named(output),
    });
  const left = arranged(l, a, nodeOf(l.graph, node.inputs[0]!).type.shape.length, transA, innerA);
  const right = arranged(l, b, nodeOf(l.graph, node.inputs[1]!).type.shape.length, transB, innerB);
  if (alpha === 1) return l.push('MatMul', [left, right], named(output));
  return l.push('Mul', [l.push('MatMul', [left, right]), l.float([alpha], [])], named(output));
}

/** The operand with its batch in front and its matrix untransposed. */
function arranged(l: Lowering, x: string, rank: number, trans: boolean, inner: boolean): string {
  const axes = Array.from({ length: rank }, (_, i) => i);
  if (inner) axes.splice(0, 2, 1, 0);
  if (trans) axes.push(...axes.splice(-2).reverse());
  if (axes.every((axis, i) => axis === i)) return x;
  return l.push('Transpose', [x], { attributes: { perm: { kind: 'ints', value: axes } } });
}

export function lowerGemm(l: Lowering, gemm: GemmFusion, output: string | undefined): string {
  const { product, addend, relu } = gemm;
  const [a, b] = product.inputs.map((id) => l.valueOf(id)) as [string, string];
  const attributes: Record<string, OnnxAttribute> = {
    transA: flag(flagAttr(product.attrs, 'transA')),
    transB: flag(flagAttr(product.attrs, 'transB')),
    alpha: { kind: 'float', value: numberAttr(product.attrs, 'alpha') },
  };
  if (!relu) return l.push('Gemm', [a, b, l.valueOf(addend)], { attributes, ...named(output) });
  attributes.activation = { kind: 'text', value: 'Relu' };
  return l.push('FusedGemm', [a, b, l.valueOf(addend)], {
    domain: 'com.microsoft',
    attributes,
    ...named(output),
  });
}
