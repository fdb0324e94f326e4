/**
 * Medicine on an engine: compiled graphs of the batch sizes that occur, one shared state, and rows gathered into
 * buffers that are used again. The loop (`loop.ts`) decides what is trained when.
 */
import type { Engine, EvaluationSession, ModelState, TrainingSession } from '../../tensor/engine.ts';
import { nodeOf, sizeOf } from '../../tensor/ir.ts';
import type { GroupRules } from '../../tensor/rules.ts';
import type { FitParams, Modality, ModelParams } from '../contracts.ts';
import { balancingOf } from './balance/index.ts';
import { batchesOf, gather } from './batches.ts';
import type { AllLogits, ByModality, Learner, StepLosses } from './loop.ts';
import { buildInference, buildTraining, encodedModalities, type NetworkShape, names } from './network.ts';
import type { Logits } from './scoring.ts';

export type LearnerOptions = {
  readonly model: ModelParams;
  readonly shape: NetworkShape;
  /** Features of all cases, `[case, …]` row-major, per encoded modality. */
  readonly features: ByModality<Float32Array>;
  /** Whose features of a modality a case has; without it its own. */
  readonly sourceOf?: (index: number, modality: Modality) => number;
  readonly labelOf: (index: number) => number;
  readonly weightOf: (label: number) => number;
  readonly optimiser: FitParams['optimiser'];
  readonly seed: number;
  /** Batch sizes of training, the longest first. */
  readonly trainingSizes: readonly number[];
  /** The longest is how many cases are evaluated at once; fewer of a size that is not here are filled up. */
  readonly evaluationSizes: readonly number[];
};

export type EngineLearner = Learner & {
  readonly state: ModelState;
  release(): Promise<void>;
};

type Evaluations = Map<number, { readonly session: EvaluationSession; readonly buffers: Buffers }>;

/** A compiled batch size. */
type Training = { readonly session: TrainingSession; readonly buffers: Buffers };

/** Buffers of one batch size, by input name. */
type Buffers = {
  readonly features: ByModality<Float32Array>;
  readonly feeds: Record<string, Float32Array | Int32Array>;
};

export async function createLearner(engine: Engine, options: LearnerOptions): Promise<EngineLearner> {
  const { model, shape, seed, optimiser } = options;
  const present = encodedModalities(model);
  const largest = Math.max(...options.evaluationSizes);
  const inference = buildInference(model, shape, largest);
  const state = engine.createState(inference, { seed, optimiser });
  const heads = ['model', ...present] as const;
  const evaluations: Evaluations = new Map();
  for (const size of options.evaluationSizes) {
    const graph = size === largest ? inference : buildInference(model, shape, size);
    const session = await engine.compileEvaluation(graph, { state, outputs: heads.map(names.logits) });
    evaluations.set(size, { session, buffers: allocate(options, present, size) });
  }
  const { rules, scaleMode = 'update', outputs: asked = [], after } = balancingOf(model.balance, present);
  const compile = async (size: number, own: GroupRules | undefined): Promise<Training> => {
    const outputs = [...heads.map(names.loss), ...asked];
    const session = await engine.compileTraining(buildTraining(model, shape, size), {
      state,
      loss: names.objective,
      outputs,
      ...(own ? { rules: own } : {}),
    });
    return { session, buffers: allocate(options, present, size) };
  };
  const trainings = new Map<number, Training>();
  for (const size of options.trainingSizes) trainings.set(size, await compile(size, rules));
  // Sizes are longest first: an epoch's last batch has the last of them.
  const lastSize = options.trainingSizes.at(-1);
  const afterTraining = after && lastSize !== undefined ? await compile(lastSize, after.rules) : undefined;

  return {
    state,
    size: Object.values(inference.params).reduce(
      (sum, { node }) => sum + sizeOf(nodeOf(inference, node).type.shape),
      0,
    ),
    async step(cases, { feeds, scales }, place) {
      const training = place === 'after' ? afterTraining : trainings.get(cases.length);
      if (!training) throw new RangeError(`no graph was compiled for a batch of ${cases.length}`);
      const { session, buffers } = training;
      fill(options, present, buffers, cases);
      feedTargets(options, buffers, cases);
      for (const [name, value] of Object.entries(feeds)) buffers.feeds[name] = Float32Array.of(value);
      const { outputs } = await session.step(buffers.feeds, { scales, scaleMode });
      const told = Object.fromEntries(asked.map((name) => [name, outputs[name]?.[0] ?? Number.NaN]));
      return { ...lossesOf(present, outputs), told };
    },
    logits: (cases) => evaluate(options, present, evaluations, cases),
    async readParameters() {
      return new Map(Object.entries(await state.readParams()));
    },
    async writeParameters(parameters) {
      await state.writeParams(Object.fromEntries(parameters));
    },
    async save() {
      return new Map(Object.entries((await state.save()).arrays));
    },
    async restore(step, arrays) {
      await state.load({ seed, step, arrays: Object.fromEntries(arrays) });
    },
    async release() {
      for (const { session } of trainings.values()) await session.release();
      await afterTraining?.session.release();
      for (const { session } of evaluations.values()) await session.release();
      state.release();
    },
  };
}

