import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, test } from 'vitest';
import { MedxError } from '../../src/diagnostics/diagnostic.ts';
import { hashStage } from '../../src/graph/hash.ts';
import type { Plan } from '../../src/graph/plan.ts';
import { planSpec } from '../../src/graph/plan-spec.ts';
import { resolveSpec } from '../../src/spec/resolve.ts';
import { parseFile } from '../../src/syntax/parse.ts';
import { printFile } from '../../src/syntax/print.ts';
import { createSourceFile } from '../../src/text/source.ts';
import { render, textHost } from '../spec/support.ts';
import { emptyWorld } from './support.ts';

const root = resolve(import.meta.dirname, '../../experiments');
const library = readFileSync(join(root, 'lib/medicine.med'), 'utf8');
const ablation = readFileSync(join(root, 'd3-ablation.med'), 'utf8');

interface Setting {
  readonly text?: string;
  readonly sets?: readonly string[];
  readonly datasets?: readonly string[];
  readonly simulated?: true;
  readonly models?: readonly string[];
  readonly library?: string;
}

function plan({ text = ablation, sets = [], library: lib = library, ...here }: Setting = {}): Plan {
  const host = textHost({ 'main.med': text, 'lib/medicine.med': lib });
  const result = resolveSpec('main.med', { host, sets });
  if (!result.spec) throw new Error(render(result));
  return planSpec(result.spec, emptyWorld(result.spec, here));
}

const count = (made: Plan, kind: string) => made.stages.filter((stage) => stage.kind === kind).length;
const hashes = (made: Plan) => made.stages.map((stage) => stage.hash);
const changed = (a: Plan, b: Plan) => [
  ...new Set(b.stages.filter((stage) => !hashes(a).includes(stage.hash)).map((stage) => stage.kind)),
];

describe('what is shared', () => {
  test('variants share every stage they have in common', () => {
    const made = plan();
    expect(
      Object.fromEntries(['simulate', 'cases', 'lines', 'samples', 'spans'].map((k) => [k, count(made, k)])),
    ).toEqual({ simulate: 1, cases: 1, lines: 1, samples: 1, spans: 1 });
    expect(count(made, 'split')).toBe(5);
    expect(count(made, 'features.log')).toBe(5);
    expect(count(made, 'train')).toBe(25);
  });

  test('every stage comes after its inputs, under its own hash', () => {
    const done = new Set<string>();
    for (const stage of plan().stages) {
      for (const input of Object.values(stage.inputs)) expect(done).toContain(input);
      expect(stage.hash).toBe(hashStage(stage));
      done.add(stage.hash);
    }
  });

  test('cosmetic edits change no hash', () => {
    const before = plan();
    const printed = printFile(parseFile(createSourceFile('x', ablation)).file);
    expect(hashes(plan({ text: printed }))).toEqual(hashes(before));
    const renamed = ablation
      .replaceAll('d3_ablation', 'other_name')
      .replaceAll('dataset d3', 'dataset other')
      .replaceAll('data = d3', 'data = other')
      .replace('window = 60s', 'window = 1m   # a minute')
      .replace('seeds = 1..5', 'seeds = [1, 2, 3, 4, 5]')
      .replace('variant full ', 'variant everything ');
    expect(hashes(plan({ text: renamed }))).toEqual(hashes(before));
    // A default written out is the same as the default.
    const spelt = ablation.replace('train = standard', 'train = standard   fit = train   threads = 1');
    expect(hashes(plan({ text: spelt }))).toEqual(hashes(before));
  });

  test('a setting that came later is part of what uses it, and of nothing else', () => {
    const before = plan();
    expect(hashes(plan({ sets: ['medicine.mao.heads=own'] }))).toEqual(hashes(before));
    const heads = plan({ sets: ['medicine.mao.heads=gates'] });
    expect(changed(before, heads)).toEqual(['train', 'detect']);
    // Where nothing is balanced there are no such heads: three unimodal rows and the one without MAO, five seeds each.
    const kept = heads.stages.filter(({ kind, hash }) => kind === 'train' && hashes(before).includes(hash));
    expect(kept).toHaveLength(20);
    // The training as it was addressed before there was a choice.
    const first = before.stages.find(({ kind }) => kind === 'train');
    expect(JSON.stringify(first?.params)).not.toContain('heads":"');
  });

  test('a change reaches what depends on it and nothing else', () => {
    const before = plan();
    expect(changed(before, plan({ sets: ['standard.epochs=3'] }))).toEqual(['train', 'detect']);
    expect(changed(before, plan({ sets: ['medicine.log.drain.depth=4'] }))).toEqual([
      'drain',
      'embed',
      'features.log',
      'train',
      'detect',
      'audit',
    ]);
    expect(changed(before, plan({ sets: ['seeds=1..2'] }))).toEqual([]);
    // MAO exists only where there is more than one modality: 5 seeds of `full`, one of them timed.
    const alpha = plan({ sets: ['mao.alpha=0.3'] });
    expect(alpha.stages.filter((stage) => !hashes(before).includes(stage.hash))).toHaveLength(5 + 1);
    expect(changed(before, plan({ sets: ['d3.window=30s'] }))).not.toContain('simulate');
  });

  test('one modality trains the same model with and without MAO', () => {
    const text = ablation.replace('medicine only log', 'medicine only log without mao');
    expect(hashes(plan({ text }))).toEqual(hashes(plan()));
  });
});

