/** The other ways to balance modalities: their arithmetic against the formulas, and whole trainings with each. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { BalanceParams, Modality } from '../../../src/stages/contracts.ts';
import { shapleyLogits } from '../../../src/stages/medicine/balance/agm.ts';
import type { Told } from '../../../src/stages/medicine/balance/balance.ts';
import { balancingOf } from '../../../src/stages/medicine/balance/index.ts';
import { type FitOptions, fitMedicine } from '../../../src/stages/medicine/fit.ts';
import type { Encoding } from '../../../src/stages/medicine/fusion/fusion.ts';
import * as t from '../../../src/tensor/build.ts';
import { evaluateReference } from '../../../src/tensor/reference.ts';
import { referenceEngine } from './reference-engine.ts';
import { everything } from './support.ts';
import { paramsFor, synthetic } from './synthetic.ts';

/** Two cases and a place that holds none, two classes; heads are the encodings themselves, the fusion relu(Σ) + 1. */
function toyOutputs(params: BalanceParams, feeds: Told = {}): Record<string, number> {
  const g = t.createGraph();
  const values: Record<Modality, readonly number[]> = {
    log: [2, 0, 0, 1, 9, 0],
    metric: [0, 0, 0, 0, 0, 9],
    trace: [-1, 0, 1, 1, 9, 9],
  };
  const { build } = balancingOf(params, everything);
  const { objective, losses, outputs } = build(g, {
    encodings: everything.map((modality) => ({ modality, node: t.constant(g, values[modality], [3, 2]) })),
    fuse: (some) =>
      t.add(
        g,
        t.relu(
          g,
          some.map(({ node }) => node).reduce((a, b) => t.add(g, a, b)),
        ),
        t.scalar(g, 1),
      ),
    headOf: (_, encoding) => encoding,
    labels: t.input(g, 'labels', [3], 'int32'),
    weights: t.input(g, 'weights', [3]),
    classes: 2,
  });
  const graph = t.finishGraph(g, { ...losses, ...outputs, objective });
  const scalars = Object.fromEntries(Object.entries(feeds).map(([name, value]) => [name, [value]]));
  const found = evaluateReference(graph, Object.values(graph.outputs), {
    inputs: { labels: [0, 1, 0], weights: [1, 1, 0], ...scalars },
  });
  return Object.fromEntries(Object.keys(graph.outputs).map((name, i) => [name, found[i]?.[0] ?? Number.NaN]));
}

const sigmoid = (x: number) => 1 / (1 + Math.exp(-x));

test('OGM-GE holds back whoever is surer of the truth than the least sure, by 1 − tanh(αρ)', () => {
  const said = toyOutputs({ kind: 'ogm_ge', alpha: 0.3, noise: 1 });
  // Probabilities of the truth, the empty place left out.
  const sure = { log: sigmoid(2) + sigmoid(1), metric: 1, trace: sigmoid(-1) + 0.5 };
  expect(said['scale.log']).toBeCloseTo(1 - Math.tanh((0.3 * sure.log) / sure.trace), 6);
  expect(said['scale.metric']).toBeCloseTo(1 - Math.tanh(0.3 / sure.trace), 6);
  expect(said['scale.trace']).toBe(1);
});

const nll = (logits: readonly (readonly number[])[]) =>
  logits.reduce(
    (sum, [a = 0, b = 0], i) => sum + Math.log(Math.exp(a) + Math.exp(b)) - (i === 0 ? a : b),
    0,
  ) / 2;