function allocate(options: LearnerOptions, present: readonly Modality[], size: number): Buffers {
  const features: { [modality in Modality]?: Float32Array } = {};
  const feeds: Record<string, Float32Array | Int32Array> = {};
  for (const name of present) {
    const buffer = new Float32Array(size * sizeOf(options.shape.features[name] ?? []));
    features[name] = buffer;
    feeds[name] = buffer;
  }
  return { features, feeds };
}

function fill(
  options: LearnerOptions,
  present: readonly Modality[],
  buffers: Buffers,
  cases: readonly number[],
): void {
  for (const name of present) {
    const [target, source] = [buffers.features[name], options.features[name]];
    if (!target || !source) throw new Error(`no features of ${name}`);
    const { sourceOf } = options;
    const sources = sourceOf ? cases.map((index) => sourceOf(index, name)) : cases;
    gather(target, source, sizeOf(options.shape.features[name] ?? []), sources);
  }
}

function feedTargets(options: LearnerOptions, buffers: Buffers, cases: readonly number[]): void {
  const labels = cases.map(options.labelOf);
  buffers.feeds[names.labels] = Int32Array.from(labels);
  buffers.feeds[names.weights] = Float32Array.from(labels, options.weightOf);
}

function lossesOf(
  present: readonly Modality[],
  outputs: { readonly [name: string]: Float32Array },
): Omit<StepLosses, 'told'> {
  const of = (name: Modality | 'model') => outputs[names.loss(name)]?.[0] ?? Number.NaN;
  return { loss: of('model'), unimodal: Object.fromEntries(present.map((name) => [name, of(name)])) };
}

async function evaluate(
  options: LearnerOptions,
  present: readonly Modality[],
  evaluations: Evaluations,
  cases: readonly number[],
): Promise<AllLogits> {
  const { classes } = options.shape;
  const rows = new Map<Modality | 'model', Float32Array>();
  for (const name of ['model', ...present] as const) rows.set(name, new Float32Array(cases.length * classes));
  let done = 0;
  const largest = Math.max(...evaluations.keys());
  for (const batch of batchesOf(cases, largest)) {
    const evaluation = evaluations.get(batch.length) ?? evaluations.get(largest);
    if (!evaluation) throw new RangeError('no graph was compiled to evaluate with');
    fill(options, present, evaluation.buffers, batch);
    const values = await evaluation.session.run(evaluation.buffers.feeds);
    for (const [name, target] of rows) {
      const found = values[names.logits(name)] ?? new Float32Array();
      target.set(found.subarray(0, batch.length * classes), done * classes);
    }
    done += batch.length;
  }
  const of = (name: Modality | 'model'): Logits => ({ classes, data: rows.get(name) ?? [] });
  return { model: of('model'), unimodal: Object.fromEntries(present.map((name) => [name, of(name)])) };
}
