/**
 * One list of small graphs for every suite on ops: the executors against the float64 interpreter, and gradients against
 * finite differences. A new op gets its cases here.
 */
import * as t from '../../src/tensor/build.ts';
import { gradients } from '../../src/tensor/gradients.ts';
import { type DType, type Graph, sizeOf } from '../../src/tensor/ir.ts';
import { relu } from '../../src/tensor/ops/relu.ts';
import { randomBits, randomKey } from '../../src/tensor/random.ts';

export interface CaseInput {
  readonly shape: readonly number[];
  readonly dtype?: DType;
  /** Row-major. Default: draws from [−1.5, 1.5), float32 exactly. */
  readonly values?: readonly number[];
}

export interface OpCase {
  readonly name: string;
  readonly inputs: { readonly [name: string]: CaseInput };
  /** False where a finite difference would step over a kink or has no gradient to compare with. */
  readonly smooth?: boolean;
  /** Of the largest value, for float32 executors; default 1e-5. Larger where float32 itself loses more. */
  readonly tolerance?: number;
  build(g: t.GraphBuilder, x: { readonly [name: string]: t.Node }): t.Node;
}

/** Draws from [low, high), float32 exactly, the same at every run. */
export function draws(name: string, size: number, low = -1.5, high = 1.5): number[] {
  const key = randomKey(11, name);
  return Array.from({ length: size }, (_, i) =>
    Math.fround(low + (high - low) * (randomBits(key, i) / 2 ** 32)),
  );
}

function valuesOf(opCase: OpCase, name: string): readonly number[] {
  const { shape, values } = opCase.inputs[name] as CaseInput;
  return values ?? draws(`${opCase.name}/${name}`, sizeOf(shape));
}

export function feedsOf(opCase: OpCase): Record<string, Float32Array | Int32Array> {
  return Object.fromEntries(
    Object.entries(opCase.inputs).map(([name, { dtype = 'float32' }]) => {
      const values = valuesOf(opCase, name);
      return [name, dtype === 'float32' ? Float32Array.from(values) : Int32Array.from(values)];
    }),
  );
}

/**
 * The case as a graph: output `value`, the scalar `loss` = Σ value · weights (fixed draws) and, for each float input
 * that the loss depends on, `d NAME`. A bool value has no loss.
 */
export function caseGraph(opCase: OpCase): Graph {
  const g = t.createGraph();
  const x = Object.fromEntries(
    Object.entries(opCase.inputs).map(([name, { shape, dtype }]) => [name, t.input(g, name, shape, dtype)]),
  );
  const value = opCase.build(g, x);
  if (value.type.dtype === 'bool') {
    const ones = t.constant(g, [1], value.type.shape);
    return t.finishGraph(g, { value: t.where(g, value, ones, t.zerosLike(g, ones)) });
  }
  const { shape } = value.type;
  const weights = t.constant(g, draws(`${opCase.name}/weights`, sizeOf(shape)), shape);
  const product = t.mul(g, value, weights);
  const axes = shape.map((_, i) => i);
  const loss = axes.length > 0 ? t.reduceSum(g, product, axes) : product;
  const floats = Object.values(x).filter((node) => node.type.dtype === 'float32');
  const found = gradients(
    g,
    loss,
    floats.map((node) => node.id),
  );
  const outputs: Record<string, t.Node> = { value, loss };
  floats.forEach((node, i) => {
    const gradient = found[i];
    if (gradient) outputs[`d ${node.name}`] = gradient;
  });
  return t.finishGraph(g, outputs);
}

const positive = (name: string, shape: readonly number[]): CaseInput => ({
  shape,
  values: draws(name, sizeOf(shape), 0.2, 3),
});

function unary(name: string, f: (g: t.GraphBuilder, x: t.Node) => t.Node, smooth = true): OpCase {
  return { name, inputs: { x: { shape: [3, 5] } }, smooth, build: (g, { x }) => f(g, x as t.Node) };
}

function binary(
  name: string,
  f: (g: t.GraphBuilder, a: t.Node, b: t.Node) => t.Node,
  a: readonly number[],
  b: readonly number[],
  smooth = true,
): OpCase {
  return {
    name: `${name} [${a}] [${b}]`,
    inputs: { a: { shape: a }, b: positive(`${name}/b`, b) },
    smooth,
    build: (g, x) => f(g, x.a as t.Node, x.b as t.Node),
  };
}

const broadcasts: readonly (readonly [readonly number[], readonly number[]])[] = [
  [
    [3, 4],
    [3, 4],
  ],
  [[2, 3, 4], [4]],
  [
    [2, 1, 4],
    [3, 1],
  ],
  [[2, 3], []],
  [[], [2, 3]],
];

