/** TAGConv against PyTorch, message by message, in float64 and on every executor (`fixtures/torch_tagconv.py`). */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import * as t from '../../src/tensor/build.ts';
import { linear } from '../../src/tensor/layers/linear.ts';
import { normalisedAdjacency, tagConv } from '../../src/tensor/layers/tagconv.ts';
import { evaluateReference } from '../../src/tensor/reference.ts';
import { trainingGraph } from '../../src/tensor/training-graph.ts';
import { engineCases } from './engines.ts';

const torch = JSON.parse(readFileSync(join(import.meta.dirname, 'fixtures/torch-tagconv.json'), 'utf8')) as {
  readonly shape: Record<'hops' | 'in' | 'hidden' | 'classes' | 'size', number>;
  readonly graphs: readonly { readonly nodes: number; readonly edges: readonly [number, number][] }[];
  readonly x: readonly (readonly number[])[];
  readonly labels: readonly number[];
  readonly params: Record<string, number[]>;
  readonly logits: number[];
  readonly loss: number;
  readonly gradients: Record<string, number[]>;
};
const { hops, in: width, hidden, classes, size } = torch.shape;
const count = torch.graphs.length;

function network() {
  const g = t.createGraph();
  const adjacency = t.input(g, 'adjacency', [count, size, size]);
  const present = t.input(g, 'present', [count, size, 1]);
  let x = t.input(g, 'x', [count, size, width]);
  for (const name of ['one', 'two'])
    x = t.relu(g, tagConv(g, x, adjacency, hidden, { name, group: 'g', hops }));
  const logits = linear(g, t.reduceMax(g, t.mul(g, x, present), [1]), classes, { name: 'head', group: 'g' });
  const labels = t.input(g, 'labels', [count], 'int32');
  const loss = t.crossEntropy(g, logits, labels, t.constant(g, [1], [count]));
  return t.finishGraph(g, { logits, loss });
}

/** The graphs in blocks of one size. */
function feeds() {
  const adjacency = new Float32Array(count * size * size);
  const present = new Float32Array(count * size);
  const x = new Float32Array(count * size * width);
  torch.graphs.forEach(({ nodes, edges }, i) => {
    const block = adjacency.subarray(i * size * size, (i + 1) * size * size);
    normalisedAdjacency(block, size, nodes, edges);
    present.fill(1, i * size, i * size + nodes);
    x.set(torch.x[i] ?? [], i * size * width);
  });
  return { adjacency, present, x, labels: Int32Array.from(torch.labels) };
}

function worst(found: ArrayLike<number> | undefined, expected: readonly number[]): number {
  expect(found?.length).toBe(expected.length);
  return Math.max(...expected.map((value, i) => Math.abs((found?.[i] ?? Number.NaN) - value)));
}

test('values and gradients are PyTorch’s', () => {
  const training = trainingGraph(network(), 'loss');
  const names = Object.keys(training.gradients);
  expect(names.toSorted()).toEqual(Object.keys(torch.gradients).toSorted());
  const { logits, loss } = training.graph.outputs;
  const wanted = [logits, loss, ...names.map((name) => training.gradients[name])] as number[];
  const inputs = feeds();
  const [found, lost, ...gradients] = evaluateReference(training.graph, wanted, {
    inputs,
    params: torch.params,
  });
  // The inputs are rounded to float32.
  expect(worst(found, torch.logits)).toBeLessThan(1e-5);
  expect(lost?.[0]).toBeCloseTo(torch.loss, 5);
  names.forEach((name, i) => {
    expect(worst(gradients[i], torch.gradients[name] ?? []), name).toBeLessThan(1e-5);
  });
});

describe.each(engineCases)('$name', ({ open }) => {
  test('values are PyTorch’s, and a step takes the gradient off', async () => {
    const engine = await open();
    const graph = network();
    const optimiser = { kind: 'sgd', lr: 1, weight_decay: 0, momentum: 0 } as const;
    const state = engine.createState(graph, { seed: 1, optimiser });
    const floats = Object.entries(torch.params).map(([name, list]) => [name, Float32Array.from(list)]);
    await state.writeParams(Object.fromEntries(floats));
    const session = await engine.compileTraining(graph, { state, loss: 'loss', outputs: ['logits'] });
    const { outputs } = await session.step(feeds());
    expect(worst(outputs.logits, torch.logits)).toBeLessThan(1e-4);
    const after = await state.readParams();
    for (const [name, gradient] of Object.entries(torch.gradients)) {
      const stepped = (torch.params[name] ?? []).map((value, i) => value - (gradient[i] ?? Number.NaN));
      expect(worst(after[name], stepped), name).toBeLessThan(1e-4);
    }
    await session.release();
    state.release();
  });
});
