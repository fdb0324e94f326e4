/** Graphs rewritten for single cases: the same values by the reference interpreter, and what is folded. */
import { InferenceSession, Tensor } from 'onnxruntime-node';
import { describe, expect, test } from 'vitest';
import * as t from '../../src/tensor/build.ts';
import { modelForOneCase } from '../../src/tensor/engines/onnx/export.ts';
import { writeModel } from '../../src/tensor/engines/onnx/proto.ts';
import { quantiseProducts } from '../../src/tensor/engines/onnx/quantise.ts';
import { foldProducts } from '../../src/tensor/fold/products.ts';
import { findLinearRows, withShares } from '../../src/tensor/fold/rows.ts';
import { type Graph, nodeOf, sizeOf } from '../../src/tensor/ir.ts';
import { linear } from '../../src/tensor/layers/linear.ts';
import { addPosition } from '../../src/tensor/layers/position.ts';
import { evaluateReference } from '../../src/tensor/reference.ts';

const pattern = (count: number, phase: number) =>
  Float32Array.from({ length: count }, (_, i) => Math.sin(1.3 * i + phase));

function paramsOf(graph: Graph): Record<string, Float32Array> {
  return Object.fromEntries(
    Object.entries(graph.params).map(([name, { node }], k) => [
      name,
      pattern(sizeOf(nodeOf(graph, node).type.shape), k),
    ]),
  );
}

function outputOf(graph: Graph, name: string, params: Record<string, Float32Array>, inputs = {}): number[] {
  const [value = []] = evaluateReference(graph, [graph.outputs[name] ?? -1], { inputs, params });
  return [...value];
}

function closeTo(found: readonly number[], known: readonly number[], digits = 5): void {
  expect(found.length).toBe(known.length);
  found.forEach((value, i) => {
    expect(value).toBeCloseTo(known[i] ?? Number.NaN, digits);
  });
}

const layer = (name: string) => ({ name, group: 'g' });

describe('products of products', () => {
  test('sums, factors and tensors side by side are looked through', () => {
    const g = t.createGraph();
    const [x, y] = [t.input(g, 'x', [1, 8]), t.input(g, 'y', [1, 8])];
    const joint = linear(g, t.concat(g, [x, y], 1), 8, layer('joint'));
    const gated = t.mul(g, t.sigmoid(g, linear(g, x, 8, layer('gate'))), x);
    const mean = t.mul(g, t.add(g, t.add(g, t.add(g, x, y), gated), joint), t.scalar(g, 0.25));
    const graph = t.finishGraph(g, { out: linear(g, mean, 3, layer('out')) });
    const params = paramsOf(graph);
    const folded = foldProducts(graph, params);
    // joint 16 × 8 and out 8 × 3 become one 8 × 3 for each of x, y and what is gated; the gate stays.
    expect([folded.before, folded.after]).toEqual([152, 72]);
    const inputs = { x: pattern(8, 0.3), y: pattern(8, 2) };
    closeTo(
      outputOf(folded.graph, 'out', { ...folded.params }, inputs),
      outputOf(graph, 'out', params, inputs),
    );
  });

  test('what is read twice, or would grow, stays as it is', () => {
    const g = t.createGraph();
    const x = t.input(g, 'x', [4, 8]);
    const twice = linear(g, x, 6, layer('twice'));
    const wide = linear(g, linear(g, x, 2, layer('narrow')), 8, layer('wide'));
    const out = linear(g, twice, 2, layer('out'));
    const graph = t.finishGraph(g, { out, relu: t.relu(g, twice), wide });
    const folded = foldProducts(graph, paramsOf(graph));
    expect([folded.before, folded.after]).toEqual([0, 0]);
    expect(folded.graph.nodes.length).toBe(graph.nodes.length);
  });
});

