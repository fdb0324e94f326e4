/**
 * An engine on the float64 interpreter, parameters kept in float32: slow, exact, no native module. Training tests that
 * ask about the loop and not about an executor run on it.
 */
import type { Engine, ModelState, Values } from '../../../src/tensor/engine.ts';
import { initialiseParam } from '../../../src/tensor/initialise.ts';
import { type Graph, nodeOf, sizeOf } from '../../../src/tensor/ir.ts';
import { createNoise } from '../../../src/tensor/normal.ts';
import { slotsOf, updateReference, updateScalars } from '../../../src/tensor/optimiser.ts';
import { evaluateReference } from '../../../src/tensor/reference.ts';
import { scaleOutputs, withOutputScales } from '../../../src/tensor/rules.ts';
import { trainingGraph } from '../../../src/tensor/training-graph.ts';

type ReferenceState = ModelState & { arrays: Map<string, Float32Array>; done: number };

export const referenceEngine: Engine = {
  executor: 'onnx',
  device: 'cpu',
  threads: 1,
  createState: (graph, { seed, optimiser }) => {
    const arrays = new Map<string, Float32Array>();
    for (const [name, { node, init }] of Object.entries(graph.params)) {
      const values = new Float32Array(sizeOf(nodeOf(graph, node).type.shape));
      initialiseParam(values, init, seed, name);
      arrays.set(`param/${name}`, values);
      for (const slot of slotsOf(optimiser)) arrays.set(`${slot}/${name}`, new Float32Array(values.length));
    }
    const state: ReferenceState = {
      seed,
      optimiser,
      arrays,
      done: 0,
      get step() {
        return this.done;
      },
      save: async () => ({ seed, step: state.done, arrays: copies(arrays, '') }),
      load: async (checkpoint) => {
        state.done = checkpoint.step;
        for (const [name, values] of Object.entries(checkpoint.arrays)) arrays.get(name)?.set(values);
      },
      readParams: async () => copies(arrays, 'param/'),
      writeParams: async (values) => {
        for (const [name, array] of Object.entries(values)) arrays.get(`param/${name}`)?.set(array);
      },
      release: () => undefined,
    };
    return state;
  },
  compileTraining: async (graph, { state, loss, outputs = [], rules }) => {
    const training = trainingGraph(graph, loss, { clip: (state as ReferenceState).optimiser.clip, rules });
    const own = state as ReferenceState;
    const told = [loss, ...outputs, ...scaleOutputs(rules)];
    const wanted = told.map((name) => graph.outputs[name] ?? -1);
    const noise = createNoise(training.noise, own.seed);
    const ids = Object.entries(training.gradients);
    return {
      step: async (feeds, options = {}) => {
        own.done += 1;
        const values = evaluateReference(training.graph, [...wanted, ...ids.map(([, id]) => id)], {
          inputs: { ...feeds, ...noise(own.done) },
          params: copies(own.arrays, 'param/'),
          training: { seed: own.seed, step: own.done },
        });
        const said = (output: string) => values[told.indexOf(output)]?.[0] ?? Number.NaN;
        const { scales = {}, scaleMode = 'update' } = withOutputScales(rules, options, said);
        ids.forEach(([name], i) => {
          const scale = scales[graph.params[name]?.group ?? ''] ?? 1;
          const scalars = updateScalars(own.optimiser, own.done, scale, scaleMode);
          const live = ['param', 'm', 'v'].map((kind) => own.arrays.get(`${kind}/${name}`));
          const [p, m, v] = live.map((array) => Float64Array.from(array ?? []));
          const gradient = values[wanted.length + i];
          if (!p || !m || !v || !gradient) throw new Error(`no arrays of ${name}`);
          updateReference(own.optimiser, scalars, p, gradient, m, v);
          [p, m, v].forEach((array, k) => {
            live[k]?.set(array);
          });
        });
        return { loss: values[0]?.[0] ?? Number.NaN, outputs: named(outputs, values.slice(1)) };
      },
      release: async () => undefined,
    };
  },
  compileEvaluation: async (graph: Graph, { state, outputs }) => ({
    run: async (feeds) => {
      const params = copies((state as ReferenceState).arrays, 'param/');
      const wanted = outputs.map((name) => graph.outputs[name] ?? -1);
      return named(outputs, evaluateReference(graph, wanted, { inputs: feeds, params }));
    },
    release: async () => undefined,
  }),
};

function copies(arrays: ReadonlyMap<string, Float32Array>, prefix: string): Record<string, Float32Array> {
  const chosen = [...arrays].filter(([name]) => name.startsWith(prefix));
  return Object.fromEntries(chosen.map(([name, values]) => [name.slice(prefix.length), values.slice()]));
}

function named(outputs: readonly string[], values: readonly Float64Array[]): Values {
  return Object.fromEntries(outputs.map((name, i) => [name, Float32Array.from(values[i] ?? [])]));
}
