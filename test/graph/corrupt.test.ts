/** Corrupted telemetry: text in, plan out. */
import { describe, expect, test } from 'vitest';
import type { Plan, StageNode } from '../../src/graph/plan.ts';
import { planSpec } from '../../src/graph/plan-spec.ts';
import { resolveText } from '../spec/support.ts';
import { emptyWorld } from './support.ts';

const head = `med 1
dataset d { from = simulate(online_boutique) }
model small {
  encode log    = drain -> weigh -> hashed(32) -> weighted_sum -> transformer(heads: 4) -> pool
  encode metric = standardize -> window_mean -> squeeze_excite -> transformer(heads: 4) -> pool
  encode trace  = spans -> standardize -> three_sigma -> weigh -> transformer(heads: 4) -> linear
  dim = 32
}`;

function plan(lines: string, settings = 'seeds = 1..2', sets: readonly string[] = []): Plan {
  const spec = resolveText(`${head}\nexperiment e {\n  data = d   ${settings}\n${lines}\n}`, sets);
  return planSpec(spec, emptyWorld(spec));
}

const count = (made: Plan, kind: string) => made.stages.filter((stage) => stage.kind === kind).length;
const row = (made: Plan, name: string) => made.experiments[0]!.rows.find((one) => one.name === name)!;
const stage = (made: Plan, hash: string | undefined) => made.stages.find((one) => one.hash === hash)!;
const job = (made: Plan, name: string): StageNode => stage(made, row(made, name).jobs[0]?.hash);
const params = (made: Plan, kind: string) =>
  made.stages.filter((one) => one.kind === kind).map((one) => one.params);

test('a sweep over ten levels at test trains once per seed', () => {
  const made = plan('  variant full = small\n  sweep full each { corrupt.log.drop = 0%..90% step 10% }');
  expect(count(made, 'train')).toBe(2);
  // 0 is clean: that point is the variant itself.
  expect(count(made, 'predict')).toBe(2 * 9);
  const hashes = (name: string) => row(made, name).jobs.map(({ hash }) => hash);
  expect(hashes('full corrupt.log.drop=0%')).toEqual(hashes('full'));
  expect(row(made, 'full corrupt.log.drop=0%').corrupted).toBeUndefined();
  // Templates are learnt and embedded once; metrics and traces are not touched.
  expect(count(made, 'drain')).toBe(2);
  expect(count(made, 'embed')).toBe(2);
  expect(count(made, 'features.metric')).toBe(2);
});

test('the test cases get other features, the model is the one of the clean variant', () => {
  const made = plan('  variant full = small\n  variant poor = small corrupt trace drop all');
  const [clean, poor] = [job(made, 'full'), job(made, 'poor')];
  expect(poor.kind).toBe('predict');
  expect(poor.params).toEqual(clean.params);
  expect(poor.inputs.train).toBe(clean.hash);
  expect({ ...poor.inputs, train: '', trace: '' }).toEqual({ ...clean.inputs, train: '', trace: '' });
  const features = stage(made, poor.inputs.trace);
  expect(features.inputs.spans).toBe(stage(made, clean.inputs.trace).inputs.spans);
  expect(stage(made, features.inputs.poor).params).toEqual({ at: 'test', seed: 1, drop: 1 });
  expect(row(made, 'poor').corrupted).toEqual(['at test: trace drop all']);
});

test('at training the model is trained anew, and levels at test share it', () => {
  const made = plan(`  variant robust = small corrupt log drop 30% at train
  sweep robust each { corrupt.log.drop = [50%, 90%] }`);
  const trained = job(made, 'robust');
  expect(trained.kind).toBe('train');
  expect(job(made, 'robust corrupt.log.drop=50%').inputs.train).toBe(trained.hash);
  expect(count(made, 'train')).toBe(2);
  expect(row(made, 'robust corrupt.log.drop=90%').corrupted).toEqual([
    'at train: log drop 30%',
    'at test: log drop 90%',
  ]);
  // Lines are corrupted from the sound ones on both sides, each on its own.
  const lines = made.stages.find((one) => one.kind === 'lines')?.hash;
  for (const one of made.stages.filter(({ kind }) => kind === 'corrupt.log'))
    expect(one.inputs.lines).toBe(lines);
});

test('every spelling means the same', () => {
  const spellings: readonly (readonly [lines: string, sets?: readonly string[]])[] = [
    ['variant v = small corrupt log drop 30% corrupt mask instance 20% at both'],
    ['variant v = small corrupt mask instance 0.2 at both corrupt log drop 0.3 at test'],
    ['variant v = small with corrupt.log.drop = 30%, corrupt.both.mask.instance = 20%'],
    ['variant v = small\n    corrupt log drop 30%\n    corrupt mask instance 20% at both'],
    ['corrupt log drop 30%\n  corrupt mask instance 20% at both\n  variant v = small'],
    ['corrupt { log { drop = 30% }  both.mask.instance = 20% }\n  variant v = small'],
    [
      'corrupt.log.drop = 30%\n  corrupt.train.mask.instance = 20%   corrupt.mask.instance = 20%\n  variant v = small',
    ],
    ['variant v = small', ['corrupt.log.drop=30%', 'e.corrupt.both.mask.instance=0.2']],
    ['corrupt log drop 90%\n  variant v = small corrupt mask instance 20% at both', ['corrupt.log.drop=0.3']],
  ];
  const jobs = spellings.map(([lines, sets]) => row(plan(`  ${lines}`, undefined, sets), 'v').jobs);
  for (const one of jobs) expect(one).toEqual(jobs[0]);
});

describe('who wins', () => {
  test('a variant over the experiment, a later variant over an earlier one', () => {
    const made = plan(`  corrupt log drop 10%
  variant a = small
  variant b = small corrupt log drop 20%
  variant c = b corrupt log drop 0%`);
    expect(['a', 'b', 'c'].map((name) => row(made, name).corrupted)).toEqual([
      ['at test: log drop 10%'],
      ['at test: log drop 20%'],
      undefined,
    ]);
  });

  test('what a model does not read does not concern it', () => {
    const made = plan('  corrupt trace drop 10%\n  variant full = small\n  variant logs = small only log');
    expect(row(made, 'logs').corrupted).toBeUndefined();
    expect(job(made, 'logs').kind).toBe('train');
  });
});

test('noise says on which cases its deviations are fitted, as everything fitted', () => {
  const line = '  variant v = small corrupt metric noise 0.5';
  expect(params(plan(line, 'seeds = 1'), 'corrupt.metric')).toEqual([
    { at: 'test', seed: 1, noise: 0.5, fit: 'train' },
  ]);
  expect(params(plan(line, 'seeds = 1   profile = paper'), 'corrupt.metric')).toEqual([
    { at: 'test', seed: 1, noise: 0.5, fit: 'all' },
  ]);
});
