/** Graph layers and contrastive losses: against PyTorch, against finite differences, and on every executor. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import * as t from '../../src/tensor/build.ts';
import type { Graph } from '../../src/tensor/ir.ts';
import { graphConvolution } from '../../src/tensor/layers/graph-convolution.ts';
import { sage } from '../../src/tensor/layers/sage.ts';
import { infoNce, supervisedContrastive } from '../../src/tensor/losses/contrastive.ts';
import { evaluateReference } from '../../src/tensor/reference.ts';
import { trainingGraph } from '../../src/tensor/training-graph.ts';
import { engineCases } from './engines.ts';

interface Recorded {
  readonly shape: Record<'batch' | 'nodes' | 'in' | 'hidden' | 'out' | 'classes' | 'tau', number>;
  readonly inputs: Record<'x' | 'mean' | 'edges' | 'other' | 'labels', number[]>;
  readonly params: Record<string, number[]>;
  readonly pooled: number[];
  readonly losses: Record<'supervised' | 'nce' | 'convolution', number>;
  readonly gradients: Record<string, number[]>;
}

const torch = JSON.parse(
  readFileSync(join(import.meta.dirname, 'fixtures/torch-graphs.json'), 'utf8'),
) as Recorded;

function network(): Graph {
  const { batch, nodes, in: width, hidden, out, classes, tau } = torch.shape;
  const g = t.createGraph();
  const x = t.input(g, 'x', [batch, nodes, width]);
  const mean = t.input(g, 'mean', [batch, nodes, nodes]);
  const edges = t.input(g, 'edges', [batch, nodes, nodes]);
  const other = t.input(g, 'other', [batch, out]);
  const labels = t.input(g, 'labels', [batch], 'int32');
  const options = { group: 'g', bias: false };
  const first = t.relu(g, sage(g, x, mean, hidden, { name: 'one', ...options }));
  const pooled = t.reduceMax(g, sage(g, first, mean, out, { name: 'two', ...options }), [1]);
  const supervised = supervisedContrastive(g, pooled, labels, classes, tau);
  const nce = infoNce(g, pooled, other, tau);
  const convolved = graphConvolution(g, x, edges, out, { name: 'convolution', group: 'g' });
  const convolution = t.reduceMean(g, t.mul(g, convolved, convolved), [0, 1, 2]);
  const loss = t.add(g, t.add(g, supervised, nce), convolution);
  return t.finishGraph(g, { pooled, supervised, nce, convolution, loss });
}

function worst(found: ArrayLike<number> | undefined, expected: readonly number[]): number {
  expect(found?.length).toBe(expected.length);
  return Math.max(...expected.map((value, i) => Math.abs((found?.[i] ?? Number.NaN) - value)));
}

test('values and gradients are PyTorch’s', () => {
  const training = trainingGraph(network(), 'loss');
  const names = Object.keys(training.gradients);
  expect(names.sort()).toEqual(Object.keys(torch.gradients).sort());
  const { outputs } = training.graph;
  const kinds = ['supervised', 'nce', 'convolution'] as const;
  const wanted = [
    outputs.pooled,
    ...kinds.map((one) => outputs[one]),
    ...names.map((one) => training.gradients[one]),
  ];
  const [pooled, ...rest] = evaluateReference(training.graph, wanted as number[], {
    inputs: torch.inputs,
    params: torch.params,
  });
  expect(worst(pooled, torch.pooled)).toBeLessThan(1e-10);
  kinds.forEach((one, i) => {
    expect(rest[i]?.[0], one).toBeCloseTo(torch.losses[one], 9);
  });
  names.forEach((name, i) => {
    expect(worst(rest[kinds.length + i], torch.gradients[name] ?? []), name).toBeLessThan(1e-8);
  });
});

describe.each(engineCases)('$name', ({ open }) => {
  test('values are PyTorch’s, and a step takes the gradient off', async () => {
    const engine = await open();
    const graph = network();
    const optimiser = { kind: 'sgd', lr: 1, weight_decay: 0, momentum: 0 } as const;
    const state = engine.createState(graph, { seed: 1, optimiser });
    const floats = (all: Record<string, number[]>) =>
      Object.fromEntries(Object.entries(all).map(([name, list]) => [name, Float32Array.from(list)]));
    await state.writeParams(floats(torch.params));
    const { labels, ...others } = torch.inputs;
    const session = await engine.compileTraining(graph, { state, loss: 'loss', outputs: ['pooled'] });
    const { outputs } = await session.step({ ...floats(others), labels: Int32Array.from(labels) });
    expect(worst(outputs.pooled, torch.pooled)).toBeLessThan(1e-4);
    const after = await state.readParams();
    for (const [name, gradient] of Object.entries(torch.gradients)) {
      const stepped = (torch.params[name] ?? []).map((value, i) => value - (gradient[i] ?? Number.NaN));
      expect(worst(after[name], stepped), name).toBeLessThan(1e-4);
    }
    await session.release();
    state.release();
  });
});

describe('contrastive losses', () => {
  const rows = 4;
  const dim = 3;
  const numbers = (shift: number) => Array.from({ length: rows * dim }, (_, i) => Math.sin(7 * i + shift));
  const build = (labels: readonly number[]) => {
    const g = t.createGraph();
    const a = t.input(g, 'a', [rows, dim]);
    const b = t.input(g, 'b', [rows, dim]);
    const told = t.constant(g, labels, [rows], 'int32');
    return t.finishGraph(g, {
      supervised: supervisedContrastive(g, a, told, 4, 0.5),
      nce: infoNce(g, a, b, 0.5),
    });
  };
  const lossOf = (graph: Graph, name: string, a: readonly number[], b: readonly number[] = numbers(2)) =>
    evaluateReference(graph, [graph.outputs[name] as number], { inputs: { a, b } })[0]?.[0] ?? Number.NaN;

  test('without two rows of a label, or of different ones, there is nothing to learn', () => {
    expect(lossOf(build([0, 1, 2, 2]), 'supervised', numbers(0))).toBeGreaterThan(0.1);
    expect(lossOf(build([0, 1, 2, 3]), 'supervised', numbers(0))).toBeCloseTo(0, 9);
    expect(lossOf(build([1, 1, 1, 1]), 'supervised', numbers(0))).toBeCloseTo(0, 9);
  });

  test('rows of a label that point one way lose less than rows that do not', () => {
    const graph = build([0, 0, 1, 1]);
    const apart = [1, 0, 0, 2, 0, 0, 0, 1, 0, 0, 3, 0];
    const mixed = [1, 0, 0, 0, 1, 0, 2, 0, 0, 0, 3, 0];
    expect(lossOf(graph, 'supervised', apart)).toBeLessThan(lossOf(graph, 'supervised', mixed) - 1);
    expect(lossOf(graph, 'nce', numbers(2))).toBeLessThan(lossOf(graph, 'nce', numbers(0)));
  });

  test('rows of zeros give finite numbers', () => {
    const graph = build([0, 0, 1, 1]);
    const zeros = new Array<number>(rows * dim).fill(0);
    expect(lossOf(graph, 'supervised', zeros)).toBeCloseTo(Math.log(3), 9);
    expect(lossOf(graph, 'nce', zeros, zeros)).toBeCloseTo(Math.log(2 * rows - 1), 9);
  });
});
