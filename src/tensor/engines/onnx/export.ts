/** A trained model as a `.onnx` file that any ONNX runtime can load: standard operators, parameters inside, no dropout. */
import type { Values } from '../../engine.ts';
import type { Graph } from '../../ir.ts';
import { lowerGraph } from './lower.ts';
import { type OnnxModel, writeModel } from './proto.ts';
import { withVariableBatch } from './variable-batch.ts';

/** The bytes of the file. Its inputs are those of `graph` that `outputs` (names of graph outputs) need. */
export function exportModel(graph: Graph, outputs: readonly string[], params: Values): Uint8Array {
  return writeModel(portableModel(graph, outputs, params));
}

/** A file that takes any batch size: `build` gives the same graph for one. */
export function exportForAnyBatch(
  build: (batch: number) => Graph,
  outputs: readonly string[],
  params: Values,
): Uint8Array {
  const of = (batch: number) => portableModel(build(batch), outputs, params);
  return writeModel(withVariableBatch(of(2), of(3)));
}

/** Sizes of an axis that is free; no other axis has them. */
const free = [10_007, 10_009] as const;

/**
 * A model for ONNX Runtime alone, with operators of its own, and for one case: `build` gives the same graph whatever size the
 * axes have that differ from case to case.
 */
export function modelForOneCase(
  build: (size: number) => { readonly graph: Graph; readonly params: Values },
): OnnxModel {
  const [one, other] = free.map((size) => {
    const { graph, params } = build(size);
    return modelOf(graph, Object.keys(graph.outputs), params, false);
  }) as [OnnxModel, OnnxModel];
  return withVariableBatch(one, other, ({ name }, axis) => `${name}:${axis}`);
}

function portableModel(graph: Graph, outputs: readonly string[], params: Values): OnnxModel {
  return modelOf(graph, outputs, params, true);
}

function modelOf(graph: Graph, outputs: readonly string[], params: Values, portable: boolean): OnnxModel {
  const ids = Object.fromEntries(
    outputs.map((name) => {
      const id = graph.outputs[name];
      if (id === undefined) throw new RangeError(`the graph has no output ${name}`);
      return [name, id];
    }),
  );
  return lowerGraph(graph, { outputs: ids, dropout: 'off', params, portable }).model;
}
