/** A trained model as a `.onnx` file that any ONNX runtime can load: standard operators, parameters inside, no dropout. */
import type { Values } from '../../engine.ts';
import type { Graph } from '../../ir.ts';
import { lowerGraph } from './lower.ts';
import { writeModel } from './proto.ts';

/** The bytes of the file. Its inputs are those of `graph` that `outputs` (names of graph outputs) need. */
export function exportModel(graph: Graph, outputs: readonly string[], params: Values): Uint8Array {
  const ids = Object.fromEntries(
    outputs.map((name) => {
      const id = graph.outputs[name];
      if (id === undefined) throw new RangeError(`the graph has no output ${name}`);
      return [name, id];
    }),
  );
  return writeModel(lowerGraph(graph, { outputs: ids, dropout: 'off', params, portable: true }).model);
}
