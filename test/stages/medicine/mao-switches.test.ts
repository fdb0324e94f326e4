/** Every switch of MAO by itself: the authors' arithmetic (METHOD 5) against numbers worked out by hand, and when it is applied. */
import { mkdtempSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, test } from 'vitest';
import { schedules } from '../../../src/catalog/blocks/mao.ts';
import type { MaoReading, Modality } from '../../../src/stages/contracts.ts';
import type { EpochLosses } from '../../../src/stages/medicine/balance/balance.ts';
import { balancingOf } from '../../../src/stages/medicine/balance/index.ts';
import {
  evaluateModalities,
  initialMao,
  type MaoParams,
} from '../../../src/stages/medicine/balance/mao-factors.ts';
import { fitMedicine } from '../../../src/stages/medicine/fit.ts';
import { names } from '../../../src/stages/medicine/names.ts';
import * as t from '../../../src/tensor/build.ts';
import { gradients } from '../../../src/tensor/gradients.ts';
import { evaluateReference } from '../../../src/tensor/reference.ts';
import { tempFolder } from '../../support/temp.ts';
import { referenceEngine } from './reference-engine.ts';
import { everything } from './support.ts';
import { paramsFor, synthetic } from './synthetic.ts';

const sound: MaoParams = { kind: 'mao', alpha: 0.5, beta: 0.3, schedule: 'sound', aux: 0 };
const three: readonly Modality[] = ['log', 'metric', 'trace'];
const sigmoid = (x: number) => 1 / (1 + Math.exp(-x));

/** [train, valid] per modality, of one epoch and the next: drops (ΔV, ΔT) are (0.2, 0.4), (0.6, 0.4) and (−0.1, −0.2). */
const epochs = [
  { log: [1.6, 1.7], metric: [1.6, 1.7], trace: [1.6, 1.7] },
  { log: [1.2, 1.5], metric: [1.2, 1.1], trace: [1.8, 1.8] },
].map((one) =>
  Object.fromEntries(Object.entries(one).map(([name, [train, valid]]) => [name, { train, valid }])),
) as readonly EpochLosses[];

function said(change: Partial<MaoReading>, base: MaoParams = sound) {
  const params = { ...base, ...change };
  const first = evaluateModalities(params, three, initialMao, epochs[0] ?? {});
  return evaluateModalities(params, three, first.state, epochs[1] ?? {});
}

describe("the authors' arithmetic", () => {
  test('drops that are not above 0 become 1e-4, both of them', () => {
    const { rho } = said({ ratio: 'floored' });
    expect(rho?.log).toBeCloseTo(0.5, 10);
    expect(rho?.metric).toBeCloseTo(1.5, 10);
    expect(rho?.trace).toBeCloseTo(1, 10);
  });

  test('θ is the sigmoid of each ρ and sums to anything', () => {
    const { theta } = said({ ratio: 'floored', theta: 'sigmoid' });
    expect(theta?.log).toBeCloseTo(sigmoid(0.5), 10);
    expect(theta?.metric).toBeCloseTo(sigmoid(1.5), 10);
    expect(theta?.trace).toBeCloseTo(sigmoid(1), 10);
  });

  test('the smallest θ is held back by 1 − αθ, the largest helped by 1 + βθ, on the encoder', () => {
    const { factors } = said({}, { ...sound, schedule: 'reference' });
    expect(factors.log?.update).toBeCloseTo(1 - 0.5 * sigmoid(0.5), 10);
    expect(factors.metric?.update).toBeCloseTo(1 + 0.3 * sigmoid(1.5), 10);
    expect(factors.trace).toEqual({ update: 1, feature: 1 });
    expect(Object.values(factors).every(({ feature }) => feature === 1)).toBe(true);
  });

  test('each switch of `reference` can be turned back, and each of `sound` turned on', () => {
    const all = said({ ...schedules.reference });
    expect(said({}, { ...sound, schedule: 'reference' })).toEqual(all);
    expect(said({ ...schedules.sound }, { ...sound, schedule: 'reference' })).toEqual(said({}));
    for (const [name, value] of Object.entries(schedules.reference)) {
      const changed = said({ [name]: value } as Partial<MaoReading>);
      const arithmetic = ['ratio', 'theta', 'tie', 'roles', 'enhance', 'enhanced'];
      // A tie is none here: θ differ.
      const shows = arithmetic.includes(name) && name !== 'tie';
      expect([name, JSON.stringify(changed) !== JSON.stringify(said({}))]).toEqual([name, shows]);
    }
  });

  test('swapped roles alone: metric learns fastest and is helped', () => {
    const { factors, theta } = said({ roles: 'swapped' });
    expect(factors.metric?.feature).toBeCloseTo(1 + 0.3 * (1 - (theta?.metric ?? 0)), 10);
    expect(factors.trace?.update).toBeCloseTo(1 - 0.5 * (theta?.trace ?? 0), 10);
  });
});

