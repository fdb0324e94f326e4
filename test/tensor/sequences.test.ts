/** Recurrent, convolutional and attention layers: forward and every gradient as PyTorch (`fixtures/torch_sequences.py`). */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import * as t from '../../src/tensor/build.ts';
import { initialiseParam } from '../../src/tensor/initialise.ts';
import { type Graph, type GraphBuilder, type Node, nodeOf, sizeOf } from '../../src/tensor/ir.ts';
import { conv1d } from '../../src/tensor/layers/conv1d.ts';
import { type Edges, gat } from '../../src/tensor/layers/gat.ts';
import { gru } from '../../src/tensor/layers/gru.ts';
import { evaluateReference } from '../../src/tensor/reference.ts';
import { trainingGraph } from '../../src/tensor/training-graph.ts';
import { engineCases } from './engines.ts';

interface Recorded {
  readonly inputs: { readonly x: number[] };
  readonly params: Record<string, number[]>;
  readonly output: number[];
  readonly weights: number[];
  readonly gradients: Record<string, number[]>;
}
const torch = JSON.parse(
  readFileSync(join(import.meta.dirname, 'fixtures/torch-sequences.json'), 'utf8'),
) as { gru: Recorded; conv1d: Recorded; gat: (Recorded & { edges: Edges })[] };

/** The step of a sequence `[steps, …]`. */
function stepsOf(g: GraphBuilder, x: Node): Node[] {
  const [count = 0, ...shape] = x.type.shape;
  return Array.from({ length: count }, (_, at) =>
    t.reshape(g, t.slice(g, x, [at, ...shape.map(() => 0)], [1, ...shape]), shape),
  );
}

/** The graph whose loss is the weighted sum of the layer's output. */
function weighted(shape: readonly number[], layer: (g: GraphBuilder, x: Node) => Node): Graph {
  const g = t.createGraph();
  const output = layer(g, t.input(g, 'x', shape));
  const flat = t.reshape(g, output, [sizeOf(output.type.shape)]);
  const weights = t.input(g, 'weights', flat.type.shape);
  return t.finishGraph(g, { output, loss: t.reduceSum(g, t.mul(g, flat, weights), [0]) });
}

const gatOptions = { name: 'gat', group: 'all', heads: 2, out: 3 };
const layers: readonly (readonly [name: string, recorded: Recorded, graph: () => Graph])[] = [
  [
    'two GRUs',
    torch.gru,
    () =>
      weighted([5, 4, 6], (g, x) => {
        const states = gru(g, stepsOf(g, x), { name: 'gru', group: 'all', hidden: 3, groups: 2 });
        return t.concat(
          g,
          states.map((state) => t.reshape(g, state, [1, 2, 3, 6])),
          0,
        );
      }),
  ],
  [
    'two convolutions over time',
    torch.conv1d,
    () =>
      weighted([5, 2, 3, 4], (g, x) =>
        conv1d(g, stepsOf(g, x), { name: 'conv', group: 'all', out: 2, kernel: 3 }),
      ),
  ],
  ...[
    ['graph attention', 4, false],
    ['with a residual of another width', 4, true],
    ['with the input itself as residual', 6, true],
  ].map(([name, width, residual], i) => {
    const recorded = torch.gat[i];
    if (!recorded) throw new Error('the fixture has three of them');
    const graph = () =>
      weighted([Number(width), 5, 3], (g, x) =>
        gat(g, x, recorded.edges, { ...gatOptions, residual: residual === true }),
      );
    return [String(name), recorded, graph] as const;
  }),
];

function expectNear(
  got: ArrayLike<number> | undefined,
  want: readonly number[],
  tolerance: number,
  what: string,
) {
  expect(got?.length, what).toBe(want.length);
  want.forEach((value, i) => {
    expect(Math.abs((got?.[i] ?? Number.NaN) - value), `${what}[${i}]`).toBeLessThan(tolerance);
  });
}

