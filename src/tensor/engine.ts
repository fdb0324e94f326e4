/**
 * What a training loop sees of an executor. One engine = one device; a `ModelState` holds the parameters, the optimiser's
 * arrays and the step counter; any number of compiled graphs (batch sizes, training, evaluation) share one state.
 *
 *     const engine = await openOnnxEngine({ device: 'cpu', threads: 1 });
 *     const state = engine.createState(graph, { seed, optimiser });
 *     const train = await engine.compileTraining(graph, { state, loss: 'loss', outputs: ['logits'] });
 *     const evaluate = await engine.compileEvaluation(graph, { state, outputs: ['logits'] });
 *     const { loss, outputs } = await train.step({ log, labels, weights }, { scales: { log: 0.8 } });
 *     const checkpoint = await state.save();          // bit-equal resume: state.load(checkpoint)
 */
import type { Graph } from './ir.ts';
import type { Optimiser, ScaleMode } from './optimiser.ts';
import type { GroupRules } from './rules.ts';

export type Device = 'cpu' | 'webgpu' | 'cuda';

/** Named input values, row-major, in the dtype of the input. */
export type Feeds = { readonly [name: string]: Float32Array | Int32Array };
export type Values = { readonly [name: string]: Float32Array };

/** Everything that a resume needs. `arrays` are named `param/NAME`, `m/NAME`, `v/NAME`; they are copies. */
export interface Checkpoint {
  readonly seed: number;
  /** Training steps done. */
  readonly step: number;
  readonly arrays: { readonly [name: string]: Float32Array };
}

export interface ModelState {
  readonly seed: number;
  readonly optimiser: Optimiser;
  /** Training steps done; dropout masks and bias correction depend on it. */
  readonly step: number;
  save(): Promise<Checkpoint>;
  /** Throws MED5005 if names or sizes differ. */
  load(checkpoint: Checkpoint): Promise<void>;
  /** Parameters by name, as copies. */
  readParams(): Promise<Values>;
  /** Sets some or all parameters by name; the optimiser's arrays stay. Throws MED5004 if a name or size does not fit. */
  writeParams(values: Values): Promise<void>;
  release(): void;
}

export interface StateOptions {
  readonly seed: number;
  readonly optimiser: Optimiser;
}

export interface StepOptions {
  /** Parameter group → scale; absent groups have 1. */
  readonly scales?: { readonly [group: string]: number };
  /** Whether scales act on the update (default) or on the gradient. */
  readonly scaleMode?: ScaleMode;
  /** Learning rate of this step; default the optimiser's. */
  readonly lr?: number;
}

export interface TrainingOptions {
  readonly state: ModelState;
  /** Name of the scalar output to minimise. */
  readonly loss: string;
  /** Outputs that `step` returns; computed before the update, dropout on. */
  readonly outputs?: readonly string[];
  /** What becomes of the gradients of groups of parameters; absent groups follow the loss. */
  readonly rules?: GroupRules;
}

export interface TrainingSession {
  /**
   * One step: forward with dropout, backward, update. Throws MED5003 if the loss is not finite; the parameters then
   * keep the values of the step before. Throws MED5004 for a missing input or one of the wrong size.
   */
  step(feeds: Feeds, options?: StepOptions): Promise<{ readonly loss: number; readonly outputs: Values }>;
  release(): Promise<void>;
}

export interface EvaluationOptions {
  readonly state: ModelState;
  readonly outputs: readonly string[];
}

export interface EvaluationSession {
  /** Named outputs with dropout off. */
  run(feeds: Feeds): Promise<Values>;
  release(): Promise<void>;
}

export interface Engine {
  readonly executor: 'onnx' | 'tfjs';
  readonly device: Device;
  readonly threads: number;
  /** Fresh state for the parameters of `graph`, started from the seed. */
  createState(graph: Graph, options: StateOptions): ModelState;
  compileTraining(graph: Graph, options: TrainingOptions): Promise<TrainingSession>;
  /** Only what `outputs` need is compiled: inputs of the loss (labels, weights) need not be fed. */
  compileEvaluation(graph: Graph, options: EvaluationOptions): Promise<EvaluationSession>;
}
