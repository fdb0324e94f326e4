/**
 * Stage `predict`: a trained model on other features of its test cases → json `predictions`. The parameters are those of
 * `model.onnx`; engine, batches and order of cases are those in which stage `train` answered its test cases, so equal
 * features give equal bits. Answers of validation cases are copied: their features are those of the training.
 *
 * Parameters are those of the training stage. Inputs: `train`, `cases`, `split`, and `log`, `metric`, `trace` as the model
 * reads them.
 */
import { readFileSync } from 'node:fs';
import { stageKinds } from '../catalog/stages.ts';
import { stressCodes } from '../diagnostics/codes/stress.ts';
import { MedxError, report } from '../diagnostics/diagnostic.ts';
import type { Predictions, TrainParams } from './contracts.ts';
import { openEngine } from './engine.ts';
import { readTrainingData } from './medicine/features.ts';
import { answerCases } from './medicine/fit.ts';
import { searchedParams } from './medicine/searched.ts';
import type { StageKind } from './stage.ts';
import { requireInput } from './telemetry.ts';

export const stage: StageKind<TrainParams> = {
  kind: 'predict',
  version: stageKinds.predict.version,
  cost: stageKinds.predict.cost,
  async run(given, context) {
    const params = searchedParams(given, context.inputs);
    const data = readTrainingData(params, context.inputs);
    const trained = requireInput(context, 'train');
    const { readParameters } = await import('../tensor/engines/onnx/read-parameters.ts');
    const parameters = readParameters(readFileSync(trained.path('model.onnx')));
    const engine = await openEngine(params.engine);
    const test = await answerCases(engine, params, data, new Map(Object.entries(parameters)));
    const wrong = test.filter(({ probabilities }) => !probabilities.every(Number.isFinite));
    if (wrong.length > 0)
      throw new MedxError(report(stressCodes, 'MED3602', { cases: wrong.map(({ id }) => id) }));
    const { classes, valid } = trained.json<Predictions>('predictions');
    context.out.json('predictions', { classes, valid, test } satisfies Predictions);
  },
};
