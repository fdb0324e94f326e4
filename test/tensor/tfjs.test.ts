/** What is particular to the TensorFlow.js executor: memory, backends by what is installed, one global state. */
import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, test } from 'vitest';
import { MedxError } from '../../src/diagnostics/diagnostic.ts';
import * as t from '../../src/tensor/build.ts';
import { nodeTooNew, openBackend, resolveBackend } from '../../src/tensor/engines/tfjs/backend.ts';
import { openTfjsEngine } from '../../src/tensor/engines/tfjs/engine.ts';
import { peakBytes, scheduleOf } from '../../src/tensor/engines/tfjs/liveness.ts';
import { loweredOps } from '../../src/tensor/engines/tfjs/lowering/index.ts';
import { findPackage } from '../../src/tensor/engines/tfjs/packages.ts';
import { opNames } from '../../src/tensor/ops/index.ts';
import type { Optimiser } from '../../src/tensor/optimiser.ts';
import { trainingGraph } from '../../src/tensor/training-graph.ts';
import { smallBatch, smallMedicine } from './small-medicine.ts';

const sgd: Optimiser = { kind: 'sgd', lr: 0.1, weight_decay: 0, momentum: 0.9 };
const wasm = { device: 'cpu', backend: 'wasm' } as const;

test('every op that computes has a lowering', () => {
  expect([...loweredOps, 'input', 'param', 'constant'].sort()).toEqual([...opNames].sort());
});

describe('memory', () => {
  test('steps, refused steps, evaluation and resume leave no tensor behind', async () => {
    const engine = await openTfjsEngine(wasm);
    const before = tf.memory().numTensors;
    const graph = smallMedicine();
    const state = engine.createState(graph, { seed: 1, optimiser: sgd });
    const session = await engine.compileTraining(graph, { state, loss: 'loss', outputs: ['logits'] });
    const evaluation = await engine.compileEvaluation(graph, { state, outputs: ['logits'] });
    await session.step(smallBatch(1));
    const held = tf.memory().numTensors;
    for (let step = 2; step < 5; step++) await session.step(smallBatch(step));
    const broken = { ...smallBatch(2), log: new Float32Array(320).fill(Number.NaN) };
    await expect(session.step(broken)).rejects.toThrow('MED5003');
    await evaluation.run(smallBatch(1));
    await state.load(await state.save());
    await state.writeParams(await state.readParams());
    expect(tf.memory().numTensors).toBe(held);
    await session.release();
    await evaluation.release();
    state.release();
    expect(tf.memory().numTensors).toBe(before);
  });

  test('a value is given back after its last reader, a root and a leaf never', () => {
    const g = t.createGraph();
    const x = t.input(g, 'x', [1000]);
    const a = t.exp(g, x);
    const b = t.add(g, a, x);
    const c = t.mul(g, b, a);
    const kept = t.neg(g, c);
    const d = t.mul(g, kept, c);
    const schedule = scheduleOf(t.finishGraph(g, { kept, d }), [kept.id, d.id], true);
    expect(schedule.steps.map(({ node, free }) => [node.id, free])).toEqual([
      [a.id, []],
      [b.id, []],
      [c.id, [b.id, a.id]],
      [kept.id, []],
      [d.id, [c.id]],
    ]);
    // c, a and b at the product; c, kept and d at the end.
    expect(peakBytes(schedule, true)).toBe(3 * 4000);
  });

  test('the backward pass shares the mask of its forward node and then drops it', () => {
    const g = t.createGraph();
    const x = t.param(g, 'x', [10], { kind: 'constant', value: 1 }, 'a');
    const y = t.dropout(g, t.mul(g, x, x), 0.5, 'place');
    const graph = t.finishGraph(g, { loss: t.reduceSum(g, y, [0]) });
    const training = trainingGraph(graph, 'loss');
    const roots = [training.loss, ...Object.values(training.gradients)];
    const { steps } = scheduleOf(training.graph, roots, true);
    const dropouts = steps.filter(({ node }) => node.op === 'dropout');
    expect(dropouts.map(({ freeMasks }) => freeMasks)).toEqual([[], ['place']]);
  });

  test('a step that the WebAssembly heap cannot hold is refused before it starts', async () => {
    const engine = await openTfjsEngine(wasm);
    const g = t.createGraph();
    const x = t.input(g, 'x', [1]);
    const huge = t.broadcastTo(g, x, [2 ** 15, 2 ** 15]);
    const graph = t.finishGraph(g, { y: t.reduceSum(g, huge, [0, 1]) });
    const state = engine.createState(graph, { seed: 1, optimiser: sgd });
    await expect(engine.compileEvaluation(graph, { state, outputs: ['y'] })).rejects.toThrow('MED5102');
  });
});

describe('backends', () => {
  test('the WebAssembly backend says that it has one thread', async () => {
    const engine = await openTfjsEngine({ ...wasm, threads: 2 });
    expect(engine.threads).toBe(1);
    expect(engine.name).toBe('TensorFlow.js 4.22.0, WebAssembly');
  });

  test('tfjs-node is not used on Node 23 and later, which it does not run on', () => {
    expect(nodeTooNew('22.12.0')).toBe(false);
    expect(nodeTooNew('23.0.0')).toBe(true);
    expect(nodeTooNew('24.1.0')).toBe(true);
  });

  test.skipIf(findPackage('@tensorflow/tfjs-node'))('without tfjs-node, cpu means WebAssembly', () => {
    expect(resolveBackend('cpu')).toBe('wasm');
  });

  test.skipIf(findPackage('@tensorflow/tfjs-node-gpu'))(
    'cuda without tfjs-node-gpu says what to install',
    async () => {
      await expect(openTfjsEngine({ device: 'cuda' })).rejects.toThrow(MedxError);
      const error = (await openTfjsEngine({ device: 'cuda' }).catch((e: unknown) => e)) as MedxError;
      expect(error.diagnostics[0]).toMatchObject({
        code: 'MED5002',
        message: 'the device `cuda` cannot be used',
        notes: [expect.stringContaining('npm install @tensorflow/tfjs-node-gpu')],
      });
    },
  );

  test.skipIf(findPackage('webgpu'))('webgpu without its packages says what to install', async () => {
    const error = (await openBackend('webgpu', 1).catch((e: unknown) => e)) as MedxError;
    expect(error.diagnostics[0]?.notes?.[0]).toContain('npm install webgpu');
  });
});
