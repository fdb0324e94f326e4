/** One small graph per op (some have several): used by the gradient checks and by the executors' checks. */
import * as t from '../../src/tensor/build.ts';
import { gradients } from '../../src/tensor/gradients.ts';
import type { Graph, GraphBuilder, Node } from '../../src/tensor/ir.ts';
import { extendGraph, nodeOf, sizeOf } from '../../src/tensor/ir.ts';
import { randomBits, randomKey } from '../../src/tensor/random.ts';

export interface OpCase {
  readonly name: string;
  /** Ops that the case is there for. */
  readonly ops: readonly string[];
  /** Shapes of the float32 inputs `x0`, `x1`, … */
  readonly shapes: readonly (readonly number[])[];
  /** Numbers are drawn from this range; default −1.5 … 1.5. */
  readonly range?: readonly [number, number];
  /** Values of `x0`, `x1`, … instead of draws. */
  readonly values?: readonly (readonly number[])[];
  /** True where the value has a kink at the given numbers: no finite difference there. */
  readonly kink?: boolean;
  /** What float32 executors may be off by, relative to 1 + |value|; default 2e-5. Larger where float32 itself loses more. */
  readonly tolerance?: number;
  readonly build: (g: GraphBuilder, xs: readonly Node[]) => Node;
}

const m = (options: t.MatmulOptions, a: number[], b: number[], name: string): OpCase => ({
  name: `matmul ${name}`,
  ops: ['matmul'],
  shapes: [a, b],
  build: (g, [x, y]) => t.matmul(g, x!, y!, options),
});

const unary = (op: string, build: OpCase['build'], range?: readonly [number, number]): OpCase => ({
  name: op,
  ops: [op],
  shapes: [[3, 4]],
  build,
  ...(range ? { range } : {}),
});

const binary = (op: string, f: (g: GraphBuilder, a: Node, b: Node) => Node, range?: [number, number]) =>
  [
    [
      [3, 4],
      [3, 4],
    ],
    [[2, 3, 4], [4]],
    [
      [3, 1],
      [2, 1, 4],
    ],
    [[], [2, 3]],
  ].map(
    (shapes): OpCase => ({
      name: `${op} ${shapes.map((s) => `[${s}]`).join(' ')}`,
      ops: [op],
      shapes,
      build: (g, [a, b]) => f(g, a!, b!),
      ...(range ? { range } : {}),
    }),
  );

