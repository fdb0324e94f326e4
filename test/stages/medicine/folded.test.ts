/** The model made quick for one case answers as `model.onnx` does, whatever the language lets a model be. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { ModelCard, ModelParams, Step } from '../../../src/stages/contracts.ts';
import { openModel } from '../../../src/stages/medicine/diagnose.ts';
import { distinctRows } from '../../../src/stages/medicine/distinct.ts';
import { openFolded } from '../../../src/stages/medicine/folded.ts';
import { fusions } from '../../../src/stages/medicine/fusion/index.ts';
import { buildInference, names } from '../../../src/stages/medicine/network.ts';
import { exportForAnyBatch } from '../../../src/tensor/engines/onnx/export.ts';
import { sizeOf } from '../../../src/tensor/ir.ts';
import { tempFolder } from '../../support/temp.ts';
import { encodersOf, everything } from './support.ts';

const folder = tempFolder('folded');
const [windows, dim, templates] = [5, 12, 9];
const shapes = { log: [windows, dim], metric: [3, windows, 4], trace: [windows, 6] };
const classes = ['cpu', 'memory', 'network'];

const pattern = (count: number, phase: number, scale: number) =>
  Float32Array.from({ length: count }, (_, i) => scale * Math.sin(1.3 * i + phase));

const transformer = (args: Step['args'] = {}): Step => ({
  op: 'transformer',
  args: { layers: 1, heads: 2, feed_forward: 8, ...args },
});
const pool = (how: string): Step => ({ op: 'pool', args: { how } });
const all = encodersOf(everything, 1);
const usual: ModelParams = {
  dim,
  encoders: all,
  fuse: { kind: 'channel_attention' },
  balance: { kind: 'none' },
};

const models: Record<string, ModelParams> = {
  ...Object.fromEntries(
    Object.keys(fusions).map((kind) => [kind, { ...usual, fuse: { kind } } as ModelParams]),
  ),
  'two layers': { ...usual, encoders: encodersOf(everything, 2) },
  'a projection of the vectors': { ...usual, dim: 8 },
  'pooled traces': { ...usual, encoders: { ...all, trace: [transformer(), pool('mean')] } },
  'largest of the windows': {
    ...usual,
    encoders: { ...all, log: [pool('max')], trace: [transformer(), pool('max')] },
  },
  'attention over the batch': {
    ...usual,
    encoders: {
      ...all,
      log: [transformer({ over: 'batch' }), pool('mean')],
      trace: [transformer({ over: 'batch' }), pool('mean')],
    },
  },
  'heads through the gates': {
    ...usual,
    balance: { kind: 'mao', alpha: 0.5, beta: 0.3, schedule: 'sound', aux: 1, heads: 'gates' },
  },
  'only log': { ...usual, encoders: encodersOf(['log']) },
  'only metric': { ...usual, encoders: encodersOf(['metric']) },
  'only trace': { ...usual, encoders: encodersOf(['trace']) },
};

/** A trained model in a file, its parameters a pattern. */
function write(name: string, model: ModelParams) {
  const own = everything.filter((modality) => model.encoders[modality]);
  const card: ModelCard = {
    classes,
    inputs: Object.fromEntries(own.map((modality) => [modality, shapes[modality]])),
    outputs: {
      probabilities: names.probabilities('model'),
      unimodal: Object.fromEntries(own.map((modality) => [modality, names.probabilities(modality)])),
    },
  };
  const shape = { classes: classes.length, features: card.inputs, dropout: 0 };
  const build = (batch: number) => buildInference(model, shape, batch);
  const graph = build(1);
  const params = Object.fromEntries(
    Object.entries(graph.params).map(([key, { node }], k) => [
      key,
      pattern(sizeOf(graph.nodes[node]?.type.shape ?? []), 0.7 * k, 0.6),
    ]),
  );
  const path = join(folder, `${name.replaceAll(' ', '-')}.onnx`);
  writeFileSync(
    path,
    exportForAnyBatch(build, Object.values(card.outputs.unimodal).concat(card.outputs.probabilities), params),
  );
  return { path, card };
}

const vectors = { data: pattern(templates * dim, 0.2, 1), dim };

/** How much of each of a case's templates is in a window, `[window, template]`. */
interface Lines {
  readonly templates: readonly number[];
  readonly shares: Float32Array;
}

/** Not in order of their numbers; window 2 without any. */
const lines: Lines = {
  templates: [3, 0, 8],
  shares: Float32Array.from({ length: windows * 3 }, (_, i) =>
    Math.floor(i / 3) === 2 ? 0 : 0.2 + 0.1 * ((i * 7) % 4),
  ),
};
const none: Lines = { templates: [], shares: new Float32Array(windows) };
const summed = ({ templates: rows, shares }: Lines) =>
  Float32Array.from({ length: windows * dim }, (_, i) =>
    rows.reduce(
      (sum, row, k) =>
        sum +
        (shares[Math.floor(i / dim) * rows.length + k] ?? 0) * (vectors.data[row * dim + (i % dim)] ?? 0),
      0,
    ),
  );

const cases = [
  { what: 'windows without anomalies', log: lines, quiet: [0, 2, 3] },
  { what: 'no two windows alike', log: lines, quiet: [] },
  { what: 'a case without lines or anomalies', log: none, quiet: [0, 1, 2, 3, 4] },
];

describe.each(Object.keys(models))('%s', (name) => {
  test.each(cases)('answers as before: $what', async ({ log, quiet }) => {
    const model = models[name] as ModelParams;
    const { path, card } = write(name, model);
    const trace = pattern(windows * 6, 0.1, 2);
    for (const window of quiet) trace.fill(0, window * 6, (window + 1) * 6);
    const metric = pattern(3 * windows * 4, 0.9, 1.5);
    const plain = await openModel(path, card);
    const folded = await openFolded(path, card, model, card.inputs.log && vectors);
    const known = await plain.diagnose({ log: summed(log), metric, trace });
    const open = folded.open();
    open.see(log.templates.slice(0, 1));
    open.see(log.templates);
    const found = await open.diagnose({ log: log.shares, metric, trace });
    expect(found.answer).toBe(known.answer);
    const differences = [
      [found.probabilities, known.probabilities] as const,
      ...everything.map((one) => [found.unimodal[one] ?? [], known.unimodal[one] ?? []] as const),
    ].flatMap(([a, b]) => b.map((p, k) => Math.abs(p - (a[k] ?? Number.NaN))));
    expect(Math.max(...differences)).toBeLessThan(1e-5);
    await plain.release();
    await folded.release();
  });
});

test('says what it folded', async () => {
  const { path, card } = write('usual', usual);
  const folded = await openFolded(path, card, usual, vectors);
  // Residual, queries, keys, values. The concatenation [36, 12] and the classifier [12, 3] become 6 × [12, 3].
  expect(folded.folds).toEqual([
    'log: 4 values of a window are sums over its templates',
    'trace: equal windows are one row',
    'products of products: 468 numbers became 216',
  ]);
  await folded.release();
});

test('rows that are the same stand for each other, zeros of either sign too', () => {
  const { rows, count, members } = distinctRows(Float32Array.of(0, 1, 0, 2, -0, 1, 0, 2), 4);
  expect([...rows]).toEqual([0, 1, 0, 2]);
  expect(count).toBe(2);
  expect([...members]).toEqual([1, 0, 0, 1, 1, 0, 0, 1]);
});