/** The objective of three heads with losses ln 2 each under a model with loss ln 2. */
function objectiveOf(params: MaoParams, epoch: number): number {
  const balancing = balancingOf(params, everything);
  let state = balancing.initial;
  for (let done = 0; done < epoch; done++)
    state = balancing.evaluate?.(state, epochs[done % 2] ?? {}).state ?? state;
  const g = t.createGraph();
  const flat = () => t.constant(g, [0, 0, 0, 0], [2, 2]);
  const { objective } = balancing.build(g, {
    encodings: everything.map((modality) => ({ modality, node: flat() })),
    fuse: () => flat(),
    headOf: (_, encoding) => encoding,
    labels: t.input(g, names.labels, [2], 'int32'),
    weights: t.input(g, names.weights, [2]),
    classes: 2,
  });
  const graph = t.finishGraph(g, { [names.objective]: objective });
  const feeds = Object.entries(balancing.drive(state).feeds).map(([name, value]) => [name, [value]]);
  const inputs = { [names.labels]: [0, 1], [names.weights]: [1, 1], ...Object.fromEntries(feeds) };
  return evaluateReference(graph, Object.values(graph.outputs), { inputs })[0]?.[0] ?? Number.NaN;
}

test('losses of heads count σ(L)·L in the first epoch and beyond `until`, else in full', () => {
  const params: MaoParams = { ...sound, aux: 1, aux_weight: 'sigmoid', until: 2 };
  const l = Math.log(2);
  const weighed = l + 3 * sigmoid(l) * l;
  expect(objectiveOf(params, 0)).toBeCloseTo(weighed, 6);
  expect(objectiveOf(params, 1)).toBeCloseTo(4 * l, 6);
  expect(objectiveOf(params, 2)).toBeCloseTo(4 * l, 6);
  expect(objectiveOf(params, 3)).toBeCloseTo(weighed, 6);
  expect(objectiveOf(sound, 3)).toBeCloseTo(4 * l, 6);
});

test.each([
  ['sigmoid', true],
  ['detached_sigmoid', false],
] as const)('%s: what is learnt through the weight itself: %s', (aux_weight, isLearnt) => {
  const balancing = balancingOf({ ...sound, aux: 1, aux_weight }, everything);
  const g = t.createGraph();
  // The model says nothing: all that reaches `x` comes through the head of the log.
  const x = t.input(g, 'x', [2, 2]);
  const flat = t.constant(g, [0, 0, 0, 0], [2, 2]);
  const { objective } = balancing.build(g, {
    encodings: everything.map((modality) => ({ modality, node: modality === 'log' ? x : flat })),
    fuse: () => flat,
    headOf: (_, encoding) => encoding,
    labels: t.input(g, names.labels, [2], 'int32'),
    weights: t.input(g, names.weights, [2]),
    classes: 2,
  });
  const [dx] = gradients(g, objective, [x.id]);
  const feeds = Object.entries(balancing.drive(balancing.initial).feeds).map(([name, value]) => [
    name,
    [value],
  ]);
  const given = { x: [0.5, 0, 0, 2], [names.labels]: [0, 1], [names.weights]: [0.5, 0.5] };
  const [found] = evaluateReference(g, [dx?.id ?? -1], {
    inputs: { ...given, ...Object.fromEntries(feeds) },
  });
  const surprise = [Math.log(1 + Math.exp(-0.5)), Math.log(1 + Math.exp(-2))] as const;
  const loss = (surprise[0] + surprise[1]) / 2;
  const through = isLearnt ? loss * sigmoid(loss) * (1 - sigmoid(loss)) : 0;
  // d L / d x₀₀ is half of p − 1 of the first case.
  expect(found?.[0]).toBeCloseTo((sigmoid(loss) + through) * 0.5 * (sigmoid(0.5) - 1), 6);
});

