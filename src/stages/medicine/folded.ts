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
import { modelForOneCase } from '../../tensor/engines/onnx/export.ts';
import { type OnnxModel, writeModel } from '../../tensor/engines/onnx/proto.ts';
import { quantiseProducts } from '../../tensor/engines/onnx/quantise.ts';
import { readParameters } from '../../tensor/engines/onnx/read-parameters.ts';
import { foldProducts } from '../../tensor/fold/products.ts';
import { findLinearRows, withShares } from '../../tensor/fold/rows.ts';
import type { Graph } from '../../tensor/ir.ts';
import {
  type DetectorNumbers,
  type Modality,
  type ModelCard,
  type ModelParams,
  modalities,
} from '../contracts.ts';
import { answerOf, type CaseFeatures, type Diagnosis } from './diagnose.ts';
import { distinctRows } from './distinct.ts';
import { hasPositions } from './encoders.ts';
import { buildInference, names } from './network.ts';
import {
  collectImages,
  computeImages,
  type Images,
  type SeenImages,
  type TemplateVectors,
} from './template-images.ts';

/** A case that is being looked at. */
export interface FoldedCase {
  /** All templates of the case so far, those that were seen before first. What the model needs of them is put together here. */
  see(templates: readonly number[]): void;
  /** `features.log` is how much of each template is in the sum of a window, `[window, template]`, in the order of `see`. */
  diagnose(features: CaseFeatures): Promise<Diagnosis>;
}

export interface FoldedModel {
  /** What was folded, in words. */
  readonly folds: readonly string[];
  open(): FoldedCase;
  release(): Promise<void>;
}

type Runtime = typeof import('onnxruntime-node');

/**
 * `vectors` are needed if the model reads logs. With `int8` products are rounded (`quantise.ts`): answers are no longer
 * those of the model, only near. On one thread of the CPU: a single case is too small to be shared.
 */
export async function openFolded(
  modelPath: string,
  card: ModelCard,
  model: ModelParams,
  vectors: TemplateVectors | undefined,
  numbers: DetectorNumbers = 'float32',
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
  const [windows = 0] = card.inputs.log ?? [];
  const linearOf = (graph: Graph) => (card.inputs.log ? findLinearRows(graph, 'log', windows) : []);
  const valueNames = linearOf(build(1)).map((_, i) => names.images(i));
  let images: readonly Images[] = [];
  if (card.inputs.log) {
    if (!vectors) throw new Error('a model that reads logs needs the vectors of templates');
    const values = modelForOneCase((size) => {
      const graph = build(size);
      const outputs = linearOf(graph).map(({ node }, i) => [names.images(i), node]);
      return { graph: { ...graph, outputs: Object.fromEntries(outputs) }, params };
    });
    const session = await openSession(runtime, values);
    images = await computeImages(session, runtime.Tensor, valueNames, vectors, windows);
    await session.release();
  }
  const offsets = Object.fromEntries(images.map(({ offset }, i) => [names.offset(i), offset]));
  let folds: string[] = [];
  const exact = modelForOneCase((size) => {
    const graph = build(size);
    const summed = withShares(graph, linearOf(graph), names, windows, size);
    const { before, after, ...folded } = foldProducts(summed, { ...params, ...offsets });
    folds = [
      ...(images.length > 0 ? [`log: ${images.length} values of a window are sums over its templates`] : []),
      ...repeated.map((name) => `${name}: equal windows are one row`),
      ...(before > 0 ? [`products of products: ${before} numbers became ${after}`] : []),
    ];
    return folded;
  });
  const session = await openSession(runtime, numbers === 'int8' ? quantiseProducts(exact) : exact);
  return {
    folds,
    open() {
      const seen = collectImages(images);
      return {
        see: (templates) => seen.see(templates),
        async diagnose(features) {
          const tensors = modalities
            .flatMap((name) => feedsOf(name, features, seen))
            .map(([name, data, shape]) => [name, new runtime.Tensor('float32', data, shape)] as const);
          return answerOf(card, await session.run(Object.fromEntries(tensors)));
        },
      };
    },
    release: () => session.release(),
  };

  type Feed = readonly [name: string, data: Float32Array, shape: readonly number[]];
  function feedsOf(name: Modality, features: CaseFeatures, seen: SeenImages): Feed[] {
    const shape = card.inputs[name];
    if (!shape) return [];
    const given = features[name];
    if (!given) throw new Error(`no ${name} features`);
    const [length = 0, ...rest] = shape;
    if (name === 'log') {
      const count = given.length / length;
      const own = seen
        .first(count)
        .map((data, i): Feed => [names.images(i), data, [count, data.length / count]]);
      return [[names.shares, given, [length, count]], ...own];
    }
    if (!repeated.includes(name)) return [[name, given, [1, ...shape]]];
    const { rows, count, members } = distinctRows(given, length);
    return [
      [name, rows, [1, count, ...rest]],
      [names.members(name), members, [length, count]],
    ];
  }
}

function openSession({ InferenceSession }: Runtime, model: OnnxModel): Promise<InferenceSession> {
  return InferenceSession.create(writeModel(model), {
    intraOpNumThreads: 1,
    executionProviders: ['cpu'],
    // The operators are fused already; its fused layer norm with a residual takes three times as long as the two one by one.
    graphOptimizationLevel: 'basic',
  });
}