test('AGM scales by the lag of each modality behind the others, in Shapley logits', () => {
  // Marginal contributions averaged over all orders of joining: another formula of the same value.
  const rows: Record<Modality, readonly (readonly number[])[]> = {
    log: [
      [2, 0],
      [0, 1],
    ],
    metric: [
      [0, 0],
      [0, 0],
    ],
    trace: [
      [-1, 0],
      [1, 1],
    ],
  };
  const orders: readonly (readonly Modality[])[] = [
    ['log', 'metric', 'trace'],
    ['log', 'trace', 'metric'],
    ['metric', 'log', 'trace'],
    ['metric', 'trace', 'log'],
    ['trace', 'log', 'metric'],
    ['trace', 'metric', 'log'],
  ];
  const model = (present: readonly Modality[]) =>
    [0, 1].map((i) =>
      [0, 1].map(
        (c) =>
          Math.max(
            0,
            present.reduce((sum, name) => sum + (rows[name][i]?.[c] ?? 0), 0),
          ) + 1,
      ),
    );
  const shapley = (name: Modality) => {
    const sum = [
      [0, 0],
      [0, 0],
    ];
    for (const order of orders) {
      const before = order.slice(0, order.indexOf(name));
      const [without, having] = [model(before), model([...before, name])];
      for (const i of [0, 1])
        for (const c of [0, 1]) sum[i]![c]! += ((having[i]?.[c] ?? 0) - (without[i]?.[c] ?? 0)) / 6;
    }
    return sum;
  };
  const losses = everything.map((name) => nll(shapley(name)));
  const mean = losses.reduce((sum, loss) => sum + loss, 0) / 3;
  const lags = losses.map((loss) => Math.exp(1.5 * (loss - mean)));

  const tau = { 'tau.log': 1.2, 'tau.metric': 0.9, 'tau.trace': 1 };
  const first = toyOutputs({ kind: 'agm', alpha: 0.1 }, { ...tau, 'tau.known': 0 });
  const later = toyOutputs({ kind: 'agm', alpha: 0.1 }, { ...tau, 'tau.known': 1 });
  everything.forEach((name, k) => {
    expect(later[`lag.${name}`]).toBeCloseTo(lags[k] ?? 0, 6);
    expect(first[`scale.${name}`]).toBe(1);
    const known = tau[`tau.${name}` as keyof typeof tau];
    expect(later[`scale.${name}`]).toBeCloseTo(Math.exp(0.1 * (known - (lags[k] ?? 0))), 6);
  });
});

test('AGM’s τ is the mean of the lags so far', () => {
  const { initial, observe, drive } = balancingOf({ kind: 'agm', alpha: 0.1 }, ['log', 'trace']);
  const once = observe?.(initial, { 'lag.log': 2, 'lag.trace': 1 }) ?? {};
  const twice = observe?.(once, { 'lag.log': 1, 'lag.trace': 0.5 }) ?? {};
  expect(drive(initial).feeds['tau.known']).toBe(0);
  expect(drive(twice).feeds).toEqual({ 'tau.known': 1, 'tau.log': 1.5, 'tau.trace': 0.75 });
});

test('Shapley logits add up to what the model says more than nothing', () => {
  const g = t.createGraph();
  const encodings = everything.map((modality, k) => ({
    modality,
    node: t.constant(g, [k + 1, -k, 2, k * k], [2, 2]),
  }));
  const fuse = (some: readonly Encoding[]) =>
    t.tanh(
      g,
      some.map(({ node }) => node).reduce((a, b) => t.mul(g, t.add(g, a, t.scalar(g, 1)), b)),
    );
  const logits = shapleyLogits(g, { encodings, fuse });
  const nothing = fuse(encodings.map((one) => ({ ...one, node: t.mul(g, one.node, t.scalar(g, 0)) })));
  const ids = [...logits, fuse(encodings), nothing].map(({ id }) => id);
  const [a = [], b = [], c = [], all = [], none = []] = evaluateReference(g, ids, {});
  for (const i of [0, 1, 2, 3]) {
    expect((a[i] ?? 0) + (b[i] ?? 0) + (c[i] ?? 0)).toBeCloseTo((all[i] ?? 0) - (none[i] ?? 0), 12);
  }
});

