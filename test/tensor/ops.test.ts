/** Every op, forward and backward, on every executor that is available, against the float64 interpreter. */
import { beforeAll, describe, expect, test } from 'vitest';
import type { Engine } from '../../src/tensor/engine.ts';
import { nodeOf, reachable } from '../../src/tensor/ir.ts';
import { opNames } from '../../src/tensor/ops/index.ts';
import { evaluateReference } from '../../src/tensor/reference.ts';
import { buildCase, opCases, withGradients } from './cases.ts';
import { engineCases } from './engines.ts';

test('the cases reach every op', () => {
  const reached = new Set(
    opCases.flatMap((c) => {
      const graph = withGradients(buildCase(c));
      return reachable(graph, Object.values(graph.outputs)).map((id) => nodeOf(graph, id).op);
    }),
  );
  // Both are at work in the training runs of engines.test.ts.
  expect(opNames.filter((op) => !reached.has(op))).toEqual(['param', 'scale_gradient']);
});

describe.each(engineCases)('$name', ({ open }) => {
  let engine: Engine;
  beforeAll(async () => {
    engine = await open();
  });

  // Dropout is off here: its masks are in engines.test.ts.
  test.each(opCases.map((c) => [c.name, c] as const))('%s', async (_name, c) => {
    const built = buildCase(c);
    const graph = withGradients(built);
    const outputs = Object.keys(graph.outputs);
    const optimiser = { kind: 'sgd', lr: 0, weight_decay: 0, momentum: 0 } as const;
    const state = engine.createState(graph, { seed: 1, optimiser });
    const session = await engine.compileEvaluation(graph, { state, outputs });
    const values = await session.run(built.inputs);
    const expected = evaluateReference(graph, Object.values(graph.outputs), { inputs: built.inputs });
    outputs.forEach((name, i) => {
      const found = values[name];
      expect(found?.length, name).toBe(expected[i]?.length);
      expected[i]?.forEach((value, at) => {
        const error = Math.abs((found?.[at] ?? Number.NaN) - value) / (1 + Math.abs(value));
        expect(error, `${name}[${at}]: ${found?.[at]} against ${value}`).toBeLessThan(c.tolerance ?? 2e-5);
      });
    });
    await session.release();
    state.release();
  });
});
