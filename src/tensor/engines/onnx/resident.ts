/**
 * Compiled graphs for devices with memory of their own (WebGPU): parameters and optimiser arrays stay on the device from
 * step to step, and the update is part of the graph. Each run returns the next values, which are fed to the next run.
 */
import type { InferenceSession, Tensor } from 'onnxruntime-common';
import { engineCodes } from '../../../diagnostics/codes/engine.ts';
import { MedxError, report } from '../../../diagnostics/diagnostic.ts';
import type {
  EvaluationOptions,
  EvaluationSession,
  ModelState,
  StateOptions,
  StepOptions,
  TrainingOptions,
  TrainingSession,
  Values,
} from '../../engine.ts';
import { initialiseParam } from '../../initialise.ts';
import type { Graph } from '../../ir.ts';
import { nodeOf, sameShape, sizeOf } from '../../ir.ts';
import { createNoise } from '../../normal.ts';
import { slotsOf, updateScalars } from '../../optimiser.ts';
import { trainingGraph } from '../../training-graph.ts';
import { scalarInput, scalarNames, updateGraph } from '../../update.ts';
import { lowerGraph, paramPrefix } from './lower.ts';
import { type OnnxModel, writeModel } from './proto.ts';
import { feedTensors, maskTensors, outputIds, type Runtime, type Tensors } from './session.ts';
import { checkFits, misfit } from './state.ts';

export interface ResidentState extends ModelState {
  readonly groups: ReadonlyMap<string, string>;
  /** The tensor `param/NAME`, `m/NAME` or `v/NAME`. Throws MED5004 if it is not there or has another shape. */
  tensorOf(array: string, shape: readonly number[]): Tensor;
  /** Takes the next values and counts the step. */
  commit(next: Tensors): void;
}

export function createResidentState(runtime: Runtime, graph: Graph, options: StateOptions): ResidentState {
  const { seed, optimiser } = options;
  const tensors = new Map<string, Tensor>();
  const groups = new Map<string, string>();
  let step = 0;
  const replace = (array: string, tensor: Tensor) => {
    tensors.get(array)?.dispose();
    tensors.set(array, tensor);
  };
  const put = (array: string, data: Float32Array, shape: readonly number[]) =>
    replace(array, new runtime.tensor('float32', data, shape));
  for (const [name, { node, init, group }] of Object.entries(graph.params)) {
    const { shape } = nodeOf(graph, node).type;
    const values = new Float32Array(sizeOf(shape));
    initialiseParam(values, init, seed, name);
    groups.set(name, group);
    put(`param/${name}`, values, shape);
    for (const slot of slotsOf(optimiser)) put(`${slot}/${name}`, new Float32Array(values.length), shape);
  }
  let reader: Promise<InferenceSession> | undefined;
  const read = async (): Promise<Record<string, Float32Array>> => {
    reader ??= runtime.create(writeModel(identityModel(tensors)));
    const results = (await (await reader).run(Object.fromEntries(tensors))) as Tensors;
    // Where nothing is on a device yet, the result may be the fed array itself: hence the copy.
    return Object.fromEntries(
      [...tensors.keys()].map((array) => [array, (results[`copy/${array}`]!.data as Float32Array).slice()]),
    );
  };

  return {
    seed,
    optimiser,
    groups,
    get step() {
      return step;
    },
    tensorOf: (array, shape) => {
      const tensor = tensors.get(array);
      if (tensor && sameShape(tensor.dims, shape)) return tensor;
      throw misfit('parameter', array, shape, tensor?.dims);
    },
    commit: (next) => {
      step += 1;
      for (const [array, tensor] of Object.entries(next)) replace(array, tensor);
    },
    save: async () => ({ seed, step, arrays: await read() }),
    load: async (checkpoint) => {
      checkFits(checkpoint, new Map([...tensors].map(([array, { size }]) => [array, size])), seed);
      for (const [array, { dims }] of [...tensors]) put(array, checkpoint.arrays[array]!.slice(), dims);
      step = checkpoint.step;
    },
    readParams: async () => {
      const arrays = await read();
      return Object.fromEntries([...groups.keys()].map((name) => [name, arrays[paramPrefix + name]!]));
    },
    writeParams: async (values: Values) => {
      const wrong = Object.entries(values).flatMap(([name, data]) => {
        const size = tensors.get(paramPrefix + name)?.size;
        const expected = size === undefined ? 'a parameter of the model' : `${size} numbers`;
        const found = `${data.length} numbers`;
        return size === data.length
          ? []
          : [report(engineCodes, 'MED5004', { what: 'parameter', name, expected, found })];
      });
      if (wrong.length > 0) throw new MedxError(wrong);
      for (const [name, data] of Object.entries(values))
        put(paramPrefix + name, data.slice(), tensors.get(paramPrefix + name)!.dims);
    },
    release: () => {
      for (const tensor of tensors.values()) tensor.dispose();
      tensors.clear();
      reader?.then((session) => session.release());
    },
  };
}

/**
 * Copies every array to the host. The binding's own way to read a tensor on a device, `getData`, aborts the process in
 * onnxruntime-node 1.30; an output that was not asked to stay on the device comes back by itself.
 */