const elementwise: readonly OpCase[] = [
  ...broadcasts.flatMap(([a, b]) => [
    binary('add', t.add, a, b),
    binary('sub', t.sub, a, b),
    binary('mul', t.mul, a, b),
    binary('div', t.div, a, b),
  ]),
  binary('greater', t.greater, [2, 3, 4], [3, 4], false),
  {
    name: 'equal',
    inputs: {
      a: { shape: [4], values: [1, 2, 3, 4] },
      b: { shape: [2, 4], values: [1, 0, 3, 0, 0, 2, 0, 4] },
    },
    smooth: false,
    build: (g, x) => t.equal(g, x.a as t.Node, x.b as t.Node),
  },
  unary('neg', t.neg),
  unary('exp', t.exp),
  { name: 'log', inputs: { x: positive('log', [3, 5]) }, build: (g, { x }) => t.log(g, x as t.Node) },
  { name: 'sqrt', inputs: { x: positive('sqrt', [3, 5]) }, build: (g, { x }) => t.sqrt(g, x as t.Node) },
  unary('relu', relu),
  unary('leaky_relu', (g, x) => t.leakyRelu(g, x, 0.1)),
  unary('sigmoid', t.sigmoid),
  unary('tanh', t.tanh),
  unary('gelu', t.gelu),
  {
    name: 'where',
    inputs: { a: { shape: [3, 4] }, b: { shape: [3, 4] }, c: { shape: [3, 4] } },
    build: (g, { a, b, c }) =>
      t.where(g, t.greater(g, c as t.Node, t.scalar(g, 0)), a as t.Node, b as t.Node),
  },
  {
    name: 'relu at zero',
    inputs: { x: { shape: [4], values: [-1, 0, 0, 2] } },
    smooth: false,
    build: (g, { x }) => relu(g, x as t.Node),
  },
];

function product(
  name: string,
  a: readonly number[],
  b: readonly number[],
  options: t.MatmulOptions = {},
): OpCase {
  return {
    name: `matmul ${name}`,
    inputs: { a: { shape: a }, b: { shape: b } },
    build: (g, x) => t.matmul(g, x.a as t.Node, x.b as t.Node, options),
  };
}

const products: readonly OpCase[] = [
  product('plain', [3, 4], [4, 5]),
  product('transA', [4, 3], [4, 5], { transA: true }),
  product('transB', [3, 4], [5, 4], { transB: true }),
  product('transA transB', [4, 3], [5, 4], { transA: true, transB: true, alpha: 0.5 }),
  product('batch', [2, 3, 4], [2, 4, 5], { alpha: -2 }),
  product('two batch axes', [2, 3, 4, 2], [2, 3, 2, 3]),
  product('batch transA transB', [2, 4, 3], [2, 5, 4], { transA: true, transB: true }),
  product('innerA', [3, 2, 4], [2, 4, 5], { innerA: true }),
  product('innerB', [2, 3, 4], [4, 2, 5], { innerB: true }),
  product('innerA innerB transB', [3, 2, 4], [5, 2, 4], {
    innerA: true,
    innerB: true,
    transB: true,
    alpha: 0.3,
  }),
  product('innerA transA', [4, 2, 3], [2, 4, 5], { innerA: true, transA: true }),
  product('innerA innerB transA transB', [4, 2, 3], [5, 2, 4], {
    innerA: true,
    innerB: true,
    transA: true,
    transB: true,
  }),
];

const moves: readonly OpCase[] = [
  unary('reshape', (g, x) => t.reshape(g, x, [5, 3])),
  unary('reshape to rank 3', (g, x) => t.reshape(g, x, [3, 1, 5])),
  {
    name: 'transpose',
    inputs: { x: { shape: [2, 3, 4] } },
    build: (g, { x }) => t.transpose(g, x as t.Node, [1, 2, 0]),
  },
  {
    name: 'transpose rank 4',
    inputs: { x: { shape: [2, 3, 4, 2] } },
    build: (g, { x }) => t.transpose(g, x as t.Node, [2, 0, 3, 1]),
  },
  {
    name: 'slice',
    inputs: { x: { shape: [3, 4, 5] } },
    build: (g, { x }) => t.slice(g, x as t.Node, [1, 0, 2], [2, 4, 2]),
  },
  {
    name: 'pad',
    inputs: { x: { shape: [2, 3] } },
    build: (g, { x }) => t.pad(g, x as t.Node, [1, 0], [4, 5]),
  },
  {
    name: 'concat',
    inputs: { a: { shape: [2, 3] }, b: { shape: [2, 1] }, c: { shape: [2, 2] } },
    build: (g, { a, b, c }) => t.concat(g, [a as t.Node, b as t.Node, c as t.Node], 1),
  },
  {
    name: 'concat of one tensor with itself',
    inputs: { x: { shape: [2, 3] } },
    build: (g, { x }) => t.concat(g, [x as t.Node, x as t.Node], 0),
  },
  {
    name: 'broadcast_to',
    inputs: { x: { shape: [3, 1] } },
    build: (g, { x }) => t.broadcastTo(g, x as t.Node, [2, 3, 4]),
  },
  {
    name: 'broadcast_to from a scalar',
    inputs: { x: { shape: [] } },
    build: (g, { x }) => t.broadcastTo(g, x as t.Node, [2, 3]),
  },
];

