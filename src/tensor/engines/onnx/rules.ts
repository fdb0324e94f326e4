/** One rule per op: which ONNX operators compute it. Each returns the name of the value. */
import type { Node, NodeId } from '../../ir.ts';
import { nodeOf } from '../../ir.ts';
import { flagAttr, listAttr, numberAttr } from '../../ops/op.ts';
import type { Lowering } from './lower.ts';
import { lowerLayerNorm, lowerLayerNormGrad, lowerNormalise } from './norm.ts';
import { lowerGemm, lowerMatmul } from './product.ts';

export type Rule = (l: Lowering, node: Node, inputs: readonly string[], output: string | undefined) => string;

function plain(op: string): Rule {
  return (l, _node, inputs, output) => l.push(op, inputs, withOutput(output));
}

export function withOutput(output: string | undefined): { output?: string } {
  return output === undefined ? {} : { output };
}

function reduce(op: string): Rule {
  return (l, node, [x], output) =>
    l.push(op, [x!, l.int64(listAttr(node.attrs, 'axes'))], {
      attributes: { keepdims: { kind: 'int', value: flagAttr(node.attrs, 'keep') ? 1 : 0 } },
      ...withOutput(output),
    });
}

const lastAxis = { axis: { kind: 'int', value: -1 } } as const;

