/** A whole training run of a small Medicine on every executor: against float64, against itself, across a resume. */
import { beforeAll, describe, expect, test } from 'vitest';
import * as t from '../../src/tensor/build.ts';
import type { Engine, ModelState, StepOptions } from '../../src/tensor/engine.ts';
import { sizeOf } from '../../src/tensor/ir.ts';
import type { Optimiser } from '../../src/tensor/optimiser.ts';
import { dropoutMask } from '../../src/tensor/random.ts';
import { engineCases } from './engines.ts';
import { type Run, trainReference } from './reference-run.ts';
import { smallBatch, smallMedicine } from './small-medicine.ts';

const seed = 5;
const steps = 12;
const adamw: Optimiser = {
  kind: 'adamw',
  lr: 1e-3,
  weight_decay: 1e-2,
  beta1: 0.9,
  beta2: 0.999,
  eps: 1e-8,
};
const adam: Optimiser = { ...adamw, kind: 'adam', weight_decay: 0.1, clip: 1 };
const sgd: Optimiser = { kind: 'sgd', lr: 0.05, weight_decay: 1e-2, momentum: 0.9 };
/** Of float32 over 12 steps: losses are about 1, parameters up to 1; measured 2e-7 and 5e-7. */
const tolerance = { loss: 2e-6, param: 5e-6 };
const scales = { log: 0.5, fusion: 1.25 };

const runs: readonly { name: string; optimiser: Optimiser; options: StepOptions }[] = [
  { name: 'AdamW', optimiser: adamw, options: {} },
  { name: 'AdamW with scaled updates', optimiser: adamw, options: { scales } },
  { name: 'Adam with an L2 penalty and clipped gradients', optimiser: adam, options: {} },
  { name: 'SGD', optimiser: sgd, options: {} },
  { name: 'SGD with scaled gradients', optimiser: sgd, options: { scales, scaleMode: 'gradient', lr: 0.02 } },
];

async function train(engine: Engine, optimiser: Optimiser, options: StepOptions = {}): Promise<Run> {
  const graph = smallMedicine();
  const state = engine.createState(graph, { seed, optimiser });
  const session = await engine.compileTraining(graph, { state, loss: 'loss' });
  const losses: number[] = [];
  for (let step = 1; step <= steps; step++) losses.push((await session.step(smallBatch(step), options)).loss);
  const params = await state.readParams();
  await session.release();
  state.release();
  return { losses, params };
}

/** Largest differences over a run: of the loss at any step, and of any final parameter. */
function differences(found: Run, expected: Run): { loss: number; param: number } {
  const worst = (a: ArrayLike<number>, b: ArrayLike<number>) =>
    Math.max(...Array.from(a, (v, i) => Math.abs(v - (b[i] ?? Number.NaN))));
  // The softmax does not see a key bias: its gradient is rounding noise, which Adam blows up to whole steps.
  const names = Object.keys(expected.params).filter((name) => !name.endsWith('key.bias'));
  const param = names.map((name) => worst(expected.params[name] ?? [], found.params[name] ?? []));
  return { loss: worst(expected.losses, found.losses), param: Math.max(...param) };
}

const references = new Map(
  runs.map(({ name, optimiser, options }) => [
    name,
    trainReference(smallMedicine(), seed, optimiser, steps, smallBatch, options),
  ]),
);

test.skipIf(engineCases.length < 2)(
  'the executors agree with each other over a whole training run',
  async () => {
    const engines = await Promise.all(engineCases.map(({ open }) => open()));
    for (const optimiser of [adamw, adam, sgd]) {
      const [first, ...others] = await Promise.all(engines.map((engine) => train(engine, optimiser)));
      expect(others.length).toBeGreaterThan(0);
      for (const other of others) {
        const { loss, param } = differences(other, first as Run);
        expect(loss).toBeLessThan(tolerance.loss);
        expect(param).toBeLessThan(tolerance.param);
      }
    }
  },
);

