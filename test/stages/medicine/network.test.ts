/** The network against the same network in PyTorch (`fixtures/record.py`), and what it refuses. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { MedxError } from '../../../src/diagnostics/diagnostic.ts';
import type { Modality, ModelParams } from '../../../src/stages/contracts.ts';
import {
  buildInference,
  buildTraining,
  type NetworkShape,
  names,
} from '../../../src/stages/medicine/network.ts';
import { type Graph, sizeOf } from '../../../src/tensor/ir.ts';
import { evaluateReference } from '../../../src/tensor/reference.ts';
import { trainingGraph } from '../../../src/tensor/training-graph.ts';
import { encodersOf, everything } from './support.ts';

type Recorded = {
  readonly dim: number;
  readonly classes: number;
  readonly batch: number;
  readonly shapes: { readonly [modality in Modality]: readonly number[] };
  readonly cases: readonly {
    readonly fuse: ModelParams['fuse']['kind'];
    readonly modalities: readonly Modality[];
    readonly layers: number;
    readonly aux: number;
    readonly from: 'own' | 'gates';
    readonly logits: readonly number[];
    readonly heads: { readonly [name: string]: readonly number[] };
    readonly losses: { readonly [name: string]: number };
    readonly gradients: {
      readonly [name: string]: { readonly shape: readonly number[]; readonly dots: readonly number[] };
    };
  }[];
};

const recorded = JSON.parse(
  readFileSync(join(import.meta.dirname, 'fixtures/network.json'), 'utf8'),
) as Recorded;

/** PyTorch's name of a parameter → ours, or the three that its joint projection holds one after another. */
function ours(name: string): readonly string[] {
  const renamed = name
    .replace(/^encode\./, '')
    .replace(/^fuse\./, 'fusion.')
    .replace(/^log\.norm\./, 'log.1.pool.norm.')
    .replace(/^metric\.norm\./, 'metric.2.pool.norm.')
    .replace(/^metric\.(squeeze|excite)\./, 'metric.0.squeeze_excite.$1.')
    .replace(/^metric\.before\./, 'metric.norm_in.')
    .replace(/^(metric|trace)\.after\./, '$1.norm.')
    .replace(/^trace\.(windows|dense)\./, 'trace.1.linear.$1.')
    .replace(/^(log|trace)\.transformer\./, '$1.0.transformer.')
    .replace(/^metric\.transformer\./, 'metric.1.transformer.')
    .replace('.self_attn.out_proj.', '.attention.output.');
  const joint = /^(.*)\.self_attn\.in_proj_(weight|bias)$/.exec(renamed);
  if (!joint) return [renamed];
  return ['query', 'key', 'value'].map((part) => `${joint[1]}.attention.${part}.${joint[2]}`);
}

function pattern(count: number, phase: number, scale: number): number[] {
  return Array.from({ length: count }, (_, i) => scale * Math.sin(1.3 * i + phase));
}

const labels = Array.from({ length: recorded.batch }, (_, i) => i % recorded.classes);
const weights = [0.1, 0.3, 0.2, 0.15, 0.25];

describe.each(recorded.cases)('$fuse over $modalities, $layers layers, aux $aux, heads $from', (wanted) => {
  const model: ModelParams = {
    dim: recorded.dim,
    encoders: encodersOf(wanted.modalities, wanted.layers),
    fuse: { kind: wanted.fuse },
    balance: {
      kind: 'mao',
      alpha: 0.5,
      beta: 0.3,
      schedule: 'sound',
      aux: wanted.aux,
      ...(wanted.from === 'gates' ? { heads: wanted.from } : {}),
    },
  };
  const shape: NetworkShape = { classes: recorded.classes, features: recorded.shapes, dropout: 0 };
  const params: Record<string, number[]> = {};
  Object.entries(wanted.gradients).forEach(([name, { shape: size }], k) => {
    const one = name.includes('norm') && name.endsWith('weight') ? 1 : 0;
    const values = pattern(sizeOf(size), 0.7 * k, 0.4).map((value) => one + value);
    const parts = ours(name);
    const each = values.length / parts.length;
    parts.forEach((part, i) => {
      params[part] = values.slice(i * each, (i + 1) * each);
    });
  });
  const inputs: Record<string, number[]> = {};
  wanted.modalities.forEach((name, k) => {
    inputs[name] = pattern(recorded.batch * sizeOf(recorded.shapes[name]), 0.3 * k, 1.5);
  });

  test('has the parameters of the PyTorch network and no other', () => {
    const graph = buildTraining(model, shape, recorded.batch);
    expect(Object.keys(graph.params).sort()).toEqual(Object.keys(params).sort());
  });

  test('gives the same logits', () => {
    const graph = buildInference(model, shape, recorded.batch);
    const of = (name: Modality | 'model') => valuesOf(graph, [names.logits(name)], { inputs, params })[0];
    closeTo(of('model'), wanted.logits);
    for (const name of wanted.modalities) closeTo(of(name), wanted.heads[name] ?? []);
  });

  test('gives the same losses and parameter gradients', () => {
    const { graph, gradients } = trainingGraph(buildTraining(model, shape, recorded.batch), names.objective);
    const factors = Object.fromEntries(wanted.modalities.map((name) => [names.factor(name), [1]]));
    const feeds = { inputs: { ...inputs, ...factors, labels, weights }, params };
    for (const [name, loss] of Object.entries(wanted.losses)) {
      const of = name === 'loss' ? 'model' : (name as Modality);
      closeTo(valuesOf(graph, [names.loss(of)], feeds)[0], [loss]);
    }
    const ids = Object.entries(gradients);
    const values = evaluateReference(
      graph,
      ids.map(([, id]) => id),
      feeds,
    );
    const found = new Map(ids.map(([name], i) => [name, values[i] ?? new Float64Array()]));
    for (const [name, { dots }] of Object.entries(wanted.gradients)) {
      const gradient = ours(name).flatMap((part) => [...(found.get(part) ?? [])]);
      const dot = (phase: number) =>
        pattern(gradient.length, phase, 1).reduce((sum, wave, i) => sum + wave * (gradient[i] ?? 0), 0);
      closeTo([dot(0), dot(1.1)], dots);
    }
  });
});

