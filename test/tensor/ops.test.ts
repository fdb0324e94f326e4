/** Every op, forward and backward, on every executor against the float64 interpreter. */
import { beforeAll, describe, expect, test } from 'vitest';
import type { Engine } from '../../src/tensor/engine.ts';
import { nodeOf, reachable } from '../../src/tensor/ir.ts';
import { opNames } from '../../src/tensor/ops/index.ts';
import { evaluateReference } from '../../src/tensor/reference.ts';
import { engineCases } from './engines.ts';
import { caseGraph, feedsOf, type OpCase, opCases } from './op-cases.ts';

test('the cases reach every op', () => {
  const reached = new Set(
    opCases.flatMap((opCase) => {
      const graph = caseGraph(opCase);
      return reachable(graph, Object.values(graph.outputs)).map((id) => nodeOf(graph, id).op);
    }),
  );
  // Parameters and dropout need a training step: see engines.test.ts.
  expect(opNames.filter((op) => !reached.has(op))).toEqual(['param', 'dropout']);
});

describe.each(engineCases)('$name', ({ open }) => {
  let engine: Engine;
  beforeAll(async () => {
    engine = await open();
  });

  test.each(opCases)('$name', async (opCase: OpCase) => {
    const graph = caseGraph(opCase);
    const outputs = Object.keys(graph.outputs);
    const feeds = feedsOf(opCase);
    const state = engine.createState(graph, {
      seed: 1,
      optimiser: { kind: 'sgd', lr: 0, weight_decay: 0, momentum: 0 },
    });
    const session = await engine.compileEvaluation(graph, { state, outputs });
    const values = await session.run(feeds);
    const wanted = Object.values(graph.outputs);
    const expected = evaluateReference(graph, wanted, { inputs: feeds });
    outputs.forEach((name, i) => {
      expectClose(values[name] as Float32Array, expected[i] as Float64Array, name, opCase.tolerance);
    });
    await session.release();
    state.release();
  });
});

function expectClose(found: Float32Array, expected: Float64Array, name: string, tolerance = 1e-5): void {
  expect(found.length, name).toBe(expected.length);
  const scale = Math.max(1, ...expected.map(Math.abs));
  const worst = Math.max(0, ...expected.map((v, i) => Math.abs(v - (found[i] ?? Number.NaN))));
  expect(worst / scale, `${name}: ${[...found]} against ${[...expected]}`).toBeLessThan(tolerance);
}
