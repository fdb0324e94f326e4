/**
 * `npm run bench:engine`: one training step of the D3-shaped Medicine beside a plain 640 × 768 × 768 product on the same
 * engine in the same process, on one thread and on two.
 *
 * Steps and products alternate, so that whatever else the machine does falls on both. A product sample is as long as a
 * step (the mean over a run of products), so that a minimum over samples is as hard to get for either. The ratio is taken
 * between the fastest samples; medians are printed beside them. GFLOP of a step: 2·M·N·K of every matrix product in the
 * training graph, forward and backward, attention included; nothing for elementwise work or the optimiser.
 */
import '../src/app/quiet.ts';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import type { ModelParams } from '../src/stages/contracts.ts';
import { buildTraining, names } from '../src/stages/medicine/network.ts';
import type { Feeds, ModelState } from '../src/tensor/engine.ts';
import { openOnnxEngine } from '../src/tensor/engines/onnx/engine.ts';
import { writeModel } from '../src/tensor/engines/onnx/proto.ts';
import { type Graph, nodeOf, reachable, sizeOf } from '../src/tensor/ir.ts';
import type { Optimiser } from '../src/tensor/optimiser.ts';
import { randomBits, randomKey } from '../src/tensor/random.ts';
import { trainingGraph } from '../src/tensor/training-graph.ts';

const transformer = { op: 'transformer', args: { layers: 1, heads: 8, feed_forward: 256 } };
const pool = { op: 'pool', args: { how: 'mean' } };

const medicine: ModelParams = {
  dim: 768,
  encoders: {
    log: [transformer, pool],
    metric: [{ op: 'squeeze_excite', args: {} }, transformer, pool],
    trace: [transformer, { op: 'linear', args: {} }],
  },
  fuse: { kind: 'channel_attention' },
  balance: { kind: 'mao', alpha: 0.5, beta: 0.3, schedule: 'sound', aux: 0 },
};
const d3 = {
  classes: 5,
  dropout: 0.1,
  features: { log: [20, 768], metric: [9, 20, 25], trace: [20, 30] },
};
const batch = 32;
const adamw: Optimiser = {
  kind: 'adamw',
  lr: 1e-4,
  weight_decay: 1e-4,
  beta1: 0.9,
  beta2: 0.999,
  eps: 1e-8,
};

/** 2·M·N·K of every matrix product that the loss and the gradients need. */
function productFlops(graph: Graph, loss: string): number {
  const training = trainingGraph(graph, loss);
  const ids = reachable(training.graph, [training.loss, ...Object.values(training.gradients)]);
  return ids.reduce((sum, id) => {
    const node = nodeOf(training.graph, id);
    if (node.op !== 'matmul') return sum;
    const { shape } = node.type;
    const rows = sizeOf(shape) / shape.at(-1)!;
    const inner = sizeOf(nodeOf(training.graph, node.inputs[0]!).type.shape) / rows;
    return sum + 2 * sizeOf(shape) * inner;
  }, 0);
}

function makeFeeds(graph: Graph): Feeds {
  return Object.fromEntries(
    Object.entries(graph.inputs).map(([name, id]) => {
      const { dtype, shape } = nodeOf(graph, id).type;
      const size = sizeOf(shape);
      const key = randomKey(1, name);
      if (dtype === 'int32') return [name, Int32Array.from({ length: size }, (_, i) => i % d3.classes)];
      if (name === names.weights || shape.length === 0) return [name, new Float32Array(size).fill(1)];
      return [name, Float32Array.from({ length: size }, (_, i) => randomBits(key, i) * 2 ** -31 - 1)];
    }),
  );
}

