/** `transformer(over: batch)`: cases attend to their batch, never to places that hold no case, and the model can be written. */
import { expect, test } from 'vitest';
import type { TrainParams } from '../../../src/stages/contracts.ts';
import { answerCases, fitMedicine, networkShape } from '../../../src/stages/medicine/fit.ts';
import { buildInference, names } from '../../../src/stages/medicine/network.ts';
import { exportForAnyBatch } from '../../../src/tensor/engines/onnx/export.ts';
import { tempFolder } from '../../support/temp.ts';
import { referenceEngine } from './reference-engine.ts';
import { paramsFor, synthetic } from './synthetic.ts';

function paramsOver(over: 'windows' | 'batch'): TrainParams {
  const base = paramsFor(['trace']);
  const [transformer, ...rest] = base.model.encoders.trace ?? [];
  if (!transformer) throw new Error('the trace encoder begins with a transformer');
  const first = over === 'batch' ? { ...transformer, args: { ...transformer.args, over } } : transformer;
  return {
    ...base,
    model: { ...base.model, encoders: { trace: [first, ...rest] } },
    train: { ...base.train, epochs: 1, batch: 4 },
  };
}

const data = synthetic({ modalities: ['trace'], cases: 20 });
const options = () => ({
  workDir: tempFolder('attends'),
  key: 'test',
  checkpointEvery: 60_000,
  progress: () => undefined,
});

test('answers depend on the cases of the batch, and only there', async () => {
  for (const over of ['windows', 'batch'] as const) {
    const params = paramsOver(over);
    const { parameters, predictions } = await fitMedicine(referenceEngine, params, data, options());
    // Five test cases are batches of four and one: the last one is alone, the first is not.
    const { test: tested, valid } = data.split;
    const alone = async (index: number) => {
      const split = { ...data.split, valid: [], test: [index] };
      const [one] = await answerCases(referenceEngine, params, { ...data, split }, parameters);
      return one?.probabilities ?? [];
    };
    expect([tested.length, valid.length]).toEqual([5, 5]);
    const [first = -1, last = -1] = [tested[0], tested[4]];
    const distance = (a: readonly number[], b: readonly number[] = []) =>
      Math.max(...a.map((p, k) => Math.abs(p - (b[k] ?? 0))));
    const far = distance(await alone(first), predictions.test[0]?.probabilities);
    expect(distance(await alone(last), predictions.test[4]?.probabilities)).toBeLessThan(1e-6);
    if (over === 'batch') expect(far).toBeGreaterThan(1e-4);
    else expect(far).toBeLessThan(1e-6);
  }
});

test('is written for any batch size', () => {
  const params = paramsOver('batch');
  const build = (batch: number) => buildInference(params.model, networkShape(params, data), batch);
  const values = Object.fromEntries(
    Object.entries(build(1).params).map(([name, { node }]) => {
      const size = (build(1).nodes[node]?.type.shape ?? []).reduce((a, b) => a * b, 1);
      return [name, new Float32Array(size)];
    }),
  );
  const bytes = exportForAnyBatch(build, [names.probabilities('model')], values);
  expect(bytes.length).toBeGreaterThan(1000);
});