describe('what stands in', () => {
  test('nothing is here: simulated telemetry and hashed words, and the table is told', () => {
    const [made] = plan().experiments;
    expect(made?.simulated).toBe(true);
    expect(made?.standIns).toEqual([
      'simulated online_boutique (119 cases, seed 2024) instead of microservo("d3")',
      'hashed(768) instead of bert("Xenova/bert-base-uncased")',
    ]);
  });

  test('a folder of simulated files is no stand-in, but simulated', () => {
    const made = plan({ datasets: ['d3'], simulated: true, models: ['Xenova/bert-base-uncased'] });
    expect(made.experiments[0]).toMatchObject({ simulated: true, standIns: [] });
    expect(made.stages.find(({ kind }) => kind === 'cases')?.params).toMatchObject({ simulated: true });
  });

  test('the simulator writes the format that is read, with its faults', () => {
    const from = 'simulate(online_boutique, format: aiops22, cases: 20)';
    const made = plan({ text: ablation.replace(/simulate\([^)]*\)/, from) });
    const params = (kind: string) => made.stages.find((stage) => stage.kind === kind)?.params;
    expect(params('simulate')).toMatchObject({ format: 'aiops22', cases: 20 });
    for (const kind of ['cases', 'lines', 'samples', 'spans']) {
      expect(params(kind)).toMatchObject({ format: 'aiops22', root: '' });
    }
    expect(made.experiments[0]?.standIns[0]).toContain('simulated online_boutique as aiops22 (20 cases');
  });

  test('all is here: no stand-in, the digests are in the hashes', () => {
    const made = plan({ datasets: ['d3'], models: ['Xenova/bert-base-uncased'] });
    expect(made.experiments[0]).toMatchObject({ simulated: false, standIns: [] });
    expect(count(made, 'simulate')).toBe(0);
    const params = (kind: string) => made.stages.find((stage) => stage.kind === kind)?.params;
    expect(params('cases')).toEqual({
      format: 'microservo',
      root: 'd3',
      digest: 'digest of d3',
      window_ms: 60_000,
      before_ms: 600_000,
      after_ms: 600_000,
    });
    expect(params('embed')).toEqual({
      embedder: {
        kind: 'bert',
        model: 'Xenova/bert-base-uncased',
        digest: 'digest of Xenova/bert-base-uncased',
      },
    });
  });

  test('without a stand-in everything that is missing is an error, all at once', () => {
    const text = ablation.replace(' else simulate(online_boutique, cases: 119, seed: 2024)', '');
    const found = () => plan({ text, library: library.replace(' else hashed(768)', '') });
    expect(found).toThrow(MedxError);
    try {
      found();
    } catch (error) {
      const { diagnostics } = error as MedxError;
      expect(diagnostics.map((one) => one.code)).toEqual(['MED1601', 'MED1602']);
      expect(diagnostics[0]?.place).toBe('main.med:10');
    }
  });

  test('a device that is not here, and a file without experiments', () => {
    const host = textHost({ 'main.med': ablation, 'lib/medicine.med': library });
    const spec = resolveSpec('main.med', { host, sets: ['device=gpu'] }).spec!;
    const world = emptyWorld(spec);
    const engines = world.engines.map((one) => ({
      ...one,
      status: { available: false as const, reason: 'no GPU' },
    }));
    expect(() => planSpec(spec, { ...world, engines })).toThrow('MED1604');
    const bare = resolveSpec('lib/medicine.med', { host }).spec!;
    expect(() => planSpec(bare, emptyWorld(bare), 'lib/medicine.med')).toThrow('MED1603');
  });
});

