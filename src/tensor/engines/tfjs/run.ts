/** Runs a schedule on tfjs: one op after another, every value given back as soon as nothing reads it any more. */
import type { Tensor } from '@tensorflow/tfjs-core';
import type { NodeId } from '../../ir.ts';
import type { TfjsRuntime } from './backend.ts';
import type { Schedule } from './liveness.ts';
import { loweringOf } from './lowering/index.ts';
import type { Lowering } from './lowering/lowering.ts';

/** Draws the flat mask of a dropout key. */
export type MaskSource = (key: string, rate: number, size: number) => Float32Array;

/**
 * Values of the schedule's roots, which the caller disposes. `leaves` stay the caller's. Synchronous; activates the
 * backend. `masks` undefined switches dropout off.
 */
export function runSchedule(
  runtime: TfjsRuntime,
  schedule: Schedule,
  leaves: ReadonlyMap<NodeId, Tensor>,
  masks?: MaskSource,
): Map<NodeId, Tensor> {
  const { tf } = runtime;
  runtime.activate();
  const values = new Map<NodeId, Tensor>();
  const drawn = new Map<string, Tensor>();
  const context = loweringContext(runtime, (key, rate, size) => {
    if (!masks) return undefined;
    const there = drawn.get(key);
    if (there) return there;
    const mask = tf.keep(tf.tensor1d(masks(key, rate, size)));
    drawn.set(key, mask);
    return mask;
  });
  const release = (id: NodeId) => {
    values.get(id)?.dispose();
    values.delete(id);
  };
  try {
    for (const { node, free, freeMasks } of schedule.steps) {
      const inputs = node.inputs.map((id) => required(values.get(id) ?? leaves.get(id), id));
      const rule = loweringOf(node.op);
      // The tidy frees what a fused op makes on the way.
      values.set(
        node.id,
        tf.tidy(() => rule(context, inputs, node)),
      );
      for (const id of free) release(id);
      for (const key of freeMasks) {
        drawn.get(key)?.dispose();
        drawn.delete(key);
      }
    }
    const results = new Map<NodeId, Tensor>();
    for (const id of schedule.roots) {
      // A root that is a leaf keeps its owner; the caller gets a second handle.
      results.set(id, values.get(id) ?? tf.clone(required(leaves.get(id), id)));
    }
    return results;
  } catch (error) {
    for (const id of [...values.keys()]) release(id);
    for (const mask of drawn.values()) mask.dispose();
    throw error;
  }
}

function required(tensor: Tensor | undefined, id: NodeId): Tensor {
  if (!tensor) throw new RangeError(`node ${id} has no value`);
  return tensor;
}

function loweringContext(runtime: TfjsRuntime, dropoutMask: Lowering['dropoutMask']): Lowering {
  const { tf, backend } = runtime;
  return {
    tf,
    transposesInProducts: backend !== 'wasm',
    unorderedScatter: backend === 'webgpu' || backend === 'node-gpu',
    dropoutMask,
  };
}