describe.each(layers)('%s', (_name, recorded, build) => {
  const inputs = { x: recorded.inputs.x, weights: recorded.weights };

  test('forward and every gradient in float64', () => {
    const { graph, gradients } = trainingGraph(build(), 'loss');
    const names = Object.keys(gradients);
    expect(names.sort()).toEqual(Object.keys(recorded.params).sort());
    const wanted = [graph.outputs.output ?? -1, ...names.map((name) => gradients[name] ?? -1)];
    const [output, ...found] = evaluateReference(graph, wanted, { inputs, params: recorded.params });
    expectNear(output, recorded.output, 1e-9, 'output');
    names.forEach((name, i) => {
      expectNear(found[i], recorded.gradients[name] ?? [], 1e-9, name);
    });
  });

  test.each(engineCases)('on $name', async ({ open }) => {
    const engine = await open();
    const graph = build();
    const optimiser = { kind: 'sgd', lr: 1, weight_decay: 0, momentum: 0 } as const;
    const state = engine.createState(graph, { seed: 1, optimiser });
    const params = Object.fromEntries(
      Object.entries(recorded.params).map(([name, values]) => [name, Float32Array.from(values)]),
    );
    await state.writeParams(params);
    const session = await engine.compileTraining(graph, { state, loss: 'loss', outputs: ['output'] });
    const { outputs } = await session.step({
      x: Float32Array.from(inputs.x),
      weights: Float32Array.from(inputs.weights),
    });
    expectNear(outputs.output, recorded.output, 1e-5, 'output');
    const after = await state.readParams();
    for (const [name, gradient] of Object.entries(recorded.gradients)) {
      const moved = gradient.map((_, i) => (params[name]?.[i] ?? 0) - (after[name]?.[i] ?? 0));
      expectNear(moved, gradient, 3e-5, name);
    }
    await session.release();
    state.release();
  });
});

test('gradients are those of finite differences', () => {
  for (const [what, , build] of layers) {
    const graph = build();
    const params = Object.fromEntries(
      Object.entries(graph.params).map(([name, { node, init }]) => {
        const values = new Float32Array(sizeOf(nodeOf(graph, node).type.shape));
        initialiseParam(values, init.kind === 'uniform' ? init : { kind: 'uniform', bound: 0.5 }, 3, name);
        return [name, Float64Array.from(values)];
      }),
    );
    const numbers = (size: number, at: number) =>
      Array.from({ length: size }, (_, i) => Math.sin(i * 1.7 + at));
    const size = (name: string) => sizeOf(nodeOf(graph, graph.inputs[name] ?? -1).type.shape);
    const inputs = { x: numbers(size('x'), 1), weights: numbers(size('weights'), 2) };
    const training = trainingGraph(graph, 'loss');
    const lossOf = () => evaluateReference(graph, [training.loss], { inputs, params })[0]?.[0] ?? Number.NaN;
    for (const [name, id] of Object.entries(training.gradients)) {
      const [gradient] = evaluateReference(training.graph, [id], { inputs, params });
      const values = params[name] as Float64Array;
      values.forEach((value, i) => {
        const h = 1e-5;
        values[i] = value + h;
        const above = lossOf();
        values[i] = value - h;
        const below = lossOf();
        values[i] = value;
        expect(
          Math.abs((above - below) / (2 * h) - (gradient?.[i] ?? Number.NaN)),
          `${what} ${name}[${i}]`,
        ).toBeLessThan(1e-6);
      });
    }
  }
});

test('attention does not overflow, however large the scores', () => {
  const edges = { from: [0, 1, 1, 0], to: [0, 1, 0, 1] };
  const graph = weighted([2, 2, 1], (g, x) => gat(g, x, edges, { ...gatOptions, residual: false }));
  const params = Object.fromEntries(
    Object.entries(graph.params).map(([name, { node }]) => [
      name,
      new Float64Array(sizeOf(nodeOf(graph, node).type.shape)).fill(100),
    ]),
  );
  const [output] = evaluateReference(graph, [graph.outputs.output ?? -1], {
    inputs: { x: [1, 2, -3, 4], weights: new Array(12).fill(1) },
    params,
  });
  expect(output?.every(Number.isFinite)).toBe(true);
});

test('a node that no edge goes into is refused', () => {
  const edges = { from: [0, 1], to: [0, 0] };
  expect(() => weighted([2, 2, 1], (g, x) => gat(g, x, edges, { ...gatOptions, residual: false }))).toThrow(
    'no edge goes into node 1',
  );
});
