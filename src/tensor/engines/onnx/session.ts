/**
 * Compiled graphs whose parameters live in the host's memory (CPU; CUDA copies them over). A training step is one run of one ONNX graph (forward and backward)
 * followed by one pass of the optimiser kernel over each parameter.
 */
import type { InferenceSession, Tensor, TensorConstructor } from 'onnxruntime-common';
import { engineCodes } from '../../../diagnostics/codes/engine.ts';
import { MedxError, report } from '../../../diagnostics/diagnostic.ts';
import type {
  EvaluationOptions,
  EvaluationSession,
  Feeds,
  TrainingOptions,
  TrainingSession,
  Values,
} from '../../engine.ts';
import type { Graph } from '../../ir.ts';
import { nodeOf, sizeOf } from '../../ir.ts';
import { allocateArrays } from '../../kernels/kernels.ts';
import { createNoise } from '../../normal.ts';
import { dropThreshold, randomKey } from '../../random.ts';
import { scaleOutputs, withOutputScales } from '../../rules.ts';
import { trainingGraph } from '../../training-graph.ts';
import { type Lowered, lowerGraph, paramPrefix } from './lower.ts';
import { writeModel } from './proto.ts';
import { type HostState, paramsFor } from './state.ts';

/** ONNX Runtime as loaded at run time, with the session options of this engine. */
export interface Runtime {
  readonly tensor: TensorConstructor;
  /** `resident`: outputs that stay in the device's memory where it has one of its own. */
  create(model: Uint8Array, resident?: readonly string[]): Promise<InferenceSession>;
}

export type Tensors = Record<string, Tensor>;

function tensorOver(runtime: Runtime, data: Float32Array, shape: readonly number[]): Tensor {
  return new runtime.tensor('float32', data, shape);
}

/** Tensors over the caller's arrays. Throws MED5004 naming every input that is missing or does not fit. */
export function feedTensors(runtime: Runtime, graph: Graph, names: readonly string[], feeds: Feeds): Tensors {
  const tensors: Tensors = {};
  const diagnostics = names.flatMap((name) => {
    const { dtype, shape } = nodeOf(graph, graph.inputs[name]!).type;
    const data = feeds[name];
    if (data?.length === sizeOf(shape)) {
      if (dtype === 'float32' && data instanceof Float32Array) {
        tensors[name] = new runtime.tensor('float32', data, shape);
        return [];
      }
      if (dtype === 'int32' && data instanceof Int32Array) {
        tensors[name] = new runtime.tensor('int32', data, shape);
        return [];
      }
    }
    const expected = `${dtype}[${shape.join(', ')}]`;
    const found = data ? `${data.constructor.name} of ${data.length}` : 'nothing';
    return [report(engineCodes, 'MED5004', { what: 'input', name, expected, found })];
  });
  if (diagnostics.length > 0) throw new MedxError(diagnostics);
  return tensors;
}

export function outputIds(graph: Graph, names: readonly string[]): Record<string, number> {
  return Object.fromEntries(
    names.map((name) => {
      const id = graph.outputs[name];
      if (id === undefined) throw new RangeError(`the graph has no output ${name}`);
      return [name, id];
    }),
  );
}

/** Preallocated outputs: ONNX Runtime writes into the same arrays at every run. */
function fetchTensors(runtime: Runtime, graph: Graph, outputs: Record<string, number>): Tensors {
  return Object.fromEntries(
    Object.entries(outputs).map(([name, id]) => {
      const { shape } = nodeOf(graph, id).type;
      return [name, tensorOver(runtime, new Float32Array(sizeOf(shape)), shape)];
    }),
  );
}

function copyOf(tensor: Tensor): Float32Array {
  return (tensor.data as Float32Array).slice();
}

/** The mask tensors of a graph and a function that draws them anew for a step. */
export function maskTensors(runtime: Runtime, lowered: Lowered, seed: number) {
  const { kernels, arrays } = allocateArrays(lowered.masks.map((mask) => sizeOf(mask.shape)));
  const tensors: Tensors = {};
  lowered.masks.forEach((mask, i) => {
    tensors[mask.name] = tensorOver(runtime, arrays[i]!.data, mask.shape);
  });
  const draw = (step: number) => {
    lowered.masks.forEach(({ key, rate }, i) => {
      const { a, b } = randomKey(seed, step, key);
      const { pointer, padded } = arrays[i]!;
      kernels.mask(pointer, padded, a, b, dropThreshold(rate), 1 / (1 - rate));
    });
  };
  return { tensors, draw };
}

export async function compileHostTraining(
  runtime: Runtime,
  graph: Graph,
  options: TrainingOptions & { readonly state: HostState },
): Promise<TrainingSession> {
  const { state, loss } = options;
  const training = trainingGraph(graph, loss, { clip: state.optimiser.clip, rules: options.rules });
  const told = [loss, ...(options.outputs ?? []), ...scaleOutputs(options.rules)];
  const named = outputIds(graph, [...new Set(told)]);
  const updated = Object.keys(training.gradients);
  const outputs = { ...named };
  for (const name of updated) outputs[`gradient/${name}`] = training.gradients[name]!;
  const lowered = lowerGraph(training.graph, { outputs, dropout: 'masks' });
  const session = await runtime.create(writeModel(lowered.model));
  const masks = maskTensors(runtime, lowered, state.seed);
  const fixed: Tensors = { ...masks.tensors };
  const fetches = fetchTensors(runtime, graph, named);
  const noise = createNoise(training.noise, state.seed);
  for (const { name, shape, p } of paramsFor(state, graph, lowered.params))
    fixed[paramPrefix + name] = tensorOver(runtime, p.data, shape);
  for (const { name, shape, g } of paramsFor(state, graph, updated))
    fetches[`gradient/${name}`] = tensorOver(runtime, g.data, shape);

  return {
    step: async (feeds, stepOptions = {}) => {
      const step = state.step + 1;
      masks.draw(step);
      const inputs = feedTensors(runtime, training.graph, lowered.inputs, { ...feeds, ...noise(step) });
      await session.run({ ...inputs, ...fixed }, fetches);
      const scalarOf = (name: string) => (fetches[name]?.data as Float32Array | undefined)?.[0] ?? Number.NaN;
      const value = scalarOf(loss);
      if (!Number.isFinite(value)) throw new MedxError(report(engineCodes, 'MED5003', { step, loss: value }));
      state.update(updated, withOutputScales(options.rules, stepOptions, scalarOf));
      const values: Record<string, Float32Array> = {};
      for (const name of options.outputs ?? []) values[name] = copyOf(fetches[name]!);
      return { loss: value, outputs: values };
    },
    release: () => session.release(),
  };
}

export async function compileHostEvaluation(
  runtime: Runtime,
  graph: Graph,
  options: EvaluationOptions & { readonly state: HostState },
): Promise<EvaluationSession> {
  const outputs = outputIds(graph, options.outputs);
  const lowered = lowerGraph(graph, { outputs, dropout: 'off' });
  const session = await runtime.create(writeModel(lowered.model));
  const fetches = fetchTensors(runtime, graph, outputs);
  const fixed: Tensors = {};
  for (const { name, shape, p } of paramsFor(options.state, graph, lowered.params))
    fixed[paramPrefix + name] = tensorOver(runtime, p.data, shape);
  return {
    run: async (feeds): Promise<Values> => {
      await session.run({ ...feedTensors(runtime, graph, lowered.inputs, feeds), ...fixed }, fetches);
      return Object.fromEntries(options.outputs.map((name) => [name, copyOf(fetches[name]!)]));
    },
    release: () => session.release(),
  };
}
