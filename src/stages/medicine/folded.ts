/**
 * A trained model made ready to diagnose one case as fast as possible. Its answers are those of `model.onnx` but for rounding;
 * what is rewritten, once, when it is opened:
 *
 * - log: up to the first attention everything is linear in a window's vector, and that is a weighted sum of vectors of templates. So
 *   queries, keys, values and the residual are the same weighted sums of what each template gives (`tensor/fold/rows.ts`).
 * - trace: windows that hold the same, most often nothing, are one row (`steps/repeats.ts`).
 * - everywhere: products that are read by nothing but a narrower product are one product (`tensor/fold/products.ts`).
 *
 * Features are made elsewhere; the plain way through `model.onnx` is `diagnose.ts`.
 */
import { readFileSync } from 'node:fs';
import type { InferenceSession } from 'onnxruntime-node';
import type { LogShares } from '../../data/features/one-case.ts';
import { exportForOneCase } from '../../tensor/engines/onnx/export.ts';
import { readParameters } from '../../tensor/engines/onnx/read-parameters.ts';
import { foldProducts } from '../../tensor/fold/products.ts';
import { findLinearRows, type Images, type LinearRows, withShares } from '../../tensor/fold/rows.ts';
import type { Graph } from '../../tensor/ir.ts';
import { type Modality, type ModelCard, type ModelParams, modalities } from '../contracts.ts';
import { answerOf, type Diagnosis } from './diagnose.ts';
import { distinctRows } from './distinct.ts';
import { hasPositions } from './encoders.ts';
import { buildInference, names } from './network.ts';

/** Vectors of templates, `[template, dim]`. */
export interface TemplateVectors {
  readonly data: Float32Array;
  readonly dim: number;
}

/** Features of one case; log windows as sums that are still to be taken. */
export type FoldedFeatures = {
  readonly log?: LogShares;
  readonly metric?: Float32Array;
  readonly trace?: Float32Array;
};

export interface FoldedModel {
  /** What was folded, in words. */
  readonly folds: readonly string[];
  diagnose(features: FoldedFeatures): Promise<Diagnosis>;
  release(): Promise<void>;
}

type Runtime = typeof import('onnxruntime-node');

/** `vectors` are needed if the model reads logs. On one thread of the CPU: a single case is too small to be shared. */
export async function openFolded(
  modelPath: string,
  card: ModelCard,
  model: ModelParams,
  vectors: TemplateVectors | undefined,
): Promise<FoldedModel> {
  const runtime = await import('onnxruntime-node');
  const params = readParameters(readFileSync(modelPath));
  const outputs = [card.outputs.probabilities, ...Object.values(card.outputs.unimodal)];
  const repeated = modalities.filter((name) => card.inputs[name] && !hasPositions(name));
  const build = (size: number): Graph => {
    const distinct = Object.fromEntries(repeated.map((name) => [name, size]));
    const shape = { classes: card.classes.length, features: card.inputs, dropout: 0, distinct };
    const graph = buildInference(model, shape, 1);
    return {
      ...graph,
      outputs: Object.fromEntries(outputs.map((name) => [name, graph.outputs[name] ?? -1])),
    };
  };
  const [windows = 0, dim = 0] = card.inputs.log ?? [];
  if (card.inputs.log && vectors?.dim !== dim) throw new Error('no vectors of templates');
  const linearOf = (graph: Graph) => (card.inputs.log ? findLinearRows(graph, 'log', windows) : []);
  const images = vectors ? await imagesOf(runtime, build, linearOf, params, vectors, windows) : {};

  let folds: string[] = [];
  const session = await openSession(runtime, (size) => {
    const graph = build(size);
    const linear = linearOf(graph);
    const sizes = { rows: windows, vectors: (vectors?.data.length ?? 0) / dim, picked: size };
    const inputs = { picked: names.templates, shares: names.shares };
    const summed = withShares(graph, linear, inputs, sizes, imageName);
    const folded = foldProducts(summed, { ...params, ...images });
    folds = [
      ...(linear.length > 0 ? [`log: ${linear.length} values of a window are sums over its templates`] : []),
      ...repeated.map((name) => `${name}: equal windows are one row`),
      ...(folded.before > 0 ? [`products of products: ${folded.before} numbers became ${folded.after}`] : []),
    ];
    return folded;
  });
  return {
    folds,
    async diagnose(features) {
      const feeds = modalities.flatMap((name) => feedsOf(name, features));
      const tensors = feeds.map(([name, data, shape]) => {
        const element = data instanceof Int32Array ? 'int32' : 'float32';
        return [name, new runtime.Tensor(element, data, shape)] as const;
      });
      return answerOf(card, await session.run(Object.fromEntries(tensors)));
    },
    release: () => session.release(),
  };

  type Feed = readonly [name: string, data: Float32Array | Int32Array, shape: readonly number[]];
  function feedsOf(name: Modality, features: FoldedFeatures): Feed[] {
    const shape = card.inputs[name];
    if (!shape) return [];
    const given = features[name];
    if (!given) throw new Error(`no ${name} features`);
    const [length = 0, ...rest] = shape;
    if (!(given instanceof Float32Array)) {
      const count = given.templates.length;
      return [
        [names.templates, given.templates, [count]],
        [names.shares, given.shares, [length, count]],
      ];
    }
    if (!repeated.includes(name)) return [[name, given, [1, ...shape]]];
    const { rows, count, members } = distinctRows(given, length);
    return [
      [name, rows, [1, count, ...rest]],
      [names.members(name), members, [length, count]],
    ];
  }
}