/** Milliseconds of one product, averaged over a sample about as long as a step. */
async function openProduct(threads: number): Promise<() => Promise<number>> {
  const value = (name: string, shape: readonly number[]) => ({ name, element: 'float32' as const, shape });
  const model = writeModel({
    nodes: [{ op: 'MatMul', domain: '', inputs: ['a', 'b'], outputs: ['c'], attributes: {} }],
    initialisers: [],
    inputs: [value('a', [640, 768]), value('b', [768, 768])],
    outputs: [value('c', [640, 768])],
  });
  const session = await InferenceSession.create(model, { intraOpNumThreads: threads, interOpNumThreads: 1 });
  const tensor = (rows: number) => new Tensor('float32', new Float32Array(rows * 768).fill(0.5), [rows, 768]);
  const feeds = { a: tensor(640), b: tensor(768) };
  const fetches = { c: tensor(640) };
  const repeats = 40;
  return async () => {
    const start = performance.now();
    for (let i = 0; i < repeats; i++) await session.run(feeds, fetches);
    return (performance.now() - start) / repeats;
  };
}

async function openStep(threads: number, graph: Graph, feeds: Feeds, state: ModelState) {
  const engine = await openOnnxEngine({ device: 'cpu', threads });
  const session = await engine.compileTraining(graph, { state, loss: names.objective });
  return async () => {
    const start = performance.now();
    const { loss } = await session.step(feeds);
    return { ms: performance.now() - start, loss };
  };
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[values.length >> 1]!;
}

const rounded = (value: number) => Number(value.toPrecision(4));

const graph = buildTraining(medicine, d3, batch);
const feeds = makeFeeds(graph);
const gflop = productFlops(graph, names.objective) / 1e9;
const productGflop = (2 * 640 * 768 * 768) / 1e9;
const rounds = Number(process.env.MEDX_BENCH_STEPS ?? 25);
const { createState } = await openOnnxEngine({ device: 'cpu' });
const state = createState(graph, { seed: 1, optimiser: adamw });
const sides = [];
for (const threads of [1, 2]) {
  const step = await openStep(threads, graph, feeds, state);
  sides.push({ threads, step, product: await openProduct(threads), steps: [0], products: [0] });
}
let loss = 0;
for (let round = -2; round < rounds; round++) {
  for (const side of sides) {
    const step = await side.step();
    const product = await side.product();
    loss = step.loss;
    // The first rounds warm the arenas and are not counted.
    if (round === 0) side.steps = side.products = [];
    side.steps = [...side.steps, step.ms];
    side.products = [...side.products, product];
  }
}

const [one, two] = sides.map(({ threads, steps, products }) => {
  const fastest = Math.min(...steps);
  const product = Math.min(...products);
  const summary = {
    threads,
    ms_per_step: rounded(fastest),
    ms_per_step_median: rounded(median(steps)),
    step_gflops: rounded((gflop / fastest) * 1e3),
    product_gflops: rounded((productGflop / product) * 1e3),
    product_gflops_median: rounded((productGflop / median(products)) * 1e3),
    ratio_to_product: rounded((gflop / fastest) * (product / productGflop)),
    ratio_of_medians: rounded((gflop / median(steps)) * (median(products) / productGflop)),
  };
  console.log(JSON.stringify(summary));
  return summary;
});
const parameters = Object.values(graph.params).reduce(
  (sum, { node }) => sum + sizeOf(nodeOf(graph, node).type.shape),
  0,
);
console.log(
  JSON.stringify({
    bench: 'engine',
    ms_per_step: one!.ms_per_step,
    ms_per_step_2_threads: two!.ms_per_step,
    speedup_2_threads: rounded(one!.ms_per_step / two!.ms_per_step),
    speedup_2_threads_median: rounded(one!.ms_per_step_median / two!.ms_per_step_median),
    ratio_to_product: one!.ratio_to_product,
    ratio_of_medians: one!.ratio_of_medians,
    step_gflops: one!.step_gflops,
    product_gflops: one!.product_gflops,
    gflop_per_step: rounded(gflop),
    parameters,
    steps: rounds,
    loss: rounded(loss),
  }),
);