describe.each(engineCases)('$name', ({ open }) => {
  let engine: Engine;
  beforeAll(async () => {
    engine = await open();
  });

  test.each(runs)('$name keeps to the float64 run', async ({ name, optimiser, options }) => {
    const expected = references.get(name) as Run;
    const { loss, param } = differences(await train(engine, optimiser, options), expected);
    expect(loss).toBeLessThan(tolerance.loss);
    expect(param).toBeLessThan(tolerance.param);
    expect(Math.abs((expected.losses.at(-1) ?? 0) - (expected.losses[0] ?? 0))).toBeGreaterThan(0.01);
  });

  test('the same seed twice gives the same bits', async () => {
    expect(await train(engine, adamw)).toEqual(await train(engine, adamw));
  });

  test('a run resumed from a checkpoint gives the bits of one that was not interrupted', async () => {
    const graph = smallMedicine();
    const whole = await train(engine, adamw);
    const first = engine.createState(graph, { seed, optimiser: adamw });
    const session = await engine.compileTraining(graph, { state: first, loss: 'loss' });
    for (let step = 1; step <= 5; step++) await session.step(smallBatch(step));
    const checkpoint = structuredClone(await first.save());
    expect(checkpoint.step).toBe(5);
    first.release();
    const second = engine.createState(graph, { seed, optimiser: adamw });
    const resumed = await engine.compileTraining(graph, { state: second, loss: 'loss' });
    await second.load(checkpoint);
    const losses: number[] = [];
    for (let step = 6; step <= steps; step++) losses.push((await resumed.step(smallBatch(step))).loss);
    expect(losses).toEqual(whole.losses.slice(5));
    expect(await second.readParams()).toEqual(whole.params);
    second.release();
  });

  test('evaluation has no dropout, needs no labels and shares the parameters', async () => {
    const graph = smallMedicine();
    const state = engine.createState(graph, { seed, optimiser: sgd });
    const training = await engine.compileTraining(graph, { state, loss: 'loss', outputs: ['logits'] });
    const evaluation = await engine.compileEvaluation(graph, { state, outputs: ['logits'] });
    const { labels, weights, ...features } = smallBatch(1);
    const before = await evaluation.run(features);
    expect(await evaluation.run(features)).toEqual(before);
    const step = await training.step(smallBatch(1));
    // Dropout is on in training: other logits from the same parameters.
    expect(step.outputs.logits).not.toEqual(before.logits);
    expect(await evaluation.run(features)).not.toEqual(before);
    state.release();
  });

  test('dropout draws the bits of the shared generator, another mask at every step', async () => {
    const shape = [3, 50];
    const g = t.createGraph();
    const x = t.dropout(g, t.param(g, 'x', shape, { kind: 'constant', value: 1 }, 'a'), 0.3, 'place');
    const graph = t.finishGraph(g, { x, loss: t.reduceSum(g, x, [0, 1]) });
    const state = engine.createState(graph, { seed, optimiser: { ...sgd, lr: 0 } });
    const session = await engine.compileTraining(graph, { state, loss: 'loss', outputs: ['x'] });
    for (const step of [1, 2]) {
      const { outputs } = await session.step({});
      expect(outputs.x).toEqual(dropoutMask(seed, step, 'place', 0.3, sizeOf(shape)));
    }
    state.release();
  });

  test('a loss that is not finite is refused and changes nothing', async () => {
    const graph = smallMedicine();
    const state = engine.createState(graph, { seed, optimiser: adamw });
    const session = await engine.compileTraining(graph, { state, loss: 'loss' });
    await session.step(smallBatch(1));
    const before = await state.save();
    const broken = { ...smallBatch(2), trace: (smallBatch(2).trace as Float32Array).fill(Number.NaN) };
    await expect(session.step(broken)).rejects.toThrow('MED5003');
    expect(await state.save()).toEqual(before);
    state.release();
  });

  test('feeds, parameters and checkpoints that do not fit are named', async () => {
    const graph = smallMedicine();
    const state = engine.createState(graph, { seed, optimiser: adamw });
    const session = await engine.compileTraining(graph, { state, loss: 'loss' });
    const { log, ...rest } = smallBatch(1);
    await expect(session.step({ ...rest, trace: new Float32Array(3) })).rejects.toThrow(
      /input `log`[\s\S]*input `trace`/,
    );
    await expect(state.writeParams({ nobody: new Float32Array(1) })).rejects.toThrow('`nobody`');
    const checkpoint = await state.save();
    await expect(state.load({ ...checkpoint, seed: 6 })).rejects.toThrow('MED5005');
    const { [Object.keys(checkpoint.arrays)[0] as string]: _, ...arrays } = checkpoint.arrays;
    await expect(state.load({ ...checkpoint, arrays })).rejects.toThrow('MED5005');
    const other = t.createGraph();
    const x = t.param(other, 'fusion.classes.bias', [2], { kind: 'constant', value: 0 }, 'a');
    const stranger = t.finishGraph(other, { loss: t.reduceSum(other, x, [0]) });
    const compile = async () => engine.compileTraining(stranger, { state, loss: 'loss' });
    await expect(compile()).rejects.toThrow('fusion.classes.bias');
    state.release();
  });

  test('written parameters are those that training goes on from', async () => {
    const graph = smallMedicine();
    const state: ModelState = engine.createState(graph, { seed, optimiser: sgd });
    const values = { 'fusion.classes.bias': Float32Array.from([0.5, -1, 2]) };
    await state.writeParams(values);
    values['fusion.classes.bias'].fill(9);
    expect([...((await state.readParams())['fusion.classes.bias'] ?? [])]).toEqual([0.5, -1, 2]);
    state.release();
  });
});