test('G-Blend weighs a loss by what it generalised and how little it overfitted, every few epochs', () => {
  const { initial, evaluate, drive } = balancingOf({ kind: 'g_blend', every: 2 }, ['log', 'trace']);
  const losses = (
    model: readonly [number, number],
    log: readonly [number, number],
    trace: readonly [number, number],
  ) =>
    Object.fromEntries(
      Object.entries({ model, log, trace }).map(([of, [train, valid]]) => [of, { train, valid }]),
    );
  const equal = { 'weight.model': 1, 'weight.log': 1, 'weight.trace': 1 };
  const first = evaluate?.(initial, losses([1, 1], [1, 1], [1, 1]))?.state ?? {};
  expect(drive(first).feeds).toEqual(equal);
  // The model gained 0.5 and its gap grew by 0.1; the log gained nothing; the trace gained 0.2 without a gap.
  const second = evaluate?.(first, losses([0.4, 0.5], [0.9, 1.1], [0.8, 0.8]))?.state ?? {};
  const shares = [0.5 / (0.1 ** 2 + 1e-3), 0, 0.2 / 1e-3];
  const sum = shares.reduce((total, share) => total + share, 0);
  const feeds = drive(second).feeds;
  ['model', 'log', 'trace'].forEach((of, i) => {
    expect(feeds[`weight.${of}`]).toBeCloseTo((3 * (shares[i] ?? 0)) / sum, 9);
  });
  // Held until the next estimate, and where nothing generalises.
  const third = evaluate?.(second, losses([0.3, 0.6], [0.8, 1.2], [0.7, 0.9]))?.state ?? {};
  const fourth = evaluate?.(third, losses([0.2, 0.7], [0.7, 1.3], [0.6, 1]))?.state ?? {};
  expect(drive(fourth).feeds).toEqual(feeds);
  const said = toyOutputs(
    { kind: 'g_blend', every: 2 },
    { 'weight.model': 2, 'weight.log': 0.5, 'weight.metric': 0, 'weight.trace': 1 },
  );
  expect(said.objective).toBeCloseTo(
    2 * (said.loss ?? 0) + 0.5 * (said['loss.log'] ?? 0) + (said['loss.trace'] ?? 0),
    9,
  );
});

const ways: readonly BalanceParams[] = [
  { kind: 'ogm_ge', alpha: 0.3, noise: 1 },
  { kind: 'g_blend', every: 2 },
  { kind: 'agm', alpha: 0.5 },
  { kind: 'mmpareto' },
];

describe('whole trainings', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'medx-balance-'));
  });
  afterEach(() => rmSync(folder, { recursive: true }));
  const trainWith = (balance: BalanceParams, epochs: number, change: Partial<FitOptions> = {}) =>
    fitMedicine(
      referenceEngine,
      paramsFor(everything, { train: { epochs }, model: { balance } }),
      synthetic(),
      {
        workDir: mkdtempSync(join(folder, 'job-')),
        key: 'test',
        checkpointEvery: 0,
        progress: () => undefined,
        ...change,
      },
    );

  test.each(ways)('$kind learns, tells what it did, and goes on after a kill to the bit', async (balance) => {
    const whole = await trainWith(balance, 4);
    const losses = whole.history.epochs.map(({ loss }) => loss.train);
    expect(losses[3]).toBeLessThan(losses[0] ?? 0);
    const none = await trainWith({ kind: 'none' }, 4);
    expect(whole.parameters).not.toEqual(none.parameters);
    const told = whole.history.epochs.flatMap(({ unimodal }) => Object.values(unimodal));
    if (balance.kind === 'g_blend') expect(told.some(({ weight }) => weight !== 1)).toBe(true);
    else if (balance.kind !== 'mmpareto') expect(told.some(({ update }) => update !== 1)).toBe(true);

    const workDir = mkdtempSync(join(folder, 'killed-'));
    const progress: FitOptions['progress'] = ({ step }) => {
      if (step === 3) throw new Error('killed');
    };
    await expect(trainWith(balance, 4, { workDir, progress })).rejects.toThrow('killed');
    expect(await trainWith(balance, 4, { workDir })).toEqual(whole);
  });

  test.each<BalanceParams>([
    { kind: 'ogm_ge', alpha: 0, noise: 0 },
    { kind: 'agm', alpha: 0 },
  ])('$kind with α = 0 changes no bit', async (balance) => {
    const [off, none] = [await trainWith(balance, 2), await trainWith({ kind: 'none' }, 2)];
    expect(off.parameters).toEqual(none.parameters);
  });
});
