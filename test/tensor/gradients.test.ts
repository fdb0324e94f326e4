import { describe, expect, test } from 'vitest';
import * as t from '../../src/tensor/build.ts';
import { gradients } from '../../src/tensor/gradients.ts';
import { extendGraph, nodeOf } from '../../src/tensor/ir.ts';
import { opNamed, opNames } from '../../src/tensor/ops/index.ts';
import { evaluateReference } from '../../src/tensor/reference.ts';
import { buildCase, lossOf, opCases } from './cases.ts';

const training = { seed: 3, step: 5 };

describe('the gradient of every op equals finite differences in float64', () => {
  test.each(opCases.filter((c) => c.name !== 'stop_gradient' && !c.kink).map((c) => [c.name, c] as const))(
    '%s',
    (_name, c) => {
      const { graph, inputs } = buildCase(c);
      const g = extendGraph(graph);
      const names = Object.keys(inputs);
      const found = gradients(
        g,
        lossOf(g),
        names.map((name) => g.inputs[name]!),
      );
      names.forEach((name, at) => {
        const own = Float64Array.from(inputs[name]!);
        const gradient = found[at]
          ? evaluateReference(g, [found[at].id], { inputs, training })[0]!
          : new Float64Array(own.length);
        const lossAt = () =>
          evaluateReference(graph, [graph.outputs.loss!], {
            inputs: { ...inputs, [name]: own },
            training,
          })[0]![0]!;
        const h = 1e-5;
        own.forEach((value, i) => {
          own[i] = value + h;
          const up = lossAt();
          own[i] = value - h;
          const down = lossAt();
          own[i] = value;
          expect(gradient[i], `d loss / d ${name}[${i}]`).toBeCloseTo((up - down) / (2 * h), 6);
        });
      });
    },
  );

  test('no op with a gradient rule is left out', () => {
    const covered = new Set(opCases.flatMap((c) => c.ops));
    covered.add('scale_gradient'); // its gradient is not that of its value: tested below
    expect(opNames.filter((op) => opNamed(op).gradient && !covered.has(op))).toEqual([]);
  });
});

test('stop_gradient lets nothing back, scale_gradient multiplies what goes back', () => {
  const g = t.createGraph();
  const x = t.input(g, 'x', [2]);
  const factor = t.input(g, 'factor', []);
  const both = t.add(g, t.scaleGradient(g, x, factor), t.stopGradient(g, t.mul(g, x, x)));
  const [gradient] = gradients(g, t.reduceSum(g, both, [0]), [x.id]);
  const inputs = { x: [2, -3], factor: [0.25] };
  const [value, dx] = evaluateReference(g, [both.id, gradient!.id], { inputs });
  expect([...value!]).toEqual([2 + 4, -3 + 9]);
  expect([...dx!]).toEqual([0.25, 0.25]);
});

test('nothing is built for values that need no gradient', () => {
  const g = t.createGraph();
  const data = t.input(g, 'data', [4, 3]);
  const w = t.param(g, 'w', [3, 2], { kind: 'constant', value: 1 }, 'g');
  const unused = t.param(g, 'unused', [2], { kind: 'constant', value: 1 }, 'g');
  const loss = t.reduceSum(g, t.matmul(g, data, w), [0, 1]);
  const before = g.nodes.length;
  const [dw, none] = gradients(g, loss, [w.id, unused.id]);
  expect(dw!.type.shape).toEqual([3, 2]);
  expect(none).toBeUndefined();
  const products = g.nodes.slice(before).filter((n) => n.op === 'matmul');
  expect(products.length).toBe(1);
});

test('a shape that does not fit is refused with both shapes', () => {
  const g = t.createGraph();
  const a = t.input(g, 'a', [2, 3]);
  const b = t.input(g, 'b', [2, 3]);
  expect(() => t.matmul(g, a, b)).toThrow(/MED5001.*matmul.*float32\[2, 3\] and float32\[2, 3\]/);
});

test('the graph is plain data: JSON there and back gives the same numbers', () => {
  const { graph, inputs } = buildCase(opCases.find((c) => c.name === 'layer_norm')!);
  const copy = JSON.parse(JSON.stringify(graph)) as typeof graph;
  const wanted = [nodeOf(graph, graph.outputs.out!).id];
  expect(evaluateReference(copy, wanted, { inputs })).toEqual(evaluateReference(graph, wanted, { inputs }));
});
