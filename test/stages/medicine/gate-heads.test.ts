/**
 * Unimodal answers through the fusion's weights (METHOD 5). The PyTorch fixture of `network.test.ts` has their values; here are
 * finite differences, whole trainings, and what it takes.
 */
import { describe, expect, test } from 'vitest';
import { MedxError } from '../../../src/diagnostics/diagnostic.ts';
import type { ModelParams, TrainParams } from '../../../src/stages/contracts.ts';
import { fitMedicine, networkShape } from '../../../src/stages/medicine/fit.ts';
import { buildInference, buildTraining, names } from '../../../src/stages/medicine/network.ts';
import type { Engine } from '../../../src/tensor/engine.ts';
import { nodeOf, sizeOf } from '../../../src/tensor/ir.ts';
import { evaluateReference } from '../../../src/tensor/reference.ts';
import { trainingGraph } from '../../../src/tensor/training-graph.ts';
import { tempFolder } from '../../support/temp.ts';
import { engineCases } from '../../tensor/engines.ts';
import { referenceEngine } from './reference-engine.ts';
import { everything } from './support.ts';
import { paramsFor, synthetic } from './synthetic.ts';

const data = synthetic();

function paramsWith(aux: number, fuse: ModelParams['fuse']['kind'] = 'reference'): TrainParams {
  return paramsFor(everything, {
    model: {
      fuse: { kind: fuse },
      balance: { kind: 'mao', alpha: 0.5, beta: 0.3, schedule: 'sound', aux, heads: 'gates' },
    },
    train: { epochs: 3, dropout: 0 },
  });
}

/** The loss `L + Σ L_k` and its gradients at a pattern of parameters. */
function atPattern(aux: number) {
  const params = paramsWith(aux);
  const training = buildTraining(params.model, { ...networkShape(params, data), dropout: 0 }, 2);
  const { graph, gradients } = trainingGraph(training, names.objective);
  const wave = (size: number, phase: number) =>
    Float64Array.from({ length: size }, (_, i) => 0.4 * Math.sin(1.3 * i + phase));
  const values = (from: typeof graph.inputs) =>
    Object.fromEntries(
      Object.entries(from).map(([name, id], k) => [name, wave(sizeOf(nodeOf(graph, id).type.shape), k)]),
    );
  const scalars = Object.fromEntries(everything.map((name) => [names.factor(name), [1]]));
  const inputs = { ...values(graph.inputs), ...scalars, [names.labels]: [0, 2], [names.weights]: [0.4, 0.6] };
  const weights = values(
    Object.fromEntries(Object.entries(graph.params).map(([name, { node }]) => [name, node])),
  );
  const evaluate = (ids: readonly number[]) => evaluateReference(graph, ids, { inputs, params: weights });
  return {
    weights,
    loss: () => evaluate([graph.outputs[names.objective] ?? -1])[0]?.[0] ?? Number.NaN,
    gradient: (name: string) => evaluate([gradients[name] ?? -1])[0] ?? new Float64Array(),
  };
}

const shared = [
  'fusion.attend.trace.weight',
  'fusion.attend.log.bias',
  'fusion.classify.weight',
  'fusion.classify.bias',
  'metric.project.bias',
];

test.each(shared)('the gradient of %s is that of finite differences', (name) => {
  const { weights, loss, gradient } = atPattern(1);
  const found = gradient(name);
  const own = weights[name] ?? new Float64Array();
  const step = 1e-5;
  expect(found.length).toBe(own.length);
  own.forEach((value, i) => {
    own[i] = value + step;
    const up = loss();
    own[i] = value - step;
    const down = loss();
    own[i] = value;
    expect(found[i]).toBeCloseTo((up - down) / (2 * step), 6);
  });
});

test('`aux` is the weight of the unimodal losses in all that they share with the model', () => {
  const [none, half, whole] = [atPattern(0), atPattern(0.5), atPattern(1)];
  for (const name of shared) {
    const [a, b, c] = [none.gradient(name), half.gradient(name), whole.gradient(name)];
    expect(c).not.toEqual(a);
    b.forEach((value, i) => {
      expect(value).toBeCloseTo(((a[i] ?? 0) + (c[i] ?? 0)) / 2, 10);
    });
  }
});

describe('whole trainings', () => {
  const trained = (engine: Engine, params: TrainParams) =>
    fitMedicine(engine, params, data, {
      workDir: tempFolder('gate-heads'),
      key: 'test',
      checkpointEvery: 0,
      progress: () => undefined,
    });

  test.each(engineCases)('$name tells the losses of the float64 interpreter', async ({ open }) => {
    const params = paramsWith(1);
    const found = await trained(await open(), params);
    const wanted = await trained(referenceEngine, params);
    for (const [i, { unimodal }] of wanted.history.epochs.entries())
      for (const name of everything) {
        const [one, other] = [found.history.epochs[i]?.unimodal[name], unimodal[name]];
        expect(one?.train).toBeCloseTo(other?.train ?? Number.NaN, 3);
        expect(one?.valid).toBeCloseTo(other?.valid ?? Number.NaN, 3);
      }
  });

  test('heads have no parameters of their own, and with `aux = 0` they train nothing', async () => {
    const quiet = await trained(referenceEngine, paramsWith(0));
    expect([...quiet.parameters.keys()].filter((name) => name.startsWith('head.'))).toEqual([]);
    const base = paramsWith(0);
    const balance = { kind: 'mao', alpha: 0, beta: 0, schedule: 'sound', aux: 0 } as const;
    const unmodulated = (heads: object) =>
      trained(referenceEngine, { ...base, model: { ...base.model, balance: { ...balance, ...heads } } });
    const [own, gates] = [await unmodulated({}), await unmodulated({ heads: 'gates' })];
    for (const [name, values] of gates.parameters) expect(values).toEqual(own.parameters.get(name));
  });
});

test.each(['concat', 'gated', 'sum'] as const)('`%s` has no gates to go through', (fuse) => {
  const params = paramsWith(1, fuse);
  const build = () => buildInference(params.model, networkShape(params, data), 1);
  expect(build).toThrow(MedxError);
  expect(build).toThrow('MED1416');
});
