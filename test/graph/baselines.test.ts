/** Methods to compare with: text in, plan out. */
import { describe, expect, test } from 'vitest';
import type { Plan } from '../../src/graph/plan.ts';
import { planSpec } from '../../src/graph/plan-spec.ts';
import type { World } from '../../src/graph/world.ts';
import { resolveText } from '../spec/support.ts';
import { emptyWorld } from './support.ts';

const encoders = `
  encode log    = drain(depth: 4) -> weigh -> hashed(32) -> weighted_sum -> transformer(heads: 4) -> pool
  encode metric = standardize -> window_mean -> squeeze_excite -> transformer(heads: 4) -> pool
  dim = 32`;

interface Options {
  readonly source?: string;
  readonly blocks?: string;
  readonly sets?: readonly string[];
  readonly model?: string;
  readonly modalities?: readonly ('log' | 'metric' | 'trace')[];
}

function plan(lines: string, options: Options = {}): Plan {
  const {
    source = 'simulate(online_boutique)',
    blocks = '',
    sets = [],
    model = encoders,
    modalities,
  } = options;
  const text = `med 1
dataset d { from = ${source} }
model m {${model} }
${blocks}
experiment e {
  data = d   seeds = 1
  ${lines}
  variant full = m
}`;
  const spec = resolveText(text, sets);
  const world = emptyWorld(spec, { datasets: ['set'] });
  const datasets = world.datasets.map((one): World['datasets'][number] =>
    one.status.present && modalities ? { ...one, status: { ...one.status, modalities } } : one,
  );
  return planSpec(spec, { ...world, datasets });
}

const rows = (made: Plan) => made.experiments[0]?.rows ?? [];
const names = (made: Plan) =>
  rows(made)
    .filter((one) => one.kind === 'baseline')
    .map(({ name }) => name);
const stageOf = (made: Plan, row: string) => {
  const hash = rows(made).find(({ name }) => name === row)?.jobs[0]?.hash;
  const found = made.stages.find((one) => one.hash === hash);
  if (!found) throw new Error(`no row ${row}`);
  return found;
};
const inputOf = (made: Plan, row: string, input: string) =>
  made.stages.find(({ hash }) => hash === stageOf(made, row).inputs[input]);

test('a method brings the sanity rows along, majority alone does not, none is none', () => {
  expect(names(plan('baselines = [logreg]'))).toEqual([
    'logreg',
    'majority',
    'stratified_random',
    'random_forest',
  ]);
  expect(names(plan(''))).toEqual(['majority']);
  expect(names(plan('baselines = []'))).toEqual(['majority']);
  // A block of a method is that method's row.
  const blocks = 'baseline big { method = random_forest   trees = 7 }';
  expect(names(plan('baselines = [big]', { blocks }))).toEqual([
    'big',
    'majority',
    'stratified_random',
    'logreg',
  ]);
});

test('settings come from the block, the sweep and the command line, chance from the run', () => {
  const blocks = `baseline random_forest { trees = 7 }
baseline big { method = random_forest   trees = 500 }`;
  const lines = 'baselines = [random_forest, big]\n  sweep big each { trees = [600] }';
  const sets = ['big.class_weight=balanced', 'logreg.c=0.5'];
  const made = plan(lines, { blocks, sets });
  expect(stageOf(made, 'random_forest').params).toEqual({ trees: 7, class_weight: 'none', seed: 1 });
  expect(stageOf(made, 'big').params).toEqual({ trees: 500, class_weight: 'balanced', seed: 1 });
  expect(stageOf(made, 'big trees=600').params).toEqual({ trees: 600, class_weight: 'balanced', seed: 1 });
  expect(rows(made).find(({ name }) => name === 'big trees=600')?.point).toEqual({ trees: 600 });
  expect(stageOf(made, 'logreg').params).toEqual({ c: 0.5 });
  expect(stageOf(made, 'majority').params).toEqual({});
});

test('a setting of a method that is no row is refused', () => {
  expect(() => plan('', { sets: ['logreg.c=0.5'] })).toThrow('no experiment of the file has a row `logreg`');
});

test('it stands on the stages of the variants, with their templates', () => {
  const made = plan('baselines = [logreg]');
  const trained = stageOf(made, 'full');
  expect(stageOf(made, 'logreg').inputs.metric).toBe(trained.inputs.metric);
  expect(inputOf(made, 'logreg', 'drain')?.params).toMatchObject({ depth: 4 });
  expect(made.stages.filter(({ kind }) => kind === 'drain')).toHaveLength(1);
  expect(stageOf(made, 'logreg').inputs.counts).toBe(stageOf(made, 'logreg').inputs.drain);
  expect(rows(made).find(({ name }) => name === 'logreg')?.provenance).toBe('sanity');
});

