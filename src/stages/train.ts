/**
 * Stage `train`: features and a split → `model.onnx`, json `model` (what goes in and comes out of it), `predictions`
 * and `history`. Reads inputs and writes files; the job itself is `medicine/fit.ts`.
 */
import { createHash } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { stageKinds } from '../catalog/stages.ts';
import type { ModelCard, TrainParams } from './contracts.ts';
import { openEngine } from './engine.ts';
import { hasCheckpoint } from './medicine/checkpoint.ts';
import { openModel, rowOf } from './medicine/diagnose.ts';
import { readTrainingData, type TrainingData } from './medicine/features.ts';
import { type FitResult, fitMedicine, networkShape } from './medicine/fit.ts';
import { buildInference, names } from './medicine/network.ts';
import { searchedParams } from './medicine/searched.ts';
import type { StageContext, StageKind } from './stage.ts';

/** Least time between two checkpoints, in milliseconds: what a killed run loses at most, beside one epoch. */
const checkpointEvery = 10_000;
const { version, cost } = stageKinds.train;

export const stage: StageKind<TrainParams> = {
  kind: 'train',
  version,
  cost,
  async run(given, context) {
    const params = searchedParams(given, context.inputs);
    const resumed = hasCheckpoint(context.workDir);
    const began = performance.now();
    const data = readTrainingData(params, context.inputs);
    const engine = await openEngine(params.engine);
    const result = await fitMedicine(engine, params, data, {
      workDir: context.workDir,
      key: computationOf(params, context),
      checkpointEvery,
      progress: context.progress,
    });
    const fitted = performance.now();
    context.out.json('predictions', result.predictions);
    context.out.json('history', result.history);
    const card = cardOf(data);
    context.out.json('model', card);
    await writeModel(params, data, result, context.out.path('model.onnx'));
    context.cost({
      // What went before an interruption is not known.
      ...(resumed ? {} : { fit_seconds: (fitted - began) / 1000 }),
      answer_seconds: await timeAnswers(data, card, context.out.path('model.onnx')),
    });
  },
};

/** Seconds that `model.onnx` takes for each test case by itself, as `medx diagnose` asks it. */
async function timeAnswers(
  { features, shapes, modalities, split }: TrainingData,
  card: ModelCard,
  path: string,
): Promise<number[]> {
  const model = await openModel(path, card);
  const seconds: number[] = [];
  try {
    const [first] = split.test;
    // The first answer allocates; it is asked twice.
    for (const index of first === undefined ? [] : [first, ...split.test]) {
      const own = Object.fromEntries(
        modalities.map((name) => {
          const shape = [0, ...(shapes[name] ?? [])];
          return [name, rowOf(features[name] ?? new Float32Array(), shape, index)];
        }),
      );
      const asked = performance.now();
      await model.diagnose(own);
      seconds.push((performance.now() - asked) / 1000);
    }
  } finally {
    await model.release();
  }
  return seconds.slice(1);
}

/** Raised when checkpoints look otherwise: older ones are then not gone on from. */
const checkpointFormat = 3;

/** Parameters and inputs: the same computation under another version of the stage is another one. */
function computationOf(params: TrainParams, { inputs }: StageContext): string {
  const hashes = Object.keys(inputs)
    .sort()
    .map((name) => [name, inputs[name]?.hash]);
  return createHash('sha256')
    .update(JSON.stringify([checkpointFormat, version, params, hashes]))
    .digest('hex');
}

function cardOf({ table, modalities, shapes }: TrainingData): ModelCard {
  return {
    classes: table.classes,
    inputs: Object.fromEntries(modalities.map((name) => [name, shapes[name]])),
    outputs: {
      probabilities: names.probabilities('model'),
      unimodal: Object.fromEntries(modalities.map((name) => [name, names.probabilities(name)])),
    },
  };
}

async function writeModel(
  params: TrainParams,
  data: TrainingData,
  { parameters }: FitResult,
  path: string,
): Promise<void> {
  const { exportForAnyBatch } = await import('../tensor/engines/onnx/export.ts');
  const build = (batch: number) => buildInference(params.model, networkShape(params, data), batch);
  const outputs = (['model', ...data.modalities] as const).map(names.probabilities);
  writeFileSync(path, exportForAnyBatch(build, outputs, Object.fromEntries(parameters)));
}
