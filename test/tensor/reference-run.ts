/** Training in float64: the interpreter and the reference optimiser. What executors are measured by. */
import type { Feeds, StepOptions } from '../../src/tensor/engine.ts';
import { initialiseParam } from '../../src/tensor/initialise.ts';
import { type Graph, nodeOf, sizeOf } from '../../src/tensor/ir.ts';
import { type Optimiser, updateReference, updateScalars } from '../../src/tensor/optimiser.ts';
import { evaluateReference } from '../../src/tensor/reference.ts';
import { trainingGraph } from '../../src/tensor/training-graph.ts';

export interface Run {
  readonly losses: readonly number[];
  readonly params: { readonly [name: string]: ArrayLike<number> };
}

export function trainReference(
  graph: Graph,
  seed: number,
  optimiser: Optimiser,
  steps: number,
  batch: (step: number) => Feeds,
  options: StepOptions = {},
): Run {
  const training = trainingGraph(graph, 'loss', { clip: optimiser.clip });
  const names = Object.keys(graph.params);
  const fresh = (name: string) =>
    new Float64Array(sizeOf(nodeOf(graph, graph.params[name]?.node as number).type.shape));
  const params = Object.fromEntries(
    names.map((name) => {
      const values = new Float32Array(fresh(name).length);
      initialiseParam(values, graph.params[name]?.init ?? { kind: 'constant', value: 0 }, seed, name);
      return [name, Float64Array.from(values)];
    }),
  );
  const m = Object.fromEntries(names.map((name) => [name, fresh(name)]));
  const v = Object.fromEntries(names.map((name) => [name, fresh(name)]));
  const losses: number[] = [];
  const updated = Object.keys(training.gradients);
  const wanted = [training.loss, ...Object.values(training.gradients)];
  for (let step = 1; step <= steps; step++) {
    const inputs = batch(step) as { [name: string]: Float32Array };
    const [loss, ...gradients] = evaluateReference(training.graph, wanted, {
      inputs,
      params,
      training: { seed, step },
    });
    losses.push(loss?.[0] as number);
    updated.forEach((name, i) => {
      const scale = options.scales?.[graph.params[name]?.group as string] ?? 1;
      const scalars = updateScalars(optimiser, step, scale, options.scaleMode ?? 'update', options.lr);
      updateReference(
        optimiser,
        scalars,
        params[name] as Float64Array,
        gradients[i] as Float64Array,
        m[name] as Float64Array,
        v[name] as Float64Array,
      );
    });
  }
  return { losses, params };
}