function identityModel(tensors: ReadonlyMap<string, Tensor>): OnnxModel {
  const value = (name: string, { dims }: Tensor) => ({ name, element: 'float32' as const, shape: dims });
  const entries = [...tensors];
  return {
    nodes: entries.map(([array]) => ({
      op: 'Identity',
      domain: '',
      inputs: [array],
      outputs: [`copy/${array}`],
      attributes: {},
    })),
    initialisers: [],
    inputs: entries.map(([array, tensor]) => value(array, tensor)),
    outputs: entries.map(([array, tensor]) => value(`copy/${array}`, tensor)),
  };
}

/** Scalars of this step for every group, by input name. */
function scalarFeeds(state: ResidentState, groups: readonly string[], options: StepOptions) {
  const { scales, scaleMode = 'update', lr } = options;
  return Object.fromEntries(
    groups.flatMap((group) => {
      const scalars = updateScalars(state.optimiser, state.step + 1, scales?.[group] ?? 1, scaleMode, lr);
      return scalarNames(state.optimiser).map((name) => [
        scalarInput(group, name),
        Float32Array.of(scalars[name]),
      ]);
    }),
  );
}

/** Feeds of the parameters. Throws MED5004 if the state does not have them all in the graph's shapes. */
function paramTensors(state: ResidentState, graph: Graph, params: readonly string[]): Tensors {
  return Object.fromEntries(
    params.map((name) => {
      const array = paramPrefix + name;
      return [array, state.tensorOf(array, nodeOf(graph, graph.params[name]!.node).type.shape)];
    }),
  );
}

/** Names of the arrays `m/…` and `v/…`, which the graph takes as inputs but the state feeds. */
function slotInputs(next: readonly string[]): ReadonlySet<string> {
  return new Set(next.filter((array) => !array.startsWith(paramPrefix)));
}

export async function compileResidentTraining(
  runtime: Runtime,
  graph: Graph,
  options: TrainingOptions & { readonly state: ResidentState },
): Promise<TrainingSession> {
  const { state, loss } = options;
  const training = trainingGraph(graph, loss, { clip: state.optimiser.clip, rules: options.rules });
  const update = updateGraph(training, state.optimiser, options.rules);
  const noise = createNoise(training.noise, state.seed);
  const named = outputIds(graph, [...new Set([loss, ...(options.outputs ?? [])])]);
  const next = Object.keys(update.next);
  const outputs = { ...named };
  for (const array of next) outputs[`next/${array}`] = update.next[array]!;
  const lowered = lowerGraph(update.graph, { outputs, dropout: 'masks', portable: true });
  paramTensors(state, graph, lowered.params);
  const stay = next.map((array) => `next/${array}`);
  const session = await runtime.create(writeModel(lowered.model), stay);
  const masks = maskTensors(runtime, lowered, state.seed);
  const slots = slotInputs(next);
  const fed = lowered.inputs.filter((name) => !slots.has(name));
  const shapeOf = (array: string) => nodeOf(update.graph, update.next[array]!).type.shape;

  return {
    step: async (feeds, stepOptions = {}) => {
      const step = state.step + 1;
      const scalars = scalarFeeds(state, update.groups, stepOptions);
      const inputs = feedTensors(runtime, update.graph, fed, { ...feeds, ...scalars, ...noise(step) });
      masks.draw(step);
      const resident = paramTensors(state, graph, lowered.params);
      for (const array of slots) resident[array] = state.tensorOf(array, shapeOf(array));
      const results = (await session.run({ ...inputs, ...masks.tensors, ...resident })) as Tensors;
      const value = (results[loss]!.data as Float32Array)[0]!;
      const after = Object.fromEntries(next.map((array) => [array, results[`next/${array}`]!]));
      if (!Number.isFinite(value)) {
        for (const tensor of Object.values(after)) tensor.dispose();
        throw new MedxError(report(engineCodes, 'MED5003', { step, loss: value }));
      }
      state.commit(after);
      const values: Record<string, Float32Array> = {};
      for (const name of options.outputs ?? []) values[name] = (results[name]!.data as Float32Array).slice();
      return { loss: value, outputs: values };
    },
    release: () => session.release(),
  };
}

export async function compileResidentEvaluation(
  runtime: Runtime,
  graph: Graph,
  options: EvaluationOptions & { readonly state: ResidentState },
): Promise<EvaluationSession> {
  const { state } = options;
  const outputs = outputIds(graph, options.outputs);
  const lowered = lowerGraph(graph, { outputs, dropout: 'off', portable: true });
  paramTensors(state, graph, lowered.params);
  const session = await runtime.create(writeModel(lowered.model));
  return {
    run: async (feeds): Promise<Values> => {
      const resident = paramTensors(state, graph, lowered.params);
      const inputs = feedTensors(runtime, graph, lowered.inputs, feeds);
      const results = (await session.run({ ...inputs, ...resident })) as Tensors;
      return Object.fromEntries(
        options.outputs.map((name) => [name, (results[name]!.data as Float32Array).slice()]),
      );
    },
    release: () => session.release(),
  };
}