function reduction(name: string, f: (g: t.GraphBuilder, x: t.Node) => t.Node): OpCase {
  return { name, inputs: { x: { shape: [2, 3, 4] } }, build: (g, { x }) => f(g, x as t.Node) };
}

const reductions: readonly OpCase[] = [
  reduction('reduce_sum first', (g, x) => t.reduceSum(g, x, [0])),
  reduction('reduce_sum two axes, kept', (g, x) => t.reduceSum(g, x, [0, 2], true)),
  reduction('reduce_sum all', (g, x) => t.reduceSum(g, x, [0, 1, 2])),
  reduction('reduce_mean middle', (g, x) => t.reduceMean(g, x, [1])),
  reduction('reduce_mean last, kept', (g, x) => t.reduceMean(g, x, [2], true)),
  reduction('reduce_max last', (g, x) => t.reduceMax(g, x, [2])),
  reduction('reduce_max first, kept', (g, x) => t.reduceMax(g, x, [0], true)),
  {
    name: 'reduce_max with equal maxima',
    inputs: { x: { shape: [2, 3], values: [1, 1, 0, -2, -2, -2] } },
    smooth: false,
    build: (g, { x }) => t.reduceMax(g, x as t.Node, [1]),
  },
  reduction('softmax', t.softmax),
  reduction('log_softmax', t.logSoftmax),
  {
    name: 'softmax of large numbers',
    inputs: { x: { shape: [2, 3], values: [1000, 999, -1000, -500, -501, -502] } },
    smooth: false,
    build: (g, { x }) => t.softmax(g, x as t.Node),
  },
  {
    name: 'layer_norm',
    inputs: { x: { shape: [2, 3, 8] }, gamma: { shape: [8] }, beta: { shape: [8] } },
    build: (g, { x, gamma, beta }) => t.layerNorm(g, x as t.Node, gamma as t.Node, beta as t.Node),
  },
  {
    // Around 100, float32 is exact to 8e-6, while the deviations are about 0.5.
    name: 'layer_norm of far-off numbers',
    tolerance: 1e-4,
    inputs: { x: { shape: [2, 8], values: draws('far', 16, 99, 101) } },
    smooth: false,
    build: (g, { x }) => t.plainLayerNorm(g, x as t.Node, 1e-5),
  },
];

const rows: readonly OpCase[] = [
  {
    name: 'gather with a row twice',
    inputs: { table: { shape: [4, 3] }, indices: { shape: [5], dtype: 'int32', values: [2, 0, 2, 3, 2] } },
    build: (g, { table, indices }) => t.gather(g, table as t.Node, indices as t.Node),
  },
  {
    name: 'gather rank 3',
    inputs: { table: { shape: [3, 2, 2] }, indices: { shape: [2], dtype: 'int32', values: [1, 1] } },
    build: (g, { table, indices }) => t.gather(g, table as t.Node, indices as t.Node),
  },
  {
    name: 'one_hot',
    inputs: { labels: { shape: [4], dtype: 'int32', values: [0, 2, 1, 2] } },
    build: (g, { labels }) => t.oneHot(g, labels as t.Node, 3),
  },
  {
    name: 'cross entropy',
    inputs: {
      logits: { shape: [4, 3] },
      labels: { shape: [4], dtype: 'int32', values: [0, 2, 1, 2] },
      weights: { shape: [4], values: [1, 0.5, 2, 0] },
    },
    build: (g, { logits, labels, weights }) =>
      t.crossEntropy(g, logits as t.Node, labels as t.Node, weights as t.Node),
  },
];

/** Straight-through ops: their gradient is not that of their value. */
const straightThrough: readonly OpCase[] = [
  {
    name: 'stop_gradient',
    inputs: { x: { shape: [2, 3] } },
    smooth: false,
    build: (g, { x }) => t.mul(g, x as t.Node, t.stopGradient(g, x as t.Node)),
  },
  {
    name: 'scale_gradient',
    inputs: { x: { shape: [2, 3] }, factor: { shape: [], values: [1.3] } },
    smooth: false,
    build: (g, { x, factor }) => t.scaleGradient(g, t.exp(g, x as t.Node), factor as t.Node),
  },
];

export const opCases: readonly OpCase[] = [
  ...elementwise,
  ...products,
  ...moves,
  ...reductions,
  ...rows,
  ...straightThrough,
];
