/**
 * The slow float64 interpreter of the IR: one node after another by each op's reference rule. It defines what the ops
 * mean; executors are tested against it.
 */
import type { Graph, NodeId } from './ir.ts';
import { nodeOf, reachable, sizeOf } from './ir.ts';
import { opNamed } from './ops/index.ts';
import type { RefTensor } from './ops/op.ts';
import { dropoutMask } from './random.ts';

export type ReferenceValues = { readonly [name: string]: ArrayLike<number> };

export interface ReferenceOptions {
  readonly inputs?: ReferenceValues;
  readonly params?: ReferenceValues;
  /** Dropout is on when given. */
  readonly training?: { readonly seed: number; readonly step: number };
}

/** Values of `wanted` nodes. Throws RangeError for a missing or badly sized leaf. */
export function evaluateReference(
  graph: Graph,
  wanted: readonly NodeId[],
  options: ReferenceOptions,
): Float64Array[] {
  const { training } = options;
  const context = {
    dropoutMask: (key: string, rate: number, size: number) =>
      training && dropoutMask(training.seed, training.step, key, rate, size),
  };
  const values = new Map<NodeId, RefTensor>();
  for (const id of reachable(graph, wanted)) {
    const node = nodeOf(graph, id);
    const { shape } = node.type;
    if (node.op === 'input' || node.op === 'param') {
      const given = (node.op === 'input' ? options.inputs : options.params)?.[node.name ?? ''];
      if (given?.length !== sizeOf(shape))
        throw new RangeError(
          `${node.op} ${node.name}: ${given?.length ?? 'no'} values for [${shape.join(', ')}]`,
        );
      values.set(id, { shape, data: Float64Array.from(given) });
      continue;
    }
    const inputs = node.inputs.map((input) => values.get(input)!);
    values.set(id, { shape, data: opNamed(node.op).evaluate(inputs, node.attrs, node.type, context) });
  }
  return wanted.map((id) => values.get(id)!.data);
}