export const opCases: readonly OpCase[] = [
  ...binary('add', t.add),
  ...binary('sub', t.sub),
  ...binary('mul', t.mul),
  ...binary('div', t.div, [0.5, 2]),
  unary('neg', (g, [x]) => t.neg(g, x!)),
  unary('exp', (g, [x]) => t.exp(g, x!)),
  unary('log', (g, [x]) => t.log(g, x!), [0.3, 3]),
  unary('sqrt', (g, [x]) => t.sqrt(g, x!), [0.3, 3]),
  unary('relu', (g, [x]) => t.relu(g, x!)),
  unary('leaky_relu', (g, [x]) => t.leakyRelu(g, x!, 0.2)),
  unary('sigmoid', (g, [x]) => t.sigmoid(g, x!)),
  unary('tanh', (g, [x]) => t.tanh(g, x!)),
  unary('gelu', (g, [x]) => t.gelu(g, x!), [-5, 5]),
  unary('softmax', (g, [x]) => t.softmax(g, x!)),
  unary('log_softmax', (g, [x]) => t.logSoftmax(g, x!)),
  unary('transpose', (g, [x]) => t.transpose(g, x!, [1, 0])),
  unary('reshape', (g, [x]) => t.reshape(g, x!, [2, 6])),
  unary('slice', (g, [x]) => t.slice(g, x!, [1, 0], [2, 3])),
  unary('pad', (g, [x]) => t.pad(g, x!, [1, 2], [5, 7])),
  unary('broadcast_to', (g, [x]) => t.broadcastTo(g, x!, [2, 3, 4])),
  unary('stop_gradient', (g, [x]) => t.add(g, x!, t.stopGradient(g, t.mul(g, x!, x!)))),
  unary('dropout', (g, [x]) => t.dropout(g, x!, 0.4, 'place')),
  {
    name: 'broadcast_to read by an elementwise op',
    ops: ['broadcast_to'],
    shapes: [
      [1, 4],
      [3, 4],
    ],
    build: (g, [x, y]) => t.mul(g, t.broadcastTo(g, x!, [3, 4]), y!),
  },
  {
    name: 'two broadcasts multiplied',
    ops: ['broadcast_to'],
    shapes: [
      [1, 4],
      [3, 1],
    ],
    build: (g, [x, y]) => t.mul(g, t.broadcastTo(g, x!, [3, 4]), t.broadcastTo(g, y!, [3, 4])),
  },
  {
    name: 'transpose of three axes',
    ops: ['transpose'],
    shapes: [[2, 3, 4]],
    build: (g, [x]) => t.transpose(g, x!, [2, 0, 1]),
  },
  {
    name: 'concat',
    ops: ['concat'],
    shapes: [
      [2, 3],
      [2, 1],
      [2, 2],
    ],
    build: (g, xs) => t.concat(g, xs, 1),
  },
  ...[true, false].flatMap((keep): OpCase[] => [
    {
      name: `reduce_sum keep ${keep}`,
      ops: ['reduce_sum'],
      shapes: [[2, 3, 4]],
      build: (g, [x]) => t.reduceSum(g, x!, [0, 2], keep),
    },
    {
      name: `reduce_mean keep ${keep}`,
      ops: ['reduce_mean'],
      shapes: [[2, 3, 4]],
      build: (g, [x]) => t.reduceMean(g, x!, [1], keep),
    },
    {
      name: `reduce_max keep ${keep}`,
      ops: ['reduce_max', 'equal', 'where'],
      shapes: [[2, 3, 4]],
      build: (g, [x]) => t.reduceMax(g, x!, [2], keep),
    },
  ]),
  m({}, [3, 4], [4, 2], 'plain'),
  m({ transA: true, alpha: 0.5 }, [4, 3], [4, 2], 'transA, alpha'),
  m({ transB: true }, [3, 4], [2, 4], 'transB'),
  m({ transA: true, transB: true }, [4, 3], [2, 4], 'both transposed'),
  m({}, [5, 3, 4], [5, 4, 2], 'batched'),
  m({ transB: true, alpha: 0.25 }, [2, 5, 3, 4], [2, 5, 2, 4], 'batched, transB, alpha'),
  m({ transA: true }, [5, 4, 3], [5, 4, 2], 'batched, transA'),
  m({ innerA: true, innerB: true, transB: true, alpha: 0.5 }, [3, 5, 4], [2, 5, 4], 'time-major scores'),
  m({ innerB: true }, [5, 3, 4], [4, 5, 2], 'time-major values'),
  m({ innerA: true }, [3, 5, 4], [5, 4, 2], 'time-major left'),
  m({ innerA: true, transA: true, innerB: true }, [4, 5, 3], [4, 5, 2], 'time-major left transposed'),
  {
    name: 'product, bias and ReLU',
    ops: ['matmul', 'add', 'relu'],
    shapes: [[3, 4], [2, 4], [2]],
    build: (g, [x, w, b]) => t.relu(g, t.add(g, t.matmul(g, x!, w!, { transB: true }), b!)),
  },
  {
    name: 'product plus matrix',
    ops: ['matmul', 'add'],
    shapes: [
      [3, 4],
      [4, 2],
      [3, 2],
    ],
    build: (g, [x, w, c]) => t.add(g, c!, t.matmul(g, x!, w!)),
  },
  {
    name: 'where and greater',
    ops: ['where', 'greater'],
    shapes: [
      [3, 4],
      [3, 4],
      [3, 4],
    ],
    build: (g, [a, b, c]) => t.where(g, t.greater(g, a!, t.scalar(g, 0.1)), b!, c!),
  },
  {
    name: 'layer_norm',
    ops: ['layer_norm', 'layer_norm_grad', 'normalise'],
    shapes: [[3, 2, 6], [6], [6]],
    build: (g, [x, gamma, beta]) => t.layerNorm(g, x!, gamma!, beta!),
  },
  {
    name: 'layer_norm without gain',
    ops: ['layer_norm'],
    shapes: [[4, 6]],
    build: (g, [x]) => t.plainLayerNorm(g, x!, 1e-3),
  },
  {
    name: 'gather with a repeated row',
    ops: ['gather', 'scatter_rows'],
    shapes: [[4, 3]],
    build: (g, [x]) => t.gather(g, x!, t.constant(g, [2, 0, 2], [3], 'int32')),
  },
  {
    name: 'cross entropy',
    ops: ['one_hot', 'log_softmax'],
    shapes: [[3, 5]],
    build: (g, [x]) =>
      t.crossEntropy(g, x!, t.constant(g, [4, 0, 2], [3], 'int32'), t.constant(g, [1, 0, 2.5], [3])),
  },
  m({ innerA: true, innerB: true, transA: true, transB: true }, [4, 5, 3], [2, 5, 4], 'all at once'),
  {
    name: 'relu and leaky_relu at zero',
    ops: ['relu', 'leaky_relu', 'relu_grad'],
    shapes: [[4]],
    values: [[-1, 0, 0, 2]],
    kink: true,
    build: (g, [x]) => t.add(g, t.relu(g, x!), t.leakyRelu(g, x!, 0.2)),
  },
  {
    name: 'reduce_max with equal maxima',
    ops: ['reduce_max'],
    shapes: [[2, 3]],
    values: [[1, 1, 0, -2, -2, -2]],
    kink: true,
    build: (g, [x]) => t.reduceMax(g, x!, [1]),
  },
  {
    name: 'softmax and log_softmax of large numbers',
    ops: ['softmax', 'log_softmax'],
    shapes: [[2, 3]],
    values: [[1000, 999, -1000, -500, -501, -502]],
    kink: true,
    build: (g, [x]) => t.add(g, t.softmax(g, x!), t.logSoftmax(g, x!)),
  },
  {
    // Around 100, float32 is exact to 8e-6, while the deviations are about 0.5.
    name: 'layer_norm of far-off numbers',
    ops: ['layer_norm'],
    shapes: [[2, 8]],
    range: [99, 101],
    tolerance: 1e-3,
    build: (g, [x]) => t.plainLayerNorm(g, x!),
  },
  {
    name: 'broadcast_to from a scalar',
    ops: ['broadcast_to'],
    shapes: [[]],
    build: (g, [x]) => t.broadcastTo(g, x!, [2, 3]),
  },
  {
    name: 'gather of matrices',
    ops: ['gather', 'scatter_rows'],
    shapes: [[3, 2, 2]],
    build: (g, [x]) => t.gather(g, x!, t.constant(g, [1, 1, 2], [3], 'int32')),
  },
  {
    name: 'one value used many times',
    ops: ['add', 'mul'],
    shapes: [[3, 3]],
    build: (g, [x]) => t.add(g, t.matmul(g, x!, x!), t.mul(g, x!, t.add(g, x!, x!))),
  },
];

