import { describe, expect, test } from 'vitest';
import * as t from '../../src/tensor/build.ts';
import type { Engine, ModelState } from '../../src/tensor/engine.ts';
import { openOnnxEngine } from '../../src/tensor/engines/onnx/engine.ts';
import type { Graph } from '../../src/tensor/ir.ts';
import { linear } from '../../src/tensor/layers/linear.ts';
import { addPosition } from '../../src/tensor/layers/position.ts';
import { transformerLayer } from '../../src/tensor/layers/transformer.ts';
import { type Optimiser, updateReference, updateScalars } from '../../src/tensor/optimiser.ts';
import { evaluateReference } from '../../src/tensor/reference.ts';
import { trainingGraph } from '../../src/tensor/training-graph.ts';
import { numbers } from './cases.ts';

const adamw: Optimiser = {
  kind: 'adamw',
  lr: 1e-3,
  weight_decay: 1e-2,
  beta1: 0.9,
  beta2: 0.999,
  eps: 1e-8,
};

/** Two groups, `a` (a transformer layer with dropout) and `b` (the classifier). */
function network(batch: number): Graph {
  const g = t.createGraph();
  const x = t.input(g, 'x', [5, batch, 16]);
  const labels = t.input(g, 'labels', [batch], 'int32');
  const weights = t.input(g, 'weights', [batch]);
  const encoded = transformerLayer(g, addPosition(g, x), {
    name: 'layer',
    group: 'a',
    heads: 4,
    feedForward: 8,
    dropout: 0.2,
  });
  const logits = linear(g, t.reduceMean(g, encoded, [0]), 3, { name: 'head', group: 'b' });
  return t.finishGraph(g, { logits, loss: t.crossEntropy(g, logits, labels, weights) });
}

function batchOf(batch: number, key: string) {
  return {
    x: numbers(key, 5 * batch * 16),
    labels: Int32Array.from({ length: batch }, (_, i) => i % 3),
    weights: new Float32Array(batch).fill(1),
  };
}

async function open(threads = 1, seed = 1): Promise<{ engine: Engine; state: ModelState }> {
  const engine = await openOnnxEngine({ device: 'cpu', threads });
  return { engine, state: engine.createState(network(4), { seed, optimiser: adamw }) };
}

async function train(engine: Engine, state: ModelState, steps: number): Promise<number[]> {
  const session = await engine.compileTraining(network(4), { state, loss: 'loss' });
  const losses: number[] = [];
  for (let i = 0; i < steps; i++) losses.push((await session.step(batchOf(4, `step ${state.step}`))).loss);
  await session.release();
  return losses;
}

describe('the same seed gives the same bits', () => {
  test('twice in one process, and not with another seed', async () => {
    const [one, two, other] = [await open(), await open(), await open(1, 2)];
    const losses = await train(one.engine, one.state, 6);
    expect(await train(two.engine, two.state, 6)).toEqual(losses);
    expect(await two.state.save()).toEqual(await one.state.save());
    expect(await train(other.engine, other.state, 6)).not.toEqual(losses);
  });

  test.each([1, 3, 5])('after saving at step %i and going on in a fresh state', async (at) => {
    const whole = await open();
    await train(whole.engine, whole.state, 6);
    const first = await open();
    await train(first.engine, first.state, at);
    const checkpoint = await first.state.save();
    await train(first.engine, first.state, 1); // a checkpoint is a copy: later steps leave it alone
    const second = await open();
    await second.state.load(checkpoint);
    await train(second.engine, second.state, 6 - at);
    expect(await second.state.save()).toEqual(await whole.state.save());
  });

  test('on one thread and on two', async () => {
    const [one, two] = [await open(1), await open(2)];
    await train(one.engine, one.state, 6);
    await train(two.engine, two.state, 6);
    expect(await two.state.save()).toEqual(await one.state.save());
  });
});

test('three steps with dropout follow the float64 reference', async () => {
  const { engine, state } = await open();
  const training = trainingGraph(network(4), 'loss');
  const names = Object.keys(training.gradients);
  const params = Object.fromEntries(
    Object.entries(await state.readParams()).map(([name, p]) => [name, Float64Array.from(p)]),
  );
  const slots = names.map((name) => [0, 1].map(() => new Float64Array(params[name]!.length)));
  const scales = { a: 0.5, b: 2 };
  const session = await engine.compileTraining(network(4), { state, loss: 'loss', outputs: ['logits'] });
  for (let step = 1; step <= 3; step++) {
    const inputs = batchOf(4, `step ${step}`);
    const { loss, outputs } = await session.step(inputs, { scales });
    const { outputs: ids } = training.graph;
    const wanted = [training.loss, ids.logits!, ...names.map((name) => training.gradients[name]!)];
    const [wantLoss, logits, ...gradients] = evaluateReference(training.graph, wanted, {
      inputs,
      params,
      training: { seed: 1, step },
    });
    expect(loss).toBeCloseTo(wantLoss![0]!, 5);
    expect(outputs.logits!.length).toBe(12);
    logits!.forEach((value, i) => {
      expect(outputs.logits![i]).toBeCloseTo(value, 4);
    });
    names.forEach((name, i) => {
      const scale = name.startsWith('head') ? scales.b : scales.a;
      const scalars = updateScalars(adamw, step, scale, 'update');
      const [m, v] = slots[i]!;
      updateReference(adamw, scalars, params[name]!, gradients[i]!, m!, v!);
    });
  }
  const got = await state.readParams();
  // The key bias has no gradient but rounding (softmax ignores a shift), which Adam blows up to whole steps.
  for (const name of names)
    if (!name.endsWith('key.bias'))
      got[name]!.forEach((value, i) => {
        expect(Math.abs(value - params[name]![i]!), `${name}[${i}]`).toBeLessThan(2e-4);
      });
  await session.release();
});

