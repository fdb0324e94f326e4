/**
 * What an op is: shape rule, gradient rule and float64 reference rule in one file per op. Executors have their own
 * lowering per op and are checked against the reference.
 */

import { engineCodes } from '../../diagnostics/codes/engine.ts';
import { MedxError, report } from '../../diagnostics/diagnostic.ts';
import type { Attrs, GraphBuilder, Node, TensorType } from '../ir.ts';

/** A value of the reference interpreter. int32 and bool values are held as float64 too. */
export interface RefTensor {
  readonly shape: readonly number[];
  readonly data: Float64Array;
}

/** What the reference rule of a random op may ask for. */
export interface RefContext {
  /** Keep-mask of a dropout node, already divided by the keep probability; undefined in evaluation. */
  dropoutMask(key: string, rate: number, size: number): Float32Array | undefined;
}

export interface OpDef {
  readonly op: string;
  /** Static type of the result. Throws MED5001 if the operands do not fit. */
  infer(inputs: readonly TensorType[], attrs: Attrs): TensorType;
  /**
   * Gradient of the loss with respect to each input, given `dy` with respect to the output; undefined where none
   * flows. `needs[i]` is false where input i needs none, so that nothing is built for it. Absent: no gradient at all.
   */
  gradient?(
    g: GraphBuilder,
    node: Node,
    dy: Node,
    inputs: readonly Node[],
    needs: readonly boolean[],
  ): readonly (Node | undefined)[];
  evaluate(inputs: readonly RefTensor[], attrs: Attrs, type: TensorType, context: RefContext): Float64Array;
}

/** Appends a node after checking its operands. */
export function emit(g: GraphBuilder, def: OpDef, inputs: readonly Node[], attrs: Attrs = {}): Node {
  const type = def.infer(
    inputs.map((n) => n.type),
    attrs,
  );
  const node: Node = { id: g.nodes.length, op: def.op, inputs: inputs.map((n) => n.id), attrs, type };
  g.nodes.push(node);
  return node;
}

/** Throws MED5001: operands that do not fit the op. */
export function refuse(op: string, inputs: readonly TensorType[], expected: string): never {
  const found = inputs.map((t) => `${t.dtype}[${t.shape.join(', ')}]`).join(' and ');
  throw new MedxError(report(engineCodes, 'MED5001', { op, found, expected }));
}

export function numberAttr(attrs: Attrs, name: string): number {
  const value = attrs[name];
  if (typeof value !== 'number') throw new TypeError(`attribute ${name} is not a number`);
  return value;
}

export function flagAttr(attrs: Attrs, name: string): boolean {
  return attrs[name] === true;
}

export function listAttr(attrs: Attrs, name: string): readonly number[] {
  const value = attrs[name];
  if (!Array.isArray(value)) throw new TypeError(`attribute ${name} is not a list`);
  return value as readonly number[];
}

export function textAttr(attrs: Attrs, name: string): string {
  const value = attrs[name];
  if (typeof value !== 'string') throw new TypeError(`attribute ${name} is not text`);
  return value;
}