describe('seeds, splits and folds', () => {
  const splits = (made: Plan) =>
    made.stages.filter((stage) => stage.kind === 'split').map((stage) => stage.params);

  test("the run's seed draws the split, unless the split has one", () => {
    expect(splits(plan({ sets: ['seeds=1..2'] }))).toEqual([
      { kind: 'stratified', train: 0.64, valid: 0.16, test: 0.2, seed: 1, groups: 'together' },
      { kind: 'stratified', train: 0.64, valid: 0.16, test: 0.2, seed: 2, groups: 'together' },
    ]);
    expect(splits(plan({ sets: ['seeds=1..2', 'd3.split.seed=9'] })).map((one) => one.seed)).toEqual([9]);
  });

  test('folds: one job per seed and fold', () => {
    const made = plan({ sets: ['folds=stratified(3)', 'seeds=[4]'] });
    expect(splits(made)).toEqual(
      [0, 1, 2].map((fold) => ({
        kind: 'stratified',
        folds: 3,
        fold,
        valid: 0.2,
        seed: 4,
        groups: 'together',
      })),
    );
    const [row] = made.experiments[0]!.rows;
    expect(row?.jobs.map(({ seed, fold }) => [seed, fold])).toEqual([
      [4, 0],
      [4, 1],
      [4, 2],
    ]);
  });

  test('the paper profile fits on all cases, so that no seed fits anew', () => {
    const made = plan({ sets: ['profile=paper'] });
    expect(count(made, 'drain')).toBe(1);
    expect(count(made, 'features.trace')).toBe(1);
    const train = made.stages.find((stage) => stage.kind === 'train');
    expect(train?.params).toMatchObject({ model: { balance: { schedule: 'literal' } } });
    expect(splits(made)[0]).toMatchObject({ groups: 'apart' });
  });
});

describe('the training stage', () => {
  test('gets every value resolved', () => {
    const made = plan({ sets: ['seeds=3', 'threads=2'] });
    expect(made.stages.find((stage) => stage.kind === 'train')?.params).toEqual({
      model: {
        dim: 768,
        encoders: {
          log: [
            { op: 'transformer', args: { layers: 1, heads: 8, feed_forward: 256 } },
            { op: 'pool', args: { how: 'mean' } },
          ],
          metric: [
            { op: 'squeeze_excite', args: { by: 'instance' } },
            { op: 'transformer', args: { layers: 1, heads: 8, feed_forward: 256 } },
            { op: 'pool', args: { how: 'mean' } },
          ],
          trace: [
            { op: 'transformer', args: { layers: 1, heads: 8, feed_forward: 256 } },
            { op: 'linear', args: {} },
          ],
        },
        fuse: { kind: 'channel_attention' },
        balance: { kind: 'mao', alpha: 0.5, beta: 0.3, schedule: 'sound', aux: 0 },
      },
      train: {
        optimiser: { kind: 'adamw', lr: 1e-4, weight_decay: 1e-4, beta1: 0.9, beta2: 0.999, eps: 1e-8 },
        epochs: 50,
        batch: 32,
        dropout: 0.1,
        select: 'best_valid',
        patience: 20,
        class_weight: 'none',
      },
      seed: 3,
      engine: { executor: 'onnx', device: 'cpu', threads: 2 },
    });
  });
});

describe('sweeps', () => {
  const swept = (how: string) =>
    plan({
      text: ablation
        .replace(
          'baselines = [majority]',
          `seeds = 1  sweep full ${how} { mao.alpha = 0.1..0.9 step 0.1   mao.beta = 0.1..0.9 step 0.1 }`,
        )
        .replace('seeds = 1..5', ''),
    });

  test('each changes one setting at a time, and the point that changes nothing costs nothing', () => {
    const made = swept('each');
    const points = made.experiments[0]!.rows.filter((row) => row.point);
    expect(points).toHaveLength(18);
    expect(points[0]).toMatchObject({ name: 'full mao.alpha=0.1', point: { 'mao.alpha': 0.1 } });
    expect(points.map((row) => row.point?.['mao.alpha']).filter(Boolean)).toEqual([
      0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9,
    ]);
    // Two of the points are the variant itself: alpha = 0.5 and beta = 0.3.
    expect(count(made, 'train')).toBe(5 + 16);
  });

  test('cross takes all combinations', () => {
    expect(swept('cross').experiments[0]!.rows.filter((row) => row.point)).toHaveLength(81);
  });
});

test('a table says where test cases took part in the fitting', () => {
  const notesOf = (sets: string[]) => plan({ sets }).experiments[0]?.notes.join('\n');
  expect(notesOf(['profile=paper'])).toContain('test cases included');
  expect(notesOf([])).not.toContain('test cases included');
});