const rules: { readonly [op: string]: Rule } = {
  add: plain('Add'),
  sub: plain('Sub'),
  mul: plain('Mul'),
  div: plain('Div'),
  neg: plain('Neg'),
  exp: plain('Exp'),
  log: plain('Log'),
  sqrt: plain('Sqrt'),
  relu: plain('Relu'),
  sigmoid: plain('Sigmoid'),
  tanh: plain('Tanh'),
  gelu: plain('Gelu'),
  greater: plain('Greater'),
  equal: plain('Equal'),
  where: plain('Where'),
  leaky_relu: (l, node, inputs, output) =>
    l.push('LeakyRelu', inputs, {
      attributes: { alpha: { kind: 'float', value: numberAttr(node.attrs, 'alpha') } },
      ...withOutput(output),
    }),
  relu_grad: (l, node, [dy, y], output) => {
    const alpha = numberAttr(node.attrs, 'alpha');
    const positive = l.push('Greater', [y!, l.float([0], [])]);
    const other = alpha === 0 ? l.float([0], []) : l.push('Mul', [dy!, l.float([alpha], [])]);
    return l.push('Where', [positive, dy!, other], withOutput(output));
  },
  gelu_grad: (l, _node, [dy, x], output) => {
    const half = l.float([0.5], []);
    const erf = l.push('Erf', [l.push('Mul', [x!, l.float([Math.SQRT1_2], [])])]);
    const cdf = l.push('Add', [l.push('Mul', [erf, half]), half]);
    const square = l.push('Mul', [l.push('Mul', [x!, x!]), l.float([-0.5], [])]);
    const density = l.push('Mul', [l.push('Exp', [square]), l.float([1 / Math.sqrt(2 * Math.PI)], [])]);
    const slope = l.push('Add', [cdf, l.push('Mul', [x!, density])]);
    return l.push('Mul', [dy!, slope], withOutput(output));
  },
  matmul: (l, node, [a, b], output) => lowerMatmul(l, node, a!, b!, output),
  reshape: (l, node, [x], output) => l.push('Reshape', [x!, l.int64(node.type.shape)], withOutput(output)),
  transpose: (l, node, inputs, output) =>
    l.push('Transpose', inputs, {
      attributes: { perm: { kind: 'ints', value: listAttr(node.attrs, 'axes') } },
      ...withOutput(output),
    }),
  slice: (l, node, [x], output) => {
    const starts = listAttr(node.attrs, 'starts');
    const sizes = listAttr(node.attrs, 'sizes');
    const whole = nodeOf(l.graph, node.inputs[0]!).type.shape;
    const axes = whole.flatMap((n, i) => (sizes[i] === n ? [] : [i]));
    if (axes.length === 0) return l.push('Identity', [x!], withOutput(output));
    const from = l.int64(axes.map((i) => starts[i]!));
    const to = l.int64(axes.map((i) => starts[i]! + sizes[i]!));
    return l.push('Slice', [x!, from, to, l.int64(axes)], withOutput(output));
  },
  pad: (l, node, [x], output) => {
    const starts = listAttr(node.attrs, 'starts');
    const inner = nodeOf(l.graph, node.inputs[0]!).type.shape;
    const ends = node.type.shape.map((n, i) => n - starts[i]! - inner[i]!);
    return l.push('Pad', [x!, l.int64([...starts, ...ends])], withOutput(output));
  },
  concat: (l, node, inputs, output) =>
    l.push('Concat', inputs, {
      attributes: { axis: { kind: 'int', value: numberAttr(node.attrs, 'axis') } },
      ...withOutput(output),
    }),
  broadcast_to: (l, node, [x], output) =>
    l.push('Expand', [x!, l.int64(node.type.shape)], withOutput(output)),
  reduce_sum: reduce('ReduceSum'),
  reduce_mean: reduce('ReduceMean'),
  reduce_max: reduce('ReduceMax'),
  softmax: (l, _node, inputs, output) =>
    l.push('Softmax', inputs, { attributes: lastAxis, ...withOutput(output) }),
  log_softmax: (l, _node, inputs, output) =>
    l.push('LogSoftmax', inputs, { attributes: lastAxis, ...withOutput(output) }),
  layer_norm: lowerLayerNorm,
  layer_norm_grad: lowerLayerNormGrad,
  normalise: lowerNormalise,
  gather: (l, _node, inputs, output) =>
    l.push('Gather', inputs, { attributes: { axis: { kind: 'int', value: 0 } }, ...withOutput(output) }),
  scatter_rows: (l, node, [x, indices], output) => {
    const zeros = l.push('Expand', [l.float([0], []), l.int64(node.type.shape)]);
    const rows = l.push('Unsqueeze', [indices!, l.int64([1])]);
    const wide = l.push('Cast', [rows], { attributes: { to: { kind: 'int', value: 7 } } });
    return l.push('ScatterND', [zeros, wide, x!], {
      attributes: { reduction: { kind: 'text', value: 'add' } },
      ...withOutput(output),
    });
  },
  one_hot: (l, node, [labels], output) =>
    l.push(
      'OneHot',
      [labels!, l.int32([numberAttr(node.attrs, 'classes')], [1]), l.float([0, 1], [2])],
      withOutput(output),
    ),
  stop_gradient: (_l, _node, [x]) => x!,
  scale_gradient: (_l, _node, [x]) => x!,
  dropout: (l, node, [x], output) => {
    const mask = l.maskOf(node);
    return mask === undefined ? x! : l.push('Mul', [x!, mask], withOutput(output));
  },
  constant: (l, node, _inputs, output) => {
    const data = listAttr(node.attrs, 'data');
    const { shape, dtype } = node.type;
    if (dtype === 'bool') throw new TypeError('a constant of bool has no ONNX rule');
    const keep = dtype === 'float32' ? l.float : l.int32;
    if (data.length > 1 || shape.length === 0) return keep(data, shape);
    return l.push('Expand', [keep(data, []), l.int64(shape)], withOutput(output));
  },
};

/** The value of an input as its user may read it: past a broadcast that the operator does itself. */
export function operand(l: Lowering, id: NodeId): string {
  return l.valueOf(l.fusions.unbroadcast.get(id) ?? id);
}

/** Lowers one node and returns the name of its value, which is `output` where the op computes something itself. */
export function lowerNode(l: Lowering, node: Node, output: string | undefined): string {
  const gemm = l.fusions.gemms.get(node.id);
  if (gemm) return lowerGemm(l, gemm, output);
  const rule = rules[node.op];
  if (!rule) throw new RangeError(`no ONNX rule for ${node.op}`);
  return rule(
    l,
    node,
    node.inputs.map((id) => operand(l, id)),
    output,
  );
}

/** Ops that have a rule here; leaves are handled by `lower.ts`. */
export const loweredOps: readonly string[] = [...Object.keys(rules), 'input', 'param'];