const small: NetworkShape = { classes: 2, features: recorded.shapes, dropout: 0 };
const medicine: ModelParams = {
  dim: 8,
  encoders: encodersOf(everything),
  fuse: { kind: 'channel_attention' },
  balance: { kind: 'mao', alpha: 0.5, beta: 0.3, schedule: 'sound', aux: 0 },
};

describe('where the factors act', () => {
  const params: Record<string, number[]> = {};
  const graphOf = (schedule: 'sound' | 'literal') => {
    const model: ModelParams = {
      ...medicine,
      balance: { kind: 'mao', alpha: 0.5, beta: 0.3, schedule, aux: 0 },
    };
    const { graph, gradients } = trainingGraph(buildTraining(model, small, 2), names.objective);
    Object.keys(graph.params)
      .sort()
      .forEach((name, k) => {
        const param = graph.params[name];
        const size = param ? sizeOf(graph.nodes[param.node]?.type.shape ?? []) : 0;
        params[name] = pattern(size, k, 0.5);
      });
    return (factor: number) => {
      const inputs: Record<string, number[]> = { labels: [0, 1], weights: [0.5, 0.5] };
      for (const name of everything) {
        inputs[name] = pattern(2 * sizeOf(recorded.shapes[name]), 0.2, 1);
        inputs[names.factor(name)] = [name === 'trace' ? factor : 1];
      }
      const nameOf = [
        'trace.project.weight',
        'log.project.weight',
        'fusion.classify.weight',
        'head.trace.weight',
      ];
      const ids = nameOf.map((name) => gradients[name] ?? -1);
      const [loss, ...values] = evaluateReference(graph, [graph.outputs[names.loss('model')] ?? -1, ...ids], {
        inputs,
        params,
      });
      return {
        loss: loss?.[0],
        gradient: Object.fromEntries(nameOf.map((name, i) => [name, [...(values[i] ?? [])]])),
      };
    };
  };

  test('sound: forward untouched, only the gradient into the modality is multiplied', () => {
    const run = graphOf('sound');
    const [plain, enhanced] = [run(1), run(1.25)];
    expect(enhanced.loss).toBe(plain.loss);
    closeTo(
      enhanced.gradient['trace.project.weight'],
      (plain.gradient['trace.project.weight'] ?? []).map((value) => 1.25 * value),
    );
    for (const name of ['log.project.weight', 'fusion.classify.weight', 'head.trace.weight']) {
      expect(enhanced.gradient[name]).toEqual(plain.gradient[name]);
    }
  });

  test('literal: the features themselves are multiplied, the unimodal head sees them as they are', () => {
    const run = graphOf('literal');
    const [plain, scaled] = [run(1), run(0.1)];
    expect(scaled.loss).not.toBeCloseTo(plain.loss ?? 0, 3);
    expect(scaled.gradient['fusion.classify.weight']).not.toEqual(plain.gradient['fusion.classify.weight']);
    expect(scaled.gradient['head.trace.weight']).toEqual(plain.gradient['head.trace.weight']);
  });
});

describe('a pipeline that cannot be built is refused with its place', () => {
  const build = (encoders: ModelParams['encoders'], dim = 8) => {
    try {
      buildInference({ ...medicine, dim, encoders }, small, 1);
    } catch (error) {
      if (error instanceof MedxError) return error.message;
      throw error;
    }
    return 'built';
  };
  const transformer = { op: 'transformer', args: { layers: 1, heads: 2, feed_forward: 4 } };
  const pool = { op: 'pool', args: { how: 'mean' } };

  test.each([
    ['MED5206', { metric: [transformer, pool] }],
    ['MED5206', { log: [pool, transformer] }],
    ['MED5206', { log: [{ op: 'drain', args: {} }, pool] }],
    ['MED5207', { trace: [transformer] }],
    ['MED5208', { log: [{ op: 'transformer', args: { layers: 1, heads: 3, feed_forward: 4 } }, pool] }],
    ['MED5208', { log: [{ op: 'transformer', args: { layers: 0, heads: 2, feed_forward: 4 } }, pool] }],
    ['MED5208', { log: [{ op: 'pool', args: { how: 'median' } }] }],
    ['MED5209', {}],
  ])('%s', (code, encoders) => {
    expect(build(encoders)).toContain(code);
  });

  test('a pipeline without a transformer is one', () => {
    expect(
      build({
        log: [pool],
        metric: [
          { op: 'squeeze_excite', args: {} },
          { op: 'linear', args: {} },
        ],
      }),
    ).toBe('built');
  });
});

function valuesOf(
  graph: Graph,
  outputs: readonly string[],
  feeds: { readonly inputs: Record<string, number[]>; readonly params: Record<string, number[]> },
): Float64Array[] {
  const ids = outputs.map((name) => graph.outputs[name] ?? -1);
  return evaluateReference(graph, ids, feeds);
}

/** Nine digits were recorded. */
function closeTo(found: ArrayLike<number> | undefined, expected: readonly number[]): void {
  expect(found?.length).toBe(expected.length);
  expected.forEach((value, i) => {
    expect(Math.abs((found?.[i] ?? Number.NaN) - value)).toBeLessThan(1e-7 * (1 + Math.abs(value)));
  });
}
