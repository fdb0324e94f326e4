/** Compiled graphs on tfjs: training steps and evaluation. */
import type { Tensor } from '@tensorflow/tfjs-core';
import { deviceCodes } from '../../../diagnostics/codes/devices.ts';
import { engineCodes } from '../../../diagnostics/codes/engine.ts';
import { type Diagnostic, MedxError, report } from '../../../diagnostics/diagnostic.ts';
import type {
  EvaluationOptions,
  EvaluationSession,
  Feeds,
  TrainingOptions,
  TrainingSession,
  Values,
} from '../../engine.ts';
import type { Graph, Node, NodeId } from '../../ir.ts';
import { sizeOf } from '../../ir.ts';
import { createNoise } from '../../normal.ts';
import { listAttr } from '../../ops/op.ts';
import { dropoutMask } from '../../random.ts';
import { scaleOutputs, withOutputScales } from '../../rules.ts';
import { trainingGraph } from '../../training-graph.ts';
import type { TfjsRuntime } from './backend.ts';
import { leavesOf, peakBytes, type Schedule, scheduleOf } from './liveness.ts';
import { type MaskSource, runSchedule } from './run.ts';
import { copyOf, disposeSlots, type Slots, type TfjsState } from './state.ts';

/** The WebAssembly heap can grow to 4 GiB; past it, tfjs corrupts memory without an error. Some room is left for fused ops. */
const wasmBytes = 3.5 * 2 ** 30;

interface Compiled {
  readonly schedule: Schedule;
  /** Makes the leaves of one run, runs it, frees the inputs. The caller disposes the results. */
  run(feeds: Feeds, masks?: MaskSource): Map<NodeId, Tensor>;
  release(): void;
}

function compile(
  runtime: TfjsRuntime,
  state: TfjsState,
  graph: Graph,
  roots: readonly NodeId[],
  training: boolean,
): Compiled {
  const schedule = scheduleOf(graph, roots, training);
  const bytes = peakBytes(schedule, training);
  if (runtime.backend === 'wasm' && bytes > wasmBytes)
    throw new MedxError(report(deviceCodes, 'MED5102', { gib: bytes / 2 ** 30 }));
  const leaves = leavesOf(graph, schedule);
  const inputs = leaves.filter((node) => node.op === 'input');
  const params = leaves.filter((node) => node.op === 'param');
  for (const { name = '', type } of params) state.tensorOf(name, type.shape);
  runtime.activate();
  const constants = new Map(
    leaves.filter((node) => node.op === 'constant').map((node) => [node.id, constantTensor(runtime, node)]),
  );
  return {
    schedule,
    run: (feeds, masks) => {
      checkFeeds(inputs, feeds);
      runtime.activate();
      const values = new Map<NodeId, Tensor>(constants);
      for (const node of params) values.set(node.id, state.tensorOf(node.name ?? '', node.type.shape));
      const fed = inputs.map((node) => {
        const tensor = inputTensor(runtime, node, feeds[node.name ?? '']);
        values.set(node.id, tensor);
        return tensor;
      });
      try {
        return runSchedule(runtime, schedule, values, masks);
      } finally {
        for (const tensor of fed) tensor.dispose();
      }
    },
    release: () => {
      for (const tensor of constants.values()) tensor.dispose();
      constants.clear();
    },
  };
}

function constantTensor({ tf }: TfjsRuntime, { attrs, type }: Node): Tensor {
  const data = listAttr(attrs, 'data');
  const shape = [...type.shape];
  const [first = 0] = data;
  const size = sizeOf(shape);
  const values =
    data.length === 1
      ? new Float32Array(size).fill(first)
      : Float32Array.from({ length: size }, (_, i) => data[i] ?? 0);
  if (type.dtype === 'float32') return tf.tensor(values, shape, 'float32');
  if (type.dtype === 'int32') return tf.tensor(Int32Array.from(values), shape, 'int32');
  return tf.tensor(Uint8Array.from(values), shape, 'bool');
}