test('corrupted telemetry of the experiment is that of its methods: fitted as ever, other test cases', () => {
  const sound = plan('baselines = [logreg]');
  const made = plan('baselines = [logreg]\n  corrupt log drop 30%\n  corrupt metric drop 20%');
  const row = rows(made).find(({ name }) => name === 'logreg');
  expect(row?.corrupted).toEqual(['at test: log drop 30%, metric drop 20%']);
  expect(stageOf(made, 'logreg').inputs.drain).toBe(stageOf(sound, 'logreg').inputs.drain);
  expect(inputOf(made, 'logreg', 'counts')?.kind).toBe('drain.match');
  expect(inputOf(made, 'logreg', 'metric')?.inputs.poor).toBeDefined();
  expect(stageOf(made, 'logreg').inputs.trace).toBe(stageOf(sound, 'logreg').inputs.trace);
  // It reads nothing, so nothing is wrong.
  expect(rows(made).find(({ name }) => name === 'majority')?.corrupted).toBeUndefined();
});

test('a method that trains a network is given the engine of the experiment, the seed and a process of its own', () => {
  const made = plan('baselines = [dejavu, isquad]   threads = 2');
  const { params, cost, inputs } = stageOf(made, 'dejavu');
  expect(params.engine).toEqual(stageOf(made, 'full').params.engine);
  expect(params).toMatchObject({ seed: 1, layers: 8, engine: { threads: 2 } });
  expect(cost).toBe('train');
  expect(Object.keys(inputs).sort()).toEqual(['cases', 'samples', 'spans', 'split']);
  expect(stageOf(made, 'isquad').params.engine).toBeUndefined();
  expect(stageOf(made, 'isquad').params.seed).toBeUndefined();
});

test('a method that reads records is given the corrupted ones of the test cases beside the sound ones', () => {
  const sound = plan('baselines = [isquad]');
  const made = plan('baselines = [isquad]\n  corrupt metric drop 20%');
  expect(stageOf(made, 'isquad').inputs.samples).toBe(stageOf(sound, 'isquad').inputs.samples);
  expect(inputOf(made, 'isquad', 'poor_samples')?.kind).toBe('corrupt.metric');
});

describe('methods that read events', () => {
  const events = (made: Plan, row = 'diagfusion') => inputOf(made, row, 'events');

  test('find them in records, once for all such methods, with the templates that there are', () => {
    const made = plan('baselines = [diagfusion, microcbr, logreg]');
    expect(events(made)?.kind).toBe('events.find');
    expect(Object.keys(events(made)?.inputs ?? {}).sort()).toEqual([
      ...['cases', 'drain', 'lines', 'samples', 'spans', 'split'],
    ]);
    expect(events(made, 'microcbr')?.hash).toBe(events(made)?.hash);
    expect(events(made)?.inputs.drain).toBe(stageOf(made, 'logreg').inputs.drain);
  });

  test('take them as they are where the source has them', () => {
    const model = '\n  encode log = events -> transformer(heads: 4) -> pool\n  dim = 32';
    expect(events(plan('baselines = [diagfusion]', { source: 'alerts("set")', model }))?.kind).toBe('events');
  });

  test('look for them in what corruption has left, and learn what is usual from sound records', () => {
    const sound = plan('baselines = [diagfusion]');
    const made = plan('baselines = [diagfusion]\n  corrupt log drop 30%\n  corrupt metric drop 20%');
    const { poor_lines, poor_samples, poor_spans, ...others } = events(made)?.inputs ?? {};
    expect(others).toEqual(events(sound)?.inputs);
    expect([poor_lines, poor_samples].every((one) => one !== undefined)).toBe(true);
    expect(poor_spans).toBeUndefined();
  });
});

describe('what the data do not have', () => {
  test('a method does without what it reads but does not need', () => {
    const without = (modality: string) => {
      const modalities = (['log', 'metric', 'trace'] as const).filter((one) => one !== modality);
      return plan('baselines = [dejavu]', { source: 'nezha("set")', modalities });
    };
    expect(Object.keys(stageOf(without('trace'), 'dejavu').inputs).sort()).toEqual([
      'cases',
      'samples',
      'split',
    ]);
    expect(without('metric').experiments[0]?.notes).toContain(
      'dejavu is left out: it reads metric, trace, and the data have no metric.',
    );
  });

  test('a modality without files is not read', () => {
    const options = { source: 'nezha("set")', modalities: ['metric'] } as const;
    const made = plan('baselines = [logreg]', options);
    expect(Object.keys(stageOf(made, 'logreg').inputs).sort()).toEqual(['cases', 'metric', 'split']);
  });

  test('a method that has nothing to read is left out, and a note says so', () => {
    const made = plan('baselines = [logreg]', { source: 'nezha("set")', modalities: [] });
    expect(names(made)).toEqual(['majority', 'stratified_random']);
    expect(made.experiments[0]?.notes).toContain(
      'logreg is left out: it reads log, metric, trace, and the data have no log, metric, trace.',
    );
  });

  test('extracted events are read as counts per window', () => {
    const model = '\n  encode log = events -> transformer(heads: 4) -> pool\n  dim = 32';
    const made = plan('baselines = [logreg]', { source: 'alerts("set")', model });
    expect(inputOf(made, 'logreg', 'trace')?.kind).toBe('features.events');
    expect(stageOf(made, 'logreg').inputs.log).toBe(stageOf(made, 'full').inputs.log);
    expect(stageOf(made, 'logreg').inputs.drain).toBeUndefined();
  });
});