/** Repeatable numbers in [low, high), no two of one array close to each other near a kink of relu or max. */
export function numbers(key: string, size: number, [low, high]: readonly [number, number] = [-1.5, 1.5]) {
  const random = randomKey(1, key);
  return Float32Array.from(
    { length: size },
    (_, i) => low + ((randomBits(random, i) % 4093) / 4093) * (high - low),
  );
}

export interface BuiltCase {
  /** Outputs `out` and the scalar `loss` = Σ out · w with fixed w. */
  readonly graph: Graph;
  readonly inputs: { readonly [name: string]: Float32Array };
}

export function buildCase(c: OpCase): BuiltCase {
  const g = t.createGraph();
  const xs = c.shapes.map((shape, i) => t.input(g, `x${i}`, shape));
  const out = c.build(g, xs);
  const { shape } = out.type;
  const weights = t.constant(g, [...numbers('loss weights', sizeOf(shape))], shape);
  const weighted = t.mul(g, out, weights);
  const loss = shape.length === 0 ? weighted : t.reduceSum(g, weighted, [...shape.keys()]);
  const inputs = Object.fromEntries(
    xs.map((x, i) => [
      `x${i}`,
      c.values ? Float32Array.from(c.values[i]!) : numbers(`${c.name} ${i}`, sizeOf(x.type.shape), c.range),
    ]),
  );
  return { graph: t.finishGraph(g, { out, loss }), inputs };
}

export function lossOf(graph: Graph): Node {
  return nodeOf(graph, graph.outputs.loss!);
}

/** The graph with its gradients as outputs: `out`, `loss` and `d NAME` for each input that the loss depends on. */
export function withGradients({ graph, inputs }: BuiltCase): Graph {
  const g = extendGraph(graph);
  const names = Object.keys(inputs);
  const found = gradients(
    g,
    lossOf(g),
    names.map((name) => g.inputs[name]!),
  );
  names.forEach((name, i) => {
    if (found[i]) g.outputs[`d ${name}`] = found[i].id;
  });
  return g;
}
