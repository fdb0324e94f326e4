/** Stage `train` over a store, on ONNX Runtime: its files, what it refuses, and the model that it leaves behind. */
import { mkdtempSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { MedxError } from '../../src/diagnostics/diagnostic.ts';
import type { StageNode } from '../../src/graph/plan.ts';
import type {
  History,
  Modality,
  ModelCard,
  Predictions,
  Split,
  TrainParams,
} from '../../src/stages/contracts.ts';
import { openModel, rowOf } from '../../src/stages/medicine/diagnose.ts';
import type { TrainingData } from '../../src/stages/medicine/features.ts';
import { fitMedicine } from '../../src/stages/medicine/fit.ts';
import { type StageRegistry, stageRegistry } from '../../src/stages/registry.ts';
import type { Json, JsonObject, StageKind } from '../../src/stages/stage.ts';
import { runStages, stageNode } from '../support/run-stages.ts';
import { tempFolder } from '../support/temp.ts';
import { referenceEngine } from './medicine/reference-engine.ts';
import { everything } from './medicine/support.ts';
import { paramsFor, synthetic } from './medicine/synthetic.ts';

const folder = tempFolder('medx-train');

/** Stages that hand out `data` instead of making it. */
function registryOf(data: TrainingData): StageRegistry {
  const made: StageKind = {
    kind: 'made',
    version: 1,
    cost: 'light',
    async run({ what }, { out }) {
      if (what === 'cases') out.json('cases', data.table);
      else if (what === 'split') out.json('split', data.split);
      else {
        const [x, shape] = [data.features[what as Modality], data.shapes[what as Modality]];
        if (x && shape) out.array('x', { shape: [data.table.cases.length, ...shape], data: x });
      }
    },
  };
  return { ...stageRegistry, made: async () => made };
}

function planOf(params: TrainParams, data: TrainingData, names: readonly Modality[] = everything) {
  const inputs = Object.fromEntries(
    ['cases', 'split', ...names].map((what) => [what, stageNode('made', 1, { what })]),
  );
  const train = stageNode('train', 1, params as unknown as JsonObject, inputs, 'train');
  return { train, stages: [...Object.values(inputs), train], kinds: registryOf(data) };
}

async function run(params: TrainParams, data: TrainingData, names: readonly Modality[] = everything) {
  const { train, stages, kinds } = planOf(params, data, names);
  const ran = await runStages(stages, mkdtempSync(join(folder, 'store-')), { kinds });
  return { ...ran, trained: ran.artefact(train) };
}

describe('a finished job', () => {
  const data = synthetic({ cases: 48 });
  const params = paramsFor();
  let result: Awaited<ReturnType<typeof run>>;
  beforeAll(async () => {
    result = await run(params, data);
  });

  test('answers every validation and test case by its id', () => {
    const { classes, valid, test: tested } = result.trained.json<Predictions>('predictions');
    expect(classes).toEqual(data.table.classes);
    expect(valid.map(({ id }) => id)).toEqual(data.split.valid.map((index) => `case ${index}`));
    expect(tested.map(({ id }) => id)).toEqual(data.split.test.map((index) => `case ${index}`));
    const right = tested.filter(({ truth, answer }) => truth === answer).length;
    expect(right).toBeGreaterThanOrEqual(10);
  });

  test('reports each epoch as it ends, with what MAO found and did', () => {
    expect(result.progress.map(({ step }) => step)).toEqual(Array.from({ length: 12 }, (_, i) => i + 1));
    const last = result.progress.at(-1);
    expect(Object.keys(last?.losses ?? {})).toEqual(
      expect.arrayContaining(['train', 'valid', 'train.log', 'valid.trace']),
    );
    expect(Object.keys(last?.theta ?? {})).toEqual(everything);
    const { epochs } = result.trained.json<History>('history');
    expect(epochs[0]?.unimodal.log).toMatchObject({ rho: null, theta: null, update: 1, feature: 1 });
    const shares = everything.map((name) => epochs[5]?.unimodal[name]?.theta ?? 0);
    expect(shares.reduce((sum, share) => sum + share, 0)).toBeCloseTo(1, 6);
  });

  test('agrees with the float64 interpreter over the whole training', async () => {
    const reference = await fitMedicine(referenceEngine, params, data, {
      workDir: mkdtempSync(join(folder, 'work-')),
      key: 'reference',
      checkpointEvery: 1e9,
      progress: () => undefined,
    });
    const { test: tested } = result.trained.json<Predictions>('predictions');
    reference.predictions.test.forEach((row, i) => {
      row.probabilities.forEach((value, k) => {
        expect(tested[i]?.probabilities[k]).toBeCloseTo(value, 3);
      });
    });
  });

  test('leaves a model that answers the same, one case or many at a time', async () => {
    const card = result.trained.json<ModelCard>('model');
    const { test: tested } = result.trained.json<Predictions>('predictions');
    const path = result.trained.path('model.onnx');
    const { InferenceSession, Tensor } = await import('onnxruntime-node');
    const session = await InferenceSession.create(path);
    const feeds: Record<string, InstanceType<typeof Tensor>> = {};
    for (const name of everything) {
      const shape = [48, ...(data.shapes[name] ?? [])];
      feeds[name] = new Tensor('float32', data.features[name] ?? new Float32Array(), shape);
    }
    const all = (await session.run(feeds))[card.outputs.probabilities]?.data as Float32Array;
    await session.release();
    expect(all).toHaveLength(48 * 3);
    const index = data.split.test[4] ?? 0;
    const features = Object.fromEntries(
      everything.map((name) => {
        const x = data.features[name] ?? new Float32Array();
        return [name, rowOf(x, [48, ...(data.shapes[name] ?? [])], index)];
      }),
    );
    const model = await openModel(path, card);
    const answer = await model.diagnose(features).finally(() => model.release());
    expect(answer.answer).toBe(tested[4]?.answer);
    expect(answer.unimodal.trace).toHaveLength(3);
    answer.probabilities.forEach((value, k) => {
      expect(value).toBeCloseTo(tested[4]?.probabilities[k] ?? Number.NaN, 5);
      expect(value).toBeCloseTo(all[index * 3 + k] ?? Number.NaN, 5);
    });
  });

  test('run again elsewhere, it is the same to the bit', async () => {
    const again = await run(params, data);
    for (const file of ['predictions', 'history']) {
      expect(again.trained.json<Json>(file)).toEqual(result.trained.json<Json>(file));
    }
  });
});

test('TensorFlow.js and ONNX Runtime train the same model', async () => {
  const brief = paramsFor(everything, { train: { epochs: 2 } });
  const probabilities = async (executor: 'onnx' | 'tfjs') => {
    const { trained } = await run(
      { ...brief, engine: { executor, device: 'cpu', threads: 1 } },
      synthetic({ cases: 16 }),
    );
    return trained.json<Predictions>('predictions').test.flatMap((row) => row.probabilities);
  };
  const [one, two] = [await probabilities('onnx'), await probabilities('tfjs')];
  one.forEach((value, i) => {
    expect(two[i]).toBeCloseTo(value, 4);
  });
});

test('the authors’ literal schedule and each fusion train too', async () => {
  const literal = { kind: 'mao', alpha: 0.5, beta: 0.3, schedule: 'literal', aux: 0.1 } as const;
  for (const kind of ['reference', 'concat', 'gated', 'sum'] as const) {
    const params = paramsFor(everything, {
      model: { fuse: { kind }, balance: literal },
      train: { epochs: 3 },
    });
    const { trained } = await run(params, synthetic());
    expect(trained.json<History>('history').epochs).toHaveLength(3);
  }
});

describe('what cannot be learned from is refused, all of it at once', () => {
  const codesOf = async (params: TrainParams, data: TrainingData) => {
    const error = await run(params, data).catch((thrown: unknown) => thrown);
    if (!(error instanceof MedxError)) throw error;
    return error.diagnostics.map(({ code }) => code);
  };
  const withSplit = (change: Partial<Split>) => {
    const data = synthetic();
    return { ...data, split: { ...data.split, ...change } };
  };

  test('one class only', async () => {
    expect(await codesOf(paramsFor(), withSplit({ train: [0, 3, 6] }))).toEqual(['MED5202']);
  });

  test('no validation cases where epochs and modalities are compared on them', async () => {
    expect(await codesOf(paramsFor(), withSplit({ valid: [] }))).toEqual(['MED5203', 'MED5203']);
    const params = paramsFor(everything, {
      model: { balance: { kind: 'none' } },
      train: { select: 'last', epochs: 2 },
    });
    const { trained } = await run(params, withSplit({ valid: [] }));
    expect(trained.json<Predictions>('predictions').valid).toEqual([]);
  });

  test('features of other cases', async () => {
    const short: StageKind = {
      kind: 'short',
      version: 1,
      cost: 'light',
      run: async (_, { out }) => out.array('x', { shape: [23, 4, 4], data: new Float32Array(23 * 16) }),
    };
    const inputs: Record<string, StageNode> = Object.fromEntries(
      ['cases', 'split'].map((what) => [what, stageNode('made', 1, { what })]),
    );
    for (const name of everything) inputs[name] = stageNode('short', 1, {});
    const train = stageNode('train', 1, paramsFor() as unknown as JsonObject, inputs, 'train');
    const error = await runStages([...Object.values(inputs), train], mkdtempSync(join(folder, 'store-')), {
      kinds: { ...registryOf(synthetic()), short: async () => short },
    }).catch((thrown: unknown) => thrown);
    expect(String(error)).toMatch(/MED5205.*log.*\n.*MED5205.*metric.*\n.*MED5205.*trace/);
  });
});
