/** Parameters and optimiser arrays as tfjs tensors, and one update of them. */
import type { Tensor } from '@tensorflow/tfjs-core';
import { engineCodes } from '../../../diagnostics/codes/engine.ts';
import { MedxError, report } from '../../../diagnostics/diagnostic.ts';
import type { Checkpoint, ModelState, StateOptions, StepOptions, Values } from '../../engine.ts';
import { initialiseParam } from '../../initialise.ts';
import type { Graph } from '../../ir.ts';
import { nodeOf, sizeOf } from '../../ir.ts';
import { slotsOf, updateScalars } from '../../optimiser.ts';
import type { TfjsRuntime } from './backend.ts';
import { updateTensors } from './update.ts';

export type Slots = { readonly param: Tensor; readonly m: Tensor; readonly v?: Tensor };

export interface TfjsState extends ModelState {
  readonly runtime: TfjsRuntime;
  /** The parameter's present tensor, owned by the state. Throws MED5004 if there is none of this shape. */
  tensorOf(name: string, shape: readonly number[]): Tensor;
  /** A parameter's values after one step, the old ones still in force. Synchronous; the backend must be active. */
  propose(name: string, gradient: Tensor, options: StepOptions): Slots;
  /** Puts proposed values in force and counts the step. */
  commit(proposed: ReadonlyMap<string, Slots>): void;
}

interface Held {
  readonly group: string;
  readonly shape: readonly number[];
  slots: Slots;
}

export function disposeSlots(slots: Slots): void {
  slots.param.dispose();
  slots.m.dispose();
  slots.v?.dispose();
}

function required(held: ReadonlyMap<string, Held>, name: string): Held {
  const found = held.get(name);
  if (!found) throw new RangeError(`no parameter ${name}`);
  return found;
}

export function createTfjsState(runtime: TfjsRuntime, graph: Graph, options: StateOptions): TfjsState {
  const { tf } = runtime;
  const { seed, optimiser } = options;
  const withSecond = slotsOf(optimiser).includes('v');
  const held = new Map<string, Held>();
  let step = 0;

  const tensor = (data: Float32Array, shape: readonly number[]) => tf.tensor(data, [...shape], 'float32');
  const slotsFrom = (param: Float32Array, m: Float32Array, v: Float32Array, shape: readonly number[]) => ({
    param: tensor(param, shape),
    m: tensor(m, shape),
    ...(withSecond ? { v: tensor(v, shape) } : {}),
  });

  runtime.activate();
  for (const [name, { node, init, group }] of Object.entries(graph.params)) {
    const { shape } = nodeOf(graph, node).type;
    const size = sizeOf(shape);
    const values = new Float32Array(size);
    initialiseParam(values, init, seed, name);
    const slots = slotsFrom(values, new Float32Array(size), new Float32Array(size), shape);
    held.set(name, { group, shape, slots });
  }

  const read = async (): Promise<Record<string, Float32Array>> => {
    const arrays: Record<string, Float32Array> = {};
    for (const [name, { slots }] of held) {
      arrays[`param/${name}`] = await copyOf(slots.param);
      arrays[`m/${name}`] = await copyOf(slots.m);
      if (slots.v) arrays[`v/${name}`] = await copyOf(slots.v);
    }
    return arrays;
  };

  return {
    runtime,
    seed,
    optimiser,
    get step() {
      return step;
    },
    tensorOf: (name, shape) => {
      const found = held.get(name);
      if (found?.shape.join() === shape.join()) return found.slots.param;
      throw new MedxError(
        report(engineCodes, 'MED5004', {
          what: 'parameter',
          name,
          expected: `[${shape.join(', ')}]`,
          found: found ? `[${found.shape.join(', ')}]` : 'none of this name',
        }),
      );
    },
    propose: (name, gradient, { scales, scaleMode = 'update', lr }) => {
      const { group, slots } = required(held, name);
      const scalars = updateScalars(optimiser, step + 1, scales?.[group] ?? 1, scaleMode, lr);
      return updateTensors(tf, optimiser, scalars, slots, gradient);
    },
    commit: (proposed) => {
      step += 1;
      for (const [name, slots] of proposed) {
        const found = required(held, name);
        disposeSlots(found.slots);
        found.slots = slots;
      }
    },
    save: async () => ({ seed, step, arrays: await read() }),
    load: async (checkpoint) => {
      const names = [...held].flatMap(([name, { slots, shape }]) =>
        Object.keys(slots).map((slot) => ({ array: `${slot}/${name}`, size: sizeOf(shape) })),
      );
      checkFits(checkpoint, names, seed);
      runtime.activate();
      for (const [name, found] of held) {
        const empty = new Float32Array(0);
        const [param, m, v] = ['param', 'm', 'v'].map((slot) =>
          Float32Array.from(checkpoint.arrays[`${slot}/${name}`] ?? empty),
        ) as [Float32Array, Float32Array, Float32Array];
        disposeSlots(found.slots);
        found.slots = slotsFrom(param, m, v, found.shape);
      }
      step = checkpoint.step;
    },
    readParams: async () => {
      const values: Record<string, Float32Array> = {};
      for (const [name, { slots }] of held) values[name] = await copyOf(slots.param);
      return values;
    },
    writeParams: async (values: Values) => {
      const misfits = Object.entries(values).flatMap(([name, data]) => {
        const found = held.get(name);
        const size = found && sizeOf(found.shape);
        if (size === data.length) return [];
        const expected = size === undefined ? 'a parameter of the model' : `${size} numbers`;
        return [
          report(engineCodes, 'MED5004', {
            what: 'parameter',
            name,
            expected,
            found: `${data.length} numbers`,
          }),
        ];
      });
      if (misfits.length > 0) throw new MedxError(misfits);
      runtime.activate();
      for (const [name, data] of Object.entries(values)) {
        const found = required(held, name);
        found.slots.param.dispose();
        found.slots = { ...found.slots, param: tensor(data.slice(), found.shape) };
      }
    },
    release: () => {
      for (const { slots } of held.values()) disposeSlots(slots);
      held.clear();
    },
  };
}

/** A copy on the host: a backend may hand out the array that it holds itself. */
export async function copyOf(tensor: Tensor): Promise<Float32Array> {
  return Float32Array.from(await tensor.data());
}

function checkFits(
  checkpoint: Checkpoint,
  own: readonly { array: string; size: number }[],
  seed: number,
): void {
  const names = new Set(own.map(({ array }) => array));
  const misfits = own.filter(({ array, size }) => checkpoint.arrays[array]?.length !== size);
  const extra = Object.keys(checkpoint.arrays).filter((name) => !names.has(name));
  const reasons = [
    ...(checkpoint.seed === seed ? [] : [`Its seed is ${checkpoint.seed}, the model's ${seed}.`]),
    ...(misfits.length === 0
      ? []
      : [`Missing or of another size: ${misfits.map(({ array }) => array).join(', ')}.`]),
    ...(extra.length === 0 ? [] : [`Not in the model: ${extra.join(', ')}.`]),
  ];
  if (reasons.length > 0) throw new MedxError(report(engineCodes, 'MED5005', { reason: reasons.join(' ') }));
}