test('a scale acts on the update of its group alone; on the gradient, Adam cancels it', async () => {
  const moved = async (options: object) => {
    const { engine, state } = await open();
    const before = await state.readParams();
    const session = await engine.compileTraining(network(4), { state, loss: 'loss' });
    await session.step(batchOf(4, 'one'), options);
    await session.release();
    const after = await state.readParams();
    return (name: string) => after[name]!.map((v, i) => v - before[name]![i]!);
  };
  const plain = await moved({});
  const still = await moved({ scales: { a: 0 } });
  expect(still('head.weight')).toEqual(plain('head.weight'));
  expect(still('layer.linear1.weight').every((v) => v === 0)).toBe(true);
  const largest = (values: Float32Array) => Math.max(...values.map(Math.abs));
  const half = await moved({ scales: { a: 0.5 } });
  const ratio = largest(half('layer.linear1.weight')) / largest(plain('layer.linear1.weight'));
  expect(ratio).toBeCloseTo(0.5, 2);
  const gradientHalf = await moved({ scales: { a: 0.5 }, scaleMode: 'gradient' });
  const cancelled = largest(gradientHalf('layer.linear1.weight')) / largest(plain('layer.linear1.weight'));
  expect(cancelled).toBeCloseTo(1, 2);
});

test('batch sizes share one set of parameters, and evaluation reads what training wrote', async () => {
  const { engine, state } = await open();
  const large = await engine.compileTraining(network(4), { state, loss: 'loss' });
  const small = await engine.compileTraining(network(2), { state, loss: 'loss' });
  const evaluate = await engine.compileEvaluation(network(2), { state, outputs: ['logits'] });
  const x = numbers('eval', 5 * 2 * 16);
  const seen = [(await evaluate.run({ x })).logits!];
  await large.step(batchOf(4, 'one'));
  seen.push((await evaluate.run({ x })).logits!);
  await small.step(batchOf(2, 'two'));
  seen.push((await evaluate.run({ x })).logits!);
  expect(state.step).toBe(2);
  expect(seen[1]).not.toEqual(seen[0]);
  expect(seen[2]).not.toEqual(seen[1]);
  const graph = network(2);
  const params = await state.readParams();
  const [want] = evaluateReference(graph, [graph.outputs.logits!], {
    inputs: { x, labels: [0, 0], weights: [1, 1] },
    params,
  });
  want!.forEach((value, i) => {
    expect(seen[2]![i]).toBeCloseTo(value, 4);
  });
  for (const session of [large, small, evaluate]) await session.release();
});

describe('what does not fit is refused', () => {
  test('every missing and misshapen input is named', async () => {
    const { engine, state } = await open();
    const session = await engine.compileTraining(network(4), { state, loss: 'loss' });
    const { x } = batchOf(4, 'one');
    await expect(session.step({ x: x.slice(1), labels: Int32Array.of(0, 1, 2, 0) })).rejects.toThrow(
      /MED5004: input `x`.*\nMED5004: input `weights`/,
    );
    expect(state.step).toBe(0);
    await session.release();
  });

  test('a loss that is not finite leaves the parameters as they were', async () => {
    const { engine, state } = await open();
    const session = await engine.compileTraining(network(4), { state, loss: 'loss' });
    const before = await state.save();
    const bad = batchOf(4, 'one');
    bad.x[0] = Number.NaN;
    await expect(session.step(bad)).rejects.toThrow(/MED5003/);
    expect(await state.save()).toEqual(before);
    await session.release();
  });

  test('a checkpoint of another model or another seed', async () => {
    const { state } = await open();
    const checkpoint = await state.save();
    await expect(state.load({ ...checkpoint, seed: 9 })).rejects.toThrow(/MED5005/);
    const arrays = { ...checkpoint.arrays, 'param/extra': new Float32Array(1) };
    await expect(state.load({ ...checkpoint, arrays })).rejects.toThrow(/MED5005/);
    await expect(state.writeParams({ 'head.bias': new Float32Array(7) })).rejects.toThrow(/MED5004/);
  });
});
