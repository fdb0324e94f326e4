import { InferenceSession, Tensor } from 'onnxruntime-node';
import { describe, expect, test } from 'vitest';
import * as t from '../../src/tensor/build.ts';
import { exportModel } from '../../src/tensor/engines/onnx/export.ts';
import { lowerGraph } from '../../src/tensor/engines/onnx/lower.ts';
import { writeModel } from '../../src/tensor/engines/onnx/proto.ts';
import { loweredOps } from '../../src/tensor/engines/onnx/rules.ts';
import { nodeOf } from '../../src/tensor/ir.ts';
import { opNames } from '../../src/tensor/ops/index.ts';
import { dropoutMask } from '../../src/tensor/random.ts';
import { evaluateReference } from '../../src/tensor/reference.ts';
import { buildCase, opCases, withGradients } from './cases.ts';

const training = { seed: 3, step: 5 };

/** Value and every gradient of a case, by ONNX Runtime and by the reference. */
async function bothWays(c: (typeof opCases)[number], portable: boolean) {
  const built = buildCase(c);
  const { inputs } = built;
  const g = withGradients(built);
  const { outputs } = g;
  const lowered = lowerGraph(g, { outputs, dropout: 'masks', portable });
  const session = await InferenceSession.create(writeModel(lowered.model), { intraOpNumThreads: 1 });
  const feeds: Record<string, Tensor> = {};
  for (const name of lowered.inputs)
    feeds[name] = new Tensor('float32', inputs[name]!, nodeOf(g, g.inputs[name]!).type.shape);
  for (const { name, key, rate, shape } of lowered.masks) {
    const size = shape.reduce((a, b) => a * b, 1);
    feeds[name] = new Tensor('float32', dropoutMask(training.seed, training.step, key, rate, size), shape);
  }
  const results = await session.run(feeds);
  await session.release();
  const reference = evaluateReference(g, Object.values(outputs), { inputs, training });
  return Object.keys(outputs).map((name, i) => ({
    name,
    shape: nodeOf(g, outputs[name]!).type.shape,
    got: results[name]!,
    want: reference[i]!,
  }));
}

describe('ONNX Runtime gives what the reference gives, value and gradients', () => {
  for (const portable of [false, true]) {
    const how = portable ? 'standard operators' : 'fused operators';
    test.each(opCases.map((c) => [c.name, c] as const))(`%s, ${how}`, async (_name, c) => {
      for (const { name, shape, got, want } of await bothWays(c, portable)) {
        expect(got.dims, name).toEqual(shape);
        const data = got.data as Float32Array;
        want.forEach((value, i) => {
          expect(Math.abs(data[i]! - value), `${name}[${i}]`).toBeLessThan(
            (c.tolerance ?? 2e-5) * (1 + Math.abs(value)),
          );
        });
      }
    });
  }

  test('every op has a rule', () => {
    expect(opNames.filter((op) => !loweredOps.includes(op))).toEqual([]);
  });
});

test('an exported model holds its parameters and only standard operators', async () => {
  const g = t.createGraph();
  const x = t.input(g, 'x', [2, 3]);
  const w = t.param(g, 'w', [4, 3], { kind: 'constant', value: 0 }, 'g');
  const b = t.param(g, 'b', [4], { kind: 'constant', value: 0 }, 'g');
  const logits = t.relu(g, t.add(g, t.matmul(g, t.dropout(g, x, 0.5, 'd'), w, { transB: true }), b));
  const graph = t.finishGraph(g, { logits, copy: logits, same: x });
  const params = { w: Float32Array.from({ length: 12 }, (_, i) => i - 6), b: Float32Array.of(1, 2, 3, 4) };
  const bytes = exportModel(graph, ['logits', 'copy', 'same'], params);
  expect(Buffer.from(bytes).includes('com.microsoft')).toBe(false);
  const session = await InferenceSession.create(bytes);
  expect(session.inputNames).toEqual(['x']);
  const input = Float32Array.of(1, 2, 3, -1, 0, 1);
  const results = await session.run({ x: new Tensor('float32', input, [2, 3]) });
  await session.release();
  const [want] = evaluateReference(graph, [logits.id], { inputs: { x: input }, params });
  expect([...(results.logits!.data as Float32Array)]).toEqual([...want!]);
  expect([...(results.copy!.data as Float32Array)]).toEqual([...want!]);
  expect([...(results.same!.data as Float32Array)]).toEqual([...input]);
});
