import { mkdtempSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, expect, test } from 'vitest';
import { MedxError } from '../../../src/diagnostics/diagnostic.ts';
import type { FitParams } from '../../../src/stages/contracts.ts';
import type { Drive } from '../../../src/stages/medicine/balance/balance.ts';
import { type Arrays, type Learner, type LoopParams, trainLoop } from '../../../src/stages/medicine/loop.ts';
import type { Progress } from '../../../src/stages/stage.ts';
import { tempFolder } from '../../support/temp.ts';

let folder: string;
beforeEach(() => {
  folder = tempFolder('loop');
});

/**
 * One number per modality moves by a tenth per step, faster for the log: enough to see order, selection, factors and
 * resume without a network. `valid` gives the logit of the true class from the model's number.
 */
class CountingLearner implements Learner {
  readonly size = 2;
  readonly seen: { cases: readonly number[]; step: number; drive: Drive }[] = [];
  readonly value = Float32Array.from([0, 0]);
  taken = 0;
  readonly momentum = Float32Array.from([0, 0]);
  readonly confidence: (value: number) => number;

  constructor(confidence: (value: number) => number = (value) => value) {
    this.confidence = confidence;
  }

  async step(cases: readonly number[], drive: Drive) {
    this.taken += 1;
    this.seen.push({ cases, step: this.taken, drive });
    const sum = cases.reduce((total, index) => total + index, 0);
    this.momentum[0] = 0.9 * this.momentum[0]! + 0.01 * sum * (drive.scales.log ?? 1);
    this.momentum[1] = 0.9 * this.momentum[1]! + 0.002 * sum * (drive.feeds['factor.metric'] ?? 1);
    this.value[0]! += this.momentum[0]!;
    this.value[1]! += this.momentum[1]!;
    const unimodal = { log: 1 / (1 + this.value[0]!), metric: 1 / (1 + this.value[1]!) };
    return { loss: unimodal.log, unimodal, told: {} };
  }

  async logits(cases: readonly number[]) {
    const of = (value: number) => ({ classes: 2, data: cases.flatMap(() => [this.confidence(value), 0]) });
    return {
      model: of(this.value[0]!),
      unimodal: { log: of(this.value[0]!), metric: of(this.value[1]!) },
    };
  }

  async readParameters() {
    return new Map([['value', this.value.slice()]]);
  }

  async writeParameters(parameters: Arrays) {
    this.value.set(parameters.get('value') ?? []);
  }

  async save() {
    return new Map([
      ['value', this.value.slice()],
      ['momentum', this.momentum.slice()],
    ]);
  }

  async restore(step: number, arrays: Arrays) {
    this.taken = step;
    this.value.set(arrays.get('value') ?? []);
    this.momentum.set(arrays.get('momentum') ?? []);
  }
}

const fit: FitParams = {
  optimiser: { kind: 'sgd', lr: 0.01, weight_decay: 0, momentum: 0 },
  epochs: 6,
  batch: 2,
  dropout: 0,
  select: 'best_valid',
  patience: 0,
  class_weight: 'none',
};

function paramsOf(change: Partial<LoopParams> = {}): LoopParams {
  return {
    fit,
    balance: { kind: 'mao', alpha: 0.5, beta: 0.3, schedule: 'sound', aux: 0 },
    seed: 1,
    modalities: ['log', 'metric'],
    train: [1, 2, 3, 4, 5],
    valid: [6, 7],
    labelOf: () => 0,
    weightOf: () => 1,
    workDir: folder,
    key: 'test',
    checkpointEvery: 0,
    progress: () => undefined,
    ...change,
  };
}

test('steps count over epochs and every epoch visits every case', async () => {
  const learner = new CountingLearner();
  await trainLoop(learner, paramsOf());
  expect(learner.seen.map(({ step }) => step)).toEqual(Array.from({ length: 18 }, (_, i) => i + 1));
  for (let epoch = 0; epoch < 6; epoch += 1) {
    const cases = learner.seen.slice(epoch * 3, epoch * 3 + 3).map((batch) => batch.cases);
    expect(cases.map((batch) => batch.length)).toEqual([2, 2, 1]);
    expect(cases.flat().sort()).toEqual([1, 2, 3, 4, 5]);
  }
});

test('the factors of an epoch are held for every batch of the next', async () => {
  const learner = new CountingLearner();
  const history = await trainLoop(learner, paramsOf());
  expect(history.epochs[1]?.unimodal.log?.theta).toBeGreaterThan(0);
  for (const record of history.epochs) {
    for (const { drive } of learner.seen.slice(record.epoch * 3 - 3, record.epoch * 3)) {
      expect({ update: drive.scales.log, feature: drive.feeds['factor.log'] }).toEqual({
        update: record.unimodal.log?.update,
        feature: record.unimodal.log?.feature,
      });
    }
  }
  expect(history.epochs.slice(2).some(({ unimodal }) => unimodal.log?.update !== 1)).toBe(true);
});

test('the epoch with the lowest validation loss is kept, the first of equals', async () => {
  const rising = new CountingLearner((value) => Math.min(value, 2));
  const history = await trainLoop(rising, paramsOf());
  const losses = history.epochs.map(({ loss }) => loss.valid ?? Number.NaN);
  expect(history.chosen).toBe(losses.indexOf(Math.min(...losses)) + 1);
  expect(losses.filter((loss) => loss === Math.min(...losses)).length).toBeGreaterThan(1);
  const kept = rising.value[0];
  const last = new CountingLearner((value) => Math.min(value, 2));
  const { chosen } = await trainLoop(last, paramsOf({ fit: { ...fit, select: 'last' } }));
  expect(chosen).toBe(6);
  expect(last.value[0]).toBeGreaterThan(kept ?? Number.NaN);
});

test.each([1, 3, 5])('killed after epoch %i and started again, it ends with the same bits', async (epoch) => {
  const whole = new CountingLearner((value) => Math.sin(value));
  const expected = await trainLoop(whole, paramsOf({ workDir: mkdtempSync(join(folder, 'whole-')) }));
  const killed = new CountingLearner((value) => Math.sin(value));
  const stop = ({ step }: Progress) => {
    // The report of epoch n + 1 comes before its checkpoint: everything after epoch n is lost.
    if (step === epoch + 1) throw new Error('killed');
  };
  await expect(trainLoop(killed, paramsOf({ progress: stop }))).rejects.toThrow('killed');
  const resumed = new CountingLearner((value) => Math.sin(value));
  expect(await trainLoop(resumed, paramsOf())).toEqual(expected);
  expect(resumed.seen[0]?.step).toBe(epoch * 3 + 1);
  expect(resumed.value).toEqual(whole.value);
  expect(resumed.momentum).toEqual(whole.momentum);
});

test('a loss that is not a number stops the run with its place and the learning rate', async () => {
  const learner = new CountingLearner();
  const step = learner.step.bind(learner);
  learner.step = async (cases, drive) => {
    const losses = await step(cases, drive);
    return learner.taken === 5 ? { ...losses, loss: Number.NaN } : losses;
  };
  const error = await trainLoop(learner, paramsOf()).catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(MedxError);
  expect((error as MedxError).message).toMatch(/MED5201.*epoch 2, step 5/);
});

test('patience ends training once so many epochs bring no better validation loss', async () => {
  const impatient = { ...fit, epochs: 40, patience: 2 };
  const history = await trainLoop(
    new CountingLearner((value) => Math.min(value, 2)),
    paramsOf({ fit: impatient }),
  );
  expect(history.epochs.length).toBe(history.chosen + 2);
  expect(history.epochs.length).toBeLessThan(40);
});