test('`until` ends the modulation of batches', () => {
  const balancing = balancingOf({ ...sound, until: 1 }, everything);
  const once = balancing.evaluate?.(balancing.initial, epochs[0] ?? {}).state ?? balancing.initial;
  const twice = balancing.evaluate?.(once, epochs[1] ?? {}).state ?? once;
  expect(balancing.drive(twice).scales).toEqual({ log: 1, metric: 1, trace: 1 });
  const always = balancingOf(sound, everything);
  expect(always.drive(twice).scales.metric).toBeLessThan(1);
});

describe('a further step at the end of an epoch', () => {
  let folder: string;
  beforeEach(() => {
    folder = tempFolder('switches');
  });
  const data = synthetic({ cases: 24 });

  function trained(
    balance: Partial<MaoParams>,
    count: number,
    kill?: number,
    workDir = mkdtempSync(join(folder, 'job-')),
  ) {
    const base = paramsFor();
    const params = {
      ...base,
      model: { ...base.model, balance: { ...sound, ...balance } },
      train: { ...base.train, epochs: count, select: 'last' as const },
    };
    return fitMedicine(referenceEngine, params, data, {
      workDir,
      key: 'test',
      checkpointEvery: 0,
      progress: ({ step }) => {
        if (step === kill) throw new Error('killed');
      },
    });
  }

  test('comes from the second epoch on, until it is told to end, and is told as a part of the mean', async () => {
    const { history } = await trained({ schedule: 'reference', until: 2 }, 5);
    const touched = history.epochs.map(({ unimodal }) =>
      Object.values(unimodal).some(({ update }) => update !== 1),
    );
    expect(touched).toEqual([false, true, true, false, false]);
    // One factor beside the neutral ones of the batches: the mean tells θ back.
    const batches = Math.ceil(data.split.train.length / paramsFor().train.batch);
    const second = Object.values(history.epochs[1]?.unimodal ?? {});
    const smallest = Math.min(...second.map(({ theta }) => theta ?? 1));
    const expected = (batches + (1 - 0.5 * smallest)) / (batches + 1);
    expect(Math.min(...second.map(({ update }) => update))).toBeCloseTo(expected, 10);
  });

  test('trains otherwise than the same factors in every batch; its noise is its own switch', async () => {
    const quiet = await trained({ apply: 'epoch_end' }, 3);
    const batches = await trained({}, 3);
    const noisy = await trained({ apply: 'epoch_end', noise: 1 }, 3);
    expect(quiet.parameters).not.toEqual(batches.parameters);
    expect(quiet.parameters).not.toEqual(noisy.parameters);
    // Until the further step everything is the same.
    expect(quiet.history.epochs[0]).toEqual(batches.history.epochs[0]);
    expect(noisy.history.epochs[1]?.loss).toEqual(quiet.history.epochs[1]?.loss);
    expect(noisy.history.epochs[2]?.loss).not.toEqual(quiet.history.epochs[2]?.loss);
  });

  test('goes on to the same bits after a kill', async () => {
    const whole = await trained({ schedule: 'reference', aux: 1 }, 4);
    const workDir = mkdtempSync(join(folder, 'killed-'));
    await expect(trained({ schedule: 'reference', aux: 1 }, 4, 3, workDir)).rejects.toThrow('killed');
    expect(await trained({ schedule: 'reference', aux: 1 }, 4, undefined, workDir)).toEqual(whole);
  });
});
