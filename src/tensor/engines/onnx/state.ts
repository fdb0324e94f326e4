/**
 * Parameters, optimiser arrays and gradients of one model in one kernel memory. ONNX Runtime reads and writes the same
 * bytes: parameters are fed and gradients fetched without a copy.
 */
import { engineCodes } from '../../../diagnostics/codes/engine.ts';
import { MedxError, report } from '../../../diagnostics/diagnostic.ts';
import type { Checkpoint, ModelState, StateOptions, StepOptions, Values } from '../../engine.ts';
import { initialiseParam } from '../../initialise.ts';
import type { Graph } from '../../ir.ts';
import { nodeOf, sameShape, sizeOf } from '../../ir.ts';
import { allocateArrays, type KernelArray } from '../../kernels/kernels.ts';
import { type Optimiser, slotsOf, updateScalars } from '../../optimiser.ts';

export interface ParamArrays {
  readonly name: string;
  readonly group: string;
  readonly shape: readonly number[];
  readonly p: KernelArray;
  readonly g: KernelArray;
  readonly m: KernelArray;
  /** AdamW and Adam only. */
  readonly v: KernelArray | undefined;
}

export interface HostState extends ModelState {
  readonly params: ReadonlyMap<string, ParamArrays>;
  /** Applies the optimiser to the gradients of these parameters and counts the step. */
  update(names: readonly string[], options: StepOptions): void;
}

/** MED5004 for an array of another shape, or none. */
export function misfit(
  what: string,
  name: string,
  shape: readonly number[],
  found: readonly number[] | undefined,
): MedxError {
  const expected = `[${shape.join(', ')}]`;
  const text = found ? `[${found.join(', ')}]` : 'none of this name';
  return new MedxError(report(engineCodes, 'MED5004', { what, name, expected, found: text }));
}

/** The parameters of `graph` in the state. Throws MED5004 if one is not there or has another shape. */
export function paramsFor(state: HostState, graph: Graph, names: readonly string[]): ParamArrays[] {
  return names.map((name) => {
    const shape = nodeOf(graph, graph.params[name]!.node).type.shape;
    const arrays = state.params.get(name);
    if (arrays && sameShape(arrays.shape, shape)) return arrays;
    throw misfit('parameter', name, shape, arrays?.shape);
  });
}

export function createHostState(graph: Graph, options: StateOptions): HostState {
  const { seed, optimiser } = options;
  const names = Object.keys(graph.params);
  const slots = slotsOf(optimiser);
  const shapes = names.map((name) => nodeOf(graph, graph.params[name]!.node).type.shape);
  const sizes = shapes.map(sizeOf);
  const { kernels, arrays } = allocateArrays(sizes.flatMap((n) => [n, n, ...slots.map(() => n)]));
  const params = new Map<string, ParamArrays>();
  names.forEach((name, i) => {
    const [p, g, m, v] = arrays.slice(i * (2 + slots.length), (i + 1) * (2 + slots.length));
    const { init, group } = graph.params[name]!;
    initialiseParam(p!.data, init, seed, name);
    params.set(name, { name, group, shape: shapes[i]!, p: p!, g: g!, m: m!, v });
  });
  let step = 0;

  const copies = (): Record<string, Float32Array> => {
    const all: Record<string, Float32Array> = {};
    for (const { name, p, m, v } of params.values()) {
      all[`param/${name}`] = p.data.slice();
      all[`m/${name}`] = m.data.slice();
      if (v) all[`v/${name}`] = v.data.slice();
    }
    return all;
  };

  return {
    seed,
    optimiser,
    params,
    get step() {
      return step;
    },
    update: (updated, stepOptions) => {
      step += 1;
      for (const name of updated) updateParam(kernels, optimiser, params.get(name)!, step, stepOptions);
    },
    save: async () => ({ seed, step, arrays: copies() }),
    load: async (checkpoint) => {
      checkFits(checkpoint, sizesOf(params.values()), seed);
      for (const { name, p, m, v } of params.values()) {
        p.data.set(checkpoint.arrays[`param/${name}`]!);
        m.data.set(checkpoint.arrays[`m/${name}`]!);
        v?.data.set(checkpoint.arrays[`v/${name}`]!);
      }
      step = checkpoint.step;
    },
    readParams: async () => {
      const all: Record<string, Float32Array> = {};
      for (const { name, p } of params.values()) all[name] = p.data.slice();
      return all;
    },
    writeParams: async (values: Values) => {
      const diagnostics = Object.entries(values).flatMap(([name, data]) => {
        const size = params.get(name)?.p.data.length;
        if (size === data.length) return [];
        const expected = size === undefined ? 'a parameter of the model' : `${size} numbers`;
        const found = `${data.length} numbers`;
        return [report(engineCodes, 'MED5004', { what: 'parameter', name, expected, found })];
      });
      if (diagnostics.length > 0) throw new MedxError(diagnostics);
      for (const [name, data] of Object.entries(values)) params.get(name)!.p.data.set(data);
    },
    // The memory goes with the last reference to it.
    release: () => {},
  };
}

function sizesOf(params: Iterable<ParamArrays>): Map<string, number> {
  const all = new Map<string, number>();
  for (const { name, p, m, v } of params) {
    all.set(`param/${name}`, p.data.length);
    all.set(`m/${name}`, m.data.length);
    if (v) all.set(`v/${name}`, v.data.length);
  }
  return all;
}

function updateParam(
  kernels: ReturnType<typeof allocateArrays>['kernels'],
  optimiser: Optimiser,
  arrays: ParamArrays,
  step: number,
  options: StepOptions,
): void {
  const scale = options.scales?.[arrays.group] ?? 1;
  const s = updateScalars(optimiser, step, scale, options.scaleMode ?? 'update', options.lr);
  const { p, g, m, v } = arrays;
  if (optimiser.kind !== 'sgd') {
    const { beta1, beta2, eps } = optimiser;
    kernels.adam(
      p.pointer,
      g.pointer,
      m.pointer,
      v!.pointer,
      p.padded,
      s.gradientScale,
      s.decay,
      s.keep,
      s.rate,
      s.secondScale,
      beta1,
      1 - beta1,
      beta2,
      1 - beta2,
      eps,
    );
  } else {
    const { momentum } = optimiser;
    kernels.sgd(p.pointer, g.pointer, m.pointer, p.padded, s.gradientScale, s.decay, s.rate, momentum);
  }
}

/** Throws MED5005 unless the checkpoint has this seed and exactly these arrays (name → size). */
export function checkFits(checkpoint: Checkpoint, own: ReadonlyMap<string, number>, seed: number): void {
  const reasons: string[] = [];
  if (checkpoint.seed !== seed) reasons.push(`Its seed is ${checkpoint.seed}, the model's ${seed}.`);
  const missing = [...own].filter(([name, size]) => checkpoint.arrays[name]?.length !== size);
  const extra = Object.keys(checkpoint.arrays).filter((name) => !own.has(name));
  if (missing.length > 0)
    reasons.push(`Missing or of another size: ${missing.map(([name]) => name).join(', ')}.`);
  if (extra.length > 0) reasons.push(`Not in the model: ${extra.join(', ')}.`);
  if (reasons.length > 0) throw new MedxError(report(engineCodes, 'MED5005', { reason: reasons.join(' ') }));
}
