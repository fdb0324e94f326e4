/** What the lowering of an op to tfjs sees. Each rule returns a new tensor; what it makes on the way is tidied up for it. */
import type { Tensor } from '@tensorflow/tfjs-core';
import type { Node } from '../../../ir.ts';
import type { TfApi } from '../backend.ts';

export interface Lowering {
  readonly tf: TfApi;
  /**
   * True where products with transposed operands are as fast as plain ones. The WebAssembly backend has a fast kernel for
   * plain products alone (24 against 1.6 GFLOP/s on 640×768×768), so operands are transposed first.
   */
  readonly transposesInProducts: boolean;
  /** True where float additions into one row may come in any order (GPU atomics), which would break bit equality. */
  readonly unorderedScatter: boolean;
  /** Keep-mask of a dropout node, flat, divided by the keep probability; undefined in evaluation. Not the rule's to free. */
  dropoutMask(key: string, rate: number, size: number): Tensor | undefined;
}

export type LoweringRule = (context: Lowering, inputs: readonly Tensor[], node: Node) => Tensor;

export type LoweringTable = { readonly [op: string]: LoweringRule };

/** The i-th operand. Shapes and counts were checked when the graph was built. */
export function operand(inputs: readonly Tensor[], i: number): Tensor {
  const x = inputs[i];
  if (!x) throw new RangeError(`no operand ${i}`);
  return x;
}
