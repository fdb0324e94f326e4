/** Whole training jobs on made-up data. */
import { mkdtempSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, test } from 'vitest';
import { MedxError } from '../../../src/diagnostics/diagnostic.ts';
import type { Modality, TrainParams } from '../../../src/stages/contracts.ts';
import type { TrainingData } from '../../../src/stages/medicine/features.ts';
import { type FitOptions, fitMedicine } from '../../../src/stages/medicine/fit.ts';
import { tempFolder } from '../../support/temp.ts';
import { referenceEngine } from './reference-engine.ts';
import { everything } from './support.ts';
import { paramsFor, synthetic } from './synthetic.ts';

let folder: string;
beforeEach(() => {
  folder = tempFolder('fit');
});

function run(params: TrainParams, data: TrainingData, change: Partial<FitOptions> = {}) {
  return fitMedicine(referenceEngine, params, data, {
    workDir: mkdtempSync(join(folder, 'job-')),
    key: 'test',
    checkpointEvery: 0,
    progress: () => undefined,
    ...change,
  });
}

function rightAnswers(predictions: readonly { truth: number; answer: number }[]): number {
  return predictions.filter(({ truth, answer }) => truth === answer).length;
}

const short = { train: { epochs: 4 } };

test('learns a separable problem and beats the majority', async () => {
  const data = synthetic({ cases: 48 });
  const { predictions, history } = await run(paramsFor(), data);
  // Three equal classes: the majority is right on 4 of the 12 test cases.
  expect(rightAnswers(predictions.test)).toBeGreaterThanOrEqual(10);
  expect(history.epochs).toHaveLength(12);
  const losses = history.epochs.map(({ loss }) => loss);
  expect(losses[11]?.train).toBeLessThan(0.5 * (losses[0]?.train ?? 0));
  for (const { probabilities } of predictions.test) {
    expect(probabilities.reduce((sum, value) => sum + value, 0)).toBeCloseTo(1, 6);
  }
});

test.each<Modality>(['log', 'metric', 'trace'])('trains on the %s modality alone', async (only) => {
  const { predictions, history } = await run(paramsFor([only]), synthetic({ modalities: [only], cases: 48 }));
  expect(rightAnswers(predictions.test)).toBeGreaterThanOrEqual(8);
  expect(history.modalities).toEqual([only]);
  // MAO has nothing to balance.
  expect(history.epochs.every(({ unimodal }) => unimodal[only]?.update === 1)).toBe(true);
});

test('cases without one modality are learned and answered like the others', async () => {
  const data = synthetic({ cases: 48, missing: (index) => everything[index % 4] });
  const { predictions } = await run(paramsFor(), data);
  expect(rightAnswers(predictions.test)).toBeGreaterThanOrEqual(9);
});

describe('what must not matter, to the bit', () => {
  test('the labels and features of test cases', async () => {
    const data = synthetic();
    const { test: tested } = data.split;
    const cases = data.table.cases.map((row, i) => (tested.includes(i) ? { ...row, label: 0 } : row));
    const changed = { ...data, table: { ...data.table, cases } };
    const one = await run(paramsFor(everything, short), data);
    const two = await run(paramsFor(everything, short), changed);
    expect(two.predictions.test.map(({ probabilities }) => probabilities)).toEqual(
      one.predictions.test.map(({ probabilities }) => probabilities),
    );
    const log = Float32Array.from(data.features.log ?? []);
    log.fill(7, (tested[0] ?? 0) * 24);
    const three = await run(paramsFor(everything, short), { ...data, features: { ...data.features, log } });
    expect(three.parameters).toEqual(one.parameters);
    expect(three.predictions.valid).toEqual(one.predictions.valid);
    expect(three.predictions.test).not.toEqual(one.predictions.test);
  });

  test('MAO with α = β = 0', async () => {
    const off = { kind: 'mao', alpha: 0, beta: 0, schedule: 'sound', aux: 0 } as const;
    const full = await run(paramsFor(everything, { ...short, model: { balance: off } }), synthetic());
    const none = await run(
      paramsFor(everything, { ...short, model: { balance: { kind: 'none' } } }),
      synthetic(),
    );
    expect(none.parameters).toEqual(full.parameters);
    expect(none.predictions).toEqual(full.predictions);
    const on = await run(paramsFor(everything, short), synthetic());
    expect(on.parameters).not.toEqual(full.parameters);
  });

  test.each([1, 2])('being killed after epoch %i', async (epoch) => {
    const whole = await run(paramsFor(everything, short), synthetic());
    const workDir = mkdtempSync(join(folder, 'killed-'));
    const progress: FitOptions['progress'] = ({ step }) => {
      if (step === epoch + 1) throw new Error('killed');
    };
    const killed = run(paramsFor(everything, short), synthetic(), { workDir, progress });
    await expect(killed).rejects.toThrow('killed');
    const resumed = await run(paramsFor(everything, short), synthetic(), { workDir });
    expect(resumed).toEqual(whole);
  });
});

test('another seed is another model', async () => {
  const params = paramsFor(everything, short);
  const [one, two] = [await run(params, synthetic()), await run({ ...params, seed: 2 }, synthetic())];
  expect(two.predictions.test).not.toEqual(one.predictions.test);
});

test('a diverging training is an error, not a table of NaN', async () => {
  const params = paramsFor(everything, {
    train: { optimiser: { kind: 'sgd', lr: 1e30, weight_decay: 0, momentum: 0.9 } },
  });
  const error = await run(params, synthetic()).catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(MedxError);
  expect((error as MedxError).diagnostics[0]?.severity).toBe('error');
});
