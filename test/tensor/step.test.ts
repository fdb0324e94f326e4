/** One training step with dropout on every executor against float64: what a slow software GPU can be asked for too. */
import { describe, expect, test } from 'vitest';
import { evaluateReference } from '../../src/tensor/reference.ts';
import { trainingGraph } from '../../src/tensor/training-graph.ts';
import { engineCases } from './engines.ts';
import { smallBatch, smallMedicine } from './small-medicine.ts';

describe.each(engineCases)('$name', ({ open }) => {
  test('one SGD step moves every parameter by its gradient', { timeout: 120_000 }, async () => {
    const engine = await open();
    const graph = smallMedicine();
    const optimiser = { kind: 'sgd', lr: 1, weight_decay: 0, momentum: 0 } as const;
    const state = engine.createState(graph, { seed: 5, optimiser });
    const before = await state.readParams();
    const session = await engine.compileTraining(graph, { state, loss: 'loss', outputs: ['logits'] });
    const { loss } = await session.step(smallBatch(1));
    const after = await state.readParams();
    await session.release();
    state.release();

    const training = trainingGraph(graph, 'loss');
    const [wantLoss, ...gradients] = evaluateReference(
      training.graph,
      [training.loss, ...Object.values(training.gradients)],
      { inputs: smallBatch(1), params: before, training: { seed: 5, step: 1 } },
    );
    expect(loss).toBeCloseTo(wantLoss?.[0] ?? Number.NaN, 5);
    Object.keys(training.gradients).forEach((name, i) => {
      gradients[i]?.forEach((gradient, at) => {
        const moved = (before[name]?.[at] ?? Number.NaN) - (after[name]?.[at] ?? Number.NaN);
        expect(Math.abs(moved - gradient), `${name}[${at}]`).toBeLessThan(1e-5);
      });
    });
  });
});
