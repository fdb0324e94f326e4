/**
 * Stage `train`: features and a split → `model.onnx`, json `model` (what goes in and comes out of it), `predictions`
 * and `history`. Reads inputs and writes files; the job itself is `medicine/fit.ts`.
 */
import { createHash } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { stageKinds } from '../catalog/stages.ts';
import type { ModelCard, TrainParams } from './contracts.ts';
import { openEngine } from './engine.ts';
import { readTrainingData, type TrainingData } from './medicine/features.ts';
import { type FitResult, fitMedicine, networkShape } from './medicine/fit.ts';
import { buildInference, names } from './medicine/network.ts';
import type { StageContext, StageKind } from './stage.ts';

/** Least time between two checkpoints, in milliseconds: what a killed run loses at most, beside one epoch. */
const checkpointEvery = 10_000;
const { version, cost } = stageKinds.train;

export const stage: StageKind<TrainParams> = {
  kind: 'train',
  version,
  cost,
  async run(params, context) {
    const data = readTrainingData(params, context.inputs);
    const engine = await openEngine(params.engine);
    const result = await fitMedicine(engine, params, data, {
      workDir: context.workDir,
      key: computationOf(params, context),
      checkpointEvery,
      progress: context.progress,
    });
    context.out.json('predictions', result.predictions);
    context.out.json('history', result.history);
    context.out.json('model', cardOf(data));
    await writeModel(params, data, result, context.out.path('model.onnx'));
  },
};

/** Parameters and inputs: the same computation under another version of the stage is another one. */
function computationOf(params: TrainParams, { inputs }: StageContext): string {
  const hashes = Object.keys(inputs)
    .sort()
    .map((name) => [name, inputs[name]?.hash]);
  return createHash('sha256')
    .update(JSON.stringify([version, params, hashes]))
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