const imageName = (index: number, of: keyof Images) => `${names.templates}.${index}.${of}`;

function openSession(
  { InferenceSession }: Runtime,
  build: Parameters<typeof exportForOneCase>[0],
): Promise<InferenceSession> {
  return InferenceSession.create(exportForOneCase(build), {
    intraOpNumThreads: 1,
    executionProviders: ['cpu'],
    // The operators are fused already; its fused layer norm with a residual takes three times as long as the two one by one.
    graphOptimizationLevel: 'basic',
  });
}

/** What the values that are linear in log windows are for each vector, `windows` vectors at a time. */
async function imagesOf(
  runtime: Runtime,
  build: (size: number) => Graph,
  linearOf: (graph: Graph) => readonly LinearRows[],
  params: { readonly [name: string]: Float32Array },
  { data, dim }: TemplateVectors,
  windows: number,
): Promise<{ readonly [name: string]: Float32Array }> {
  let widths: readonly number[] = [];
  const session = await openSession(runtime, (size) => {
    const graph = build(size);
    const linear = linearOf(graph);
    widths = linear.map(({ width }) => width);
    const outputs = Object.fromEntries(linear.map(({ node }, i) => [imageName(i, 'images'), node]));
    return { graph: { ...graph, outputs }, params };
  });
  const run = async (rows: Float32Array) => {
    const values = await session.run({ log: new runtime.Tensor('float32', rows, [1, windows, dim]) });
    return widths.map((_, i) => values[imageName(i, 'images')]?.data as Float32Array);
  };
  const count = data.length / dim;
  const rows = new Float32Array(windows * dim);
  const offsets = (await run(rows)).map((offset) => offset.slice());
  const images = widths.map((width) => new Float32Array(count * width));
  for (let from = 0; from < count; from += windows) {
    const some = data.subarray(from * dim, (from + windows) * dim);
    rows.fill(0).set(some);
    const values = await run(rows);
    for (const [i, into] of images.entries()) {
      const [width, value, offset] = [widths[i] ?? 0, values[i], offsets[i]];
      for (let k = 0; k < (some.length / dim) * width; k++)
        into[from * width + k] = (value?.[k] ?? 0) - (offset?.[k] ?? 0);
    }
  }
  await session.release();
  return Object.fromEntries(
    widths.flatMap((_, i) => [
      [imageName(i, 'images'), images[i] ?? new Float32Array()],
      [imageName(i, 'offset'), offsets[i] ?? new Float32Array()],
    ]),
  );
}