/** A copy of the caller's array: a backend may upload it later than the call. */
function inputTensor({ tf }: TfjsRuntime, { type }: Node, data: Feeds[string] | undefined): Tensor {
  if (!data) throw new RangeError('the feeds were not checked');
  const shape = [...type.shape];
  if (type.dtype === 'bool') return tf.tensor(Uint8Array.from(data), shape, 'bool');
  return tf.tensor(data.slice(), shape, type.dtype);
}

/** Throws MED5004 naming every input that is missing, of the wrong size or of the wrong type. */
function checkFeeds(inputs: readonly Node[], feeds: Feeds): void {
  const misfits = inputs.flatMap(({ name = '', type }): Diagnostic[] => {
    const data = feeds[name];
    const rightType = type.dtype === 'float32' ? data instanceof Float32Array : data instanceof Int32Array;
    if (data && rightType && data.length === sizeOf(type.shape)) return [];
    const expected = `${type.dtype}[${type.shape.join(', ')}]`;
    const found = data ? `${data.constructor.name} of ${data.length}` : 'nothing';
    return [report(engineCodes, 'MED5004', { what: 'input', name, expected, found })];
  });
  if (misfits.length > 0) throw new MedxError(misfits);
}

function outputIds(graph: Graph, names: readonly string[]): Map<string, NodeId> {
  return new Map(
    names.map((name) => {
      const id = graph.outputs[name];
      if (id === undefined) throw new RangeError(`the graph has no output ${name}`);
      return [name, id];
    }),
  );
}

async function readOutputs(
  outputs: ReadonlyMap<string, NodeId>,
  results: ReadonlyMap<NodeId, Tensor>,
): Promise<Values> {
  const values: Record<string, Float32Array> = {};
  for (const [name, id] of outputs) values[name] = await copyOf(results.get(id) as Tensor);
  return values;
}

function disposeAll(tensors: Iterable<Tensor>): void {
  for (const tensor of tensors) tensor.dispose();
}

export function compileTfjsTraining(
  runtime: TfjsRuntime,
  graph: Graph,
  options: TrainingOptions & { readonly state: TfjsState },
): TrainingSession {
  const { state } = options;
  const training = trainingGraph(graph, options.loss, { clip: state.optimiser.clip, rules: options.rules });
  const outputs = outputIds(graph, options.outputs ?? []);
  const scales = outputIds(graph, scaleOutputs(options.rules));
  const noise = createNoise(training.noise, state.seed);
  const gradientIds = Object.entries(training.gradients);
  const roots = [training.loss, ...outputs.values(), ...scales.values(), ...gradientIds.map(([, id]) => id)];
  const compiled = compile(runtime, state, training.graph, roots, true);
  return {
    step: async (feeds, stepOptions = {}) => {
      const step = state.step + 1;
      const results = compiled.run({ ...feeds, ...noise(step) }, (key, rate, size) =>
        dropoutMask(state.seed, step, key, rate, size),
      );
      const proposed = new Map<string, Slots>();
      try {
        const told = await readOutputs(scales, results);
        const scaled = withOutputScales(options.rules, stepOptions, (name) => told[name]?.[0] ?? Number.NaN);
        runtime.activate();
        for (const [name, id] of gradientIds)
          proposed.set(name, state.propose(name, results.get(id) as Tensor, scaled));
        const [loss = Number.NaN] = await copyOf(results.get(training.loss) as Tensor);
        const values = await readOutputs(outputs, results);
        if (!Number.isFinite(loss)) throw new MedxError(report(engineCodes, 'MED5003', { step, loss }));
        state.commit(proposed);
        return { loss, outputs: values };
      } catch (error) {
        for (const slots of proposed.values()) disposeSlots(slots);
        throw error;
      } finally {
        disposeAll(results.values());
      }
    },
    release: async () => compiled.release(),
  };
}

export function compileTfjsEvaluation(
  runtime: TfjsRuntime,
  graph: Graph,
  options: EvaluationOptions & { readonly state: TfjsState },
): EvaluationSession {
  const outputs = outputIds(graph, options.outputs);
  const compiled = compile(runtime, options.state, graph, [...outputs.values()], false);
  return {
    run: async (feeds) => {
      const results = compiled.run(feeds);
      try {
        return await readOutputs(outputs, results);
      } finally {
        disposeAll(results.values());
      }
    },
    release: async () => compiled.release(),
  };
}
