/**
 * One training job from data to predictions on a given engine: the training loop on the training and validation cases,
 * then one look at the test cases with the chosen parameters. Files and engines belong to `../train.ts`.
 */
import { trainingCodes } from '../../diagnostics/codes/training.ts';
import { MedxError, report } from '../../diagnostics/diagnostic.ts';
import type { Engine } from '../../tensor/engine.ts';
import type { History, Predictions, Split, TrainParams } from '../contracts.ts';
import type { Progress } from '../stage.ts';
import { batchSizes } from './batches.ts';
import type { TrainingData } from './features.ts';
import { createLearner } from './learner.ts';
import { type Arrays, trainLoop } from './loop.ts';
import type { NetworkShape } from './network.ts';
import { type Recombined, recombine } from './recombine.ts';
import { classWeights, predictionsOf } from './scoring.ts';
import { attendsBatch } from './steps/transformer.ts';

/** Cases are evaluated in runs of at most this many. */
const evaluationLimit = 64;

export type FitOptions = {
  readonly workDir: string;
  /** Names the computation: a checkpoint of another one is not read. */
  readonly key: string;
  /** Least milliseconds between checkpoints. */
  readonly checkpointEvery: number;
  readonly progress: (progress: Progress) => void;
};

export type FitResult = {
  readonly predictions: Predictions;
  readonly history: History;
  /** The chosen epoch's parameters. */
  readonly parameters: Arrays;
};

export function networkShape(params: TrainParams, data: TrainingData): NetworkShape {
  return { classes: data.table.classes.length, features: data.shapes, dropout: params.train.dropout };
}

export async function fitMedicine(
  engine: Engine,
  params: TrainParams,
  data: TrainingData,
  options: FitOptions,
): Promise<FitResult> {
  const { table, split, modalities } = data;
  const fit = params.train;
  // The only way from a case to its label; test cases are not let through.
  const labels = new Map([...split.train, ...split.valid].map((index) => [index, table.cases[index]?.label]));
  const labelOf = (index: number) => {
    const label = labels.get(index);
    if (label === undefined) throw new Error(`case ${index} is not for training`);
    return label;
  };
  const learnt: Recombined =
    fit.class_balance === 'recombine'
      ? recombine(split.train, labelOf, modalities, table.cases.length, params.seed)
      : { train: split.train, sourceOf: (index) => index };
  // A case that was added has the class of both that it is made of.
  const classOf = (index: number) => labelOf(modalities[0] ? learnt.sourceOf(index, modalities[0]) : index);
  const weights = classWeights(fit.class_weight, learnt.train.map(classOf), table.classes.length);
  const weightOf = (label: number) => weights[label] ?? 1;
  const learner = await createLearner(engine, {
    model: params.model,
    shape: networkShape(params, data),
    features: data.features,
    sourceOf: learnt.sourceOf,
    labelOf: classOf,
    weightOf,
    optimiser: fit.optimiser,
    seed: params.seed,
    trainingSizes: batchSizes(learnt.train.length, fit.batch),
    evaluationSizes: evaluationSizes(params, split),
  });
  try {
    const history = await trainLoop(learner, {
      fit,
      balance: params.model.balance,
      seed: params.seed,
      modalities,
      train: learnt.train,
      valid: split.valid,
      labelOf: classOf,
      weightOf,
      ...options,
    });
    const logitsOf = async (cases: readonly number[]) => (await learner.logits(cases)).model;
    const predictions = {
      classes: table.classes,
      valid: split.valid.length > 0 ? predictionsOf(table, split.valid, await logitsOf(split.valid)) : [],
      test: split.test.length > 0 ? predictionsOf(table, split.test, await logitsOf(split.test)) : [],
    };
    refuseNonFinite(predictions, fit);
    return { predictions, history, parameters: await learner.readParameters() };
  } finally {
    await learner.release();
  }
}

/** The same in `fitMedicine` and `answerCases`: other batches may add up in another order. */
function evaluationSizes({ model, train }: TrainParams, { valid, test }: Split): readonly number[] {
  const steps = Object.values(model.encoders).flat();
  if (!steps.some(({ args }) => attendsBatch(args)))
    return [Math.min(evaluationLimit, valid.length || test.length)];
  // Whoever attends to the batch must not see places that hold no case: batches as in training, none filled up.
  return [...new Set([valid, test].flatMap(({ length }) => batchSizes(length, train.batch)))];
}

/** Answers the test cases with given parameters, as `fitMedicine` does at its end. */
export async function answerCases(
  engine: Engine,
  params: TrainParams,
  data: TrainingData,
  parameters: Arrays,
): Promise<Predictions['test']> {
  const { table, split } = data;
  const untrained = (): never => {
    throw new Error('answering cases asks for no label');
  };
  const learner = await createLearner(engine, {
    model: params.model,
    shape: networkShape(params, data),
    features: data.features,
    labelOf: untrained,
    weightOf: untrained,
    optimiser: params.train.optimiser,
    seed: params.seed,
    trainingSizes: [],
    evaluationSizes: evaluationSizes(params, split),
  });
  try {
    await learner.writeParameters(parameters);
    return predictionsOf(table, split.test, (await learner.logits(split.test)).model);
  } finally {
    await learner.release();
  }
}

/** A last update can spoil parameters after the last loss was seen. */
function refuseNonFinite({ valid, test }: Predictions, fit: TrainParams['train']): void {
  const rows = [...valid, ...test];
  if (rows.every(({ probabilities }) => probabilities.every(Number.isFinite))) return;
  const what = 'a predicted probability';
  throw new MedxError(
    report(trainingCodes, 'MED5201', { what, epoch: fit.epochs, step: null, lr: fit.optimiser.lr }),
  );
}