describe('values that are linear in rows', () => {
  const [rows, width, vectors] = [3, 4, 2];
  const build = () => {
    const g = t.createGraph();
    const x = t.transpose(g, t.input(g, 'x', [1, rows, width]), [1, 0, 2]);
    const placed = addPosition(g, linear(g, x, 6, layer('project')));
    const query = t.reshape(g, linear(g, placed, 6, layer('query')), [rows, 2, 3]);
    const out = t.add(g, placed, t.relu(g, t.reshape(g, query, [rows, 1, 6])));
    const mixed = t.softmax(g, t.reduceSum(g, placed, [0]));
    return t.finishGraph(g, { out, mixed });
  };

  test('are found where something else reads them', () => {
    const found = findLinearRows(build(), 'x', rows);
    expect(found.map(({ width }) => width)).toEqual([6, 6]);
  });

  test('are the same sums of images of the vectors', () => {
    const graph = build();
    const params = paramsOf(graph);
    const known = pattern(vectors * width, 0.4);
    const shares = pattern(rows * vectors, 1.1);
    const x = Float32Array.from({ length: rows * width }, (_, i) => {
      const row = Math.floor(i / width);
      let sum = 0;
      for (let v = 0; v < vectors; v++)
        sum += (shares[row * vectors + v] ?? 0) * (known[v * width + (i % width)] ?? 0);
      return sum;
    });
    const found = findLinearRows(graph, 'x', rows);
    const valuesFor = (input: Float32Array) =>
      evaluateReference(
        graph,
        found.map(({ node }) => node),
        { inputs: { x: input }, params },
      );
    const names = {
      shares: 's',
      images: (i: number) => `image${i}`,
      offset: (i: number) => `offset${i}`,
    };
    const offsets = valuesFor(new Float32Array(rows * width));
    const feeds: Record<string, Float32Array> = { s: shares };
    const known0 = new Float32Array(rows * width);
    known0.set(known);
    valuesFor(known0).forEach((value, i) => {
      const size = vectors * (found[i]?.width ?? 0);
      feeds[`image${i}`] = Float32Array.from(value.subarray(0, size), (v, k) => v - (offsets[i]?.[k] ?? 0));
    });
    const fixed = Object.fromEntries(offsets.map((value, i) => [`offset${i}`, Float32Array.from(value)]));
    const rewritten = withShares(graph, found, names, rows, vectors);
    for (const name of ['out', 'mixed'])
      closeTo(
        outputOf(rewritten, name, { ...params, ...fixed }, feeds),
        outputOf(graph, name, params, { x }),
      );
    expect(Object.keys(rewritten.inputs).sort()).toEqual(['image0', 'image1', 's']);
  });
});

describe('weights of 8 bits', () => {
  const side = 96;
  const build = () => {
    const g = t.createGraph();
    const inner = t.relu(g, linear(g, t.input(g, 'x', [5, side]), side, layer('first')));
    return t.finishGraph(g, { out: linear(g, inner, 80, layer('second')) });
  };
  const answer = async (params: Record<string, Float32Array>, x: Float32Array, quantised: boolean) => {
    const exact = modelForOneCase(() => ({ graph: build(), params }));
    const model = quantised ? quantiseProducts(exact) : exact;
    const session = await InferenceSession.create(writeModel(model));
    const { out } = await session.run({ x: new Tensor('float32', x, [5, side]) });
    await session.release();
    return { values: Array.from(out?.data as Float32Array), ops: model.nodes.map(({ op }) => op) };
  };

  test.each([
    ['noise', (count: number, k: number) => pattern(count, k).map((x) => 2 * ((4e4 * (x + 1)) % 1) - 1)],
    // The largest sums that can be: 16 bits would not hold two products of 8 by 8 bits.
    ['all alike', (count: number) => new Float32Array(count).fill(0.5)],
  ])('are near the exact products: %s', async (_what, values) => {
    const graph = build();
    const params = Object.fromEntries(
      Object.entries(paramsOf(graph)).map(([name, { length }], k) => [name, values(length, k)]),
    );
    const x = values(5 * side, 0.2);
    const [known, near] = [await answer(params, x, false), await answer(params, x, true)];
    expect(near.ops.filter((op) => op === 'DynamicQuantizeMatMul')).toHaveLength(2);
    const size = Math.max(...known.values.map(Math.abs));
    const differences = known.values.map((value, i) => Math.abs(value - (near.values[i] ?? Number.NaN)));
    expect(Math.max(...differences) / size).toBeLessThan(0.03);
  });
});
