/** Stage `predict`: the answers of a training stage again, to the bit, and other answers to other features. */
import { describe, expect, test } from 'vitest';
import { stageKinds } from '../../../src/catalog/stages.ts';
import type { Modality, ModelCard, ModelParams, Predictions } from '../../../src/stages/contracts.ts';
import { stageRegistry } from '../../../src/stages/registry.ts';
import type { JsonObject, StageKind } from '../../../src/stages/stage.ts';
import { runStages, stageNode } from '../../support/run-stages.ts';
import { tempFolder } from '../../support/temp.ts';
import { everything } from '../medicine/support.ts';
import { paramsFor, synthetic } from '../medicine/synthetic.ts';

async function trainAndPredict(params: ReturnType<typeof paramsFor>, silent?: Modality) {
  // 80 test cases: more than are answered at once.
  const data = synthetic({ cases: 320 });
  const hand: StageKind = {
    kind: 'made',
    version: 1,
    cost: 'light',
    async run({ what, poor }, { out }) {
      if (what === 'cases') out.json('cases', data.table);
      else if (what === 'split') out.json('split', data.split);
      else {
        const [x, shape] = [data.features[what as Modality]!, data.shapes[what as Modality]!];
        const values = poor ? x.map(() => 0) : x;
        out.array('x', { shape: [data.table.cases.length, ...shape], data: values });
      }
    },
  };
  const input = (what: string, poor = false) => stageNode('made', 1, { what, poor });
  const names = ['cases', 'split', ...everything];
  const clean = Object.fromEntries(names.map((what) => [what, input(what)]));
  const json = params as unknown as JsonObject;
  const train = stageNode('train', stageKinds.train.version, json, clean, 'train');
  const poor = silent ? { [silent]: input(silent, true) } : {};
  const predict = stageNode('predict', stageKinds.predict.version, json, { ...clean, ...poor, train });
  const stages = [...Object.values(clean), ...Object.values(poor), train, predict];
  const ran = await runStages(stages, tempFolder('predict'), {
    kinds: { ...stageRegistry, made: async () => hand },
  });
  return {
    trained: ran.artefact(train).json<Predictions>('predictions'),
    predicted: ran.artefact(predict).json<Predictions>('predictions'),
    card: ran.artefact(train).json<ModelCard>('model'),
    data,
  };
}

const short = (model: Partial<ModelParams> = {}) => {
  const params = paramsFor();
  return { ...params, model: { ...params.model, ...model }, train: { ...params.train, epochs: 2 } };
};

describe('sound features', () => {
  test.each([
    ['channel attention', short()],
    ['concatenation without mao', short({ fuse: { kind: 'concat' }, balance: { kind: 'none' } })],
  ])('give the very answers of the training: %s', async (_name, params) => {
    const { trained, predicted } = await trainAndPredict(params);
    expect(JSON.stringify(predicted)).toBe(JSON.stringify(trained));
    expect(trained.test).toHaveLength(80);
  });

  test('with TensorFlow.js too', async () => {
    const params = short();
    const engine = { ...params.engine, executor: 'tfjs' as const };
    const { trained, predicted } = await trainAndPredict({ ...params, engine });
    expect(JSON.stringify(predicted)).toBe(JSON.stringify(trained));
  });
});

test('without a modality the answers differ and are probabilities', async () => {
  const { trained, predicted } = await trainAndPredict(short(), 'metric');
  expect(predicted.test).not.toEqual(trained.test);
  expect(predicted.valid).toEqual(trained.valid);
  for (const { probabilities } of predicted.test)
    expect(probabilities.reduce((sum, p) => sum + p, 0)).toBeCloseTo(1, 9);
});
