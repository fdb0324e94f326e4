/** One case in memory: the features and answers of the run, and what it took. */
import { expect, test } from 'vitest';
import { planSpec } from '../../src/graph/plan-spec.ts';
import { timeColumns } from '../../src/report/columns.ts';
import { collectResults } from '../../src/run/results.ts';
import { openArtefact, openStore } from '../../src/run/store.ts';
import type { Detection } from '../../src/stages/contracts.ts';
import { emptyWorld } from '../graph/support.ts';
import { recordOf, tablesOfRecord } from '../report/support.ts';
import { resolveText } from '../spec/support.ts';
import { runStages } from '../support/run-stages.ts';
import { tempFolder } from '../support/temp.ts';

const folder = tempFolder('detect');
const text = (metric: string, trace: string, log: string, more = '') => `med 1
dataset d {
  from   = simulate(online_boutique, cases: 12, seed: 3, rate: 0.1)
  window = 60s
  case   = 5m before .. 5m after
  split  = stratified(train: 50%, valid: 20%, test: 30%)
}
model small {
  encode log    = drain -> ${log} -> transformer(heads: 4) -> pool
  encode metric = ${metric} -> squeeze_excite -> transformer(heads: 4) -> pool
  encode trace  = ${trace} -> transformer(heads: 4) -> linear
  dim = 32
}
train short { epochs = 1 }
experiment e { data = d   train = short   seeds = 1..2   baselines = [majority]
  variant full = small
${more}}`;

test.each([
  [
    'standardize -> difference -> window_mean',
    'spans(by: [caller, callee]) -> standardize -> three_sigma -> weigh',
    'weigh -> hashed(32) -> weighted_sum',
  ],
  [
    'log1p -> difference -> standardize -> window_mean',
    'spans(by: [callee, operation], duration: gap) -> log1p -> standardize -> window_mean',
    'hashed(32) -> weighted_sum -> scale(rms: 2)',
  ],
])('features from memory are those of the run to the bit: %s', async (metric, trace, log) => {
  const spec = resolveText(text(metric, trace, log));
  const plan = planSpec(spec, emptyWorld(spec));
  // The stage itself refuses features that differ from those of the run.
  await runStages(plan.stages, folder);
  const store = openStore(folder);
  const [experiment] = plan.experiments;
  const [first, second] = experiment?.rows[0]?.jobs ?? [];
  expect(second?.detect).toBeUndefined();
  const detection = openArtefact(store, first?.detect ?? '').json<Detection>('detection');
  expect(detection.difference).toBeLessThan(1e-5);
  expect(detection.ids.length).toBeGreaterThan(2);
  expect(Math.min(...Object.values(detection.records))).toBeGreaterThan(50);
  const [full, majority] = collectResults(store, plan)[0]?.rows ?? [];
  expect(full?.jobs[0]?.cost?.detect_seconds).toHaveLength(detection.ids.length);
  expect(full?.jobs[0]?.cost?.online_seconds).toHaveLength(detection.ids.length);
  expect(detection.other_answers).toBe(0);
  expect(Math.min(...(full?.jobs[0]?.cost?.detect_seconds ?? []))).toBeGreaterThan(0);
  expect(full?.jobs[1]?.cost?.answer_seconds).toHaveLength(detection.ids.length);
  expect(majority?.jobs[0]?.cost?.detect_seconds).toBeUndefined();
});

test('a detector in 8 bits has times of its own, and the table says how near its answers are', async () => {
  const own = tempFolder('detect-int8');
  const wide = text(
    'standardize -> window_mean',
    'spans -> standardize -> window_mean',
    'hashed(32) -> weighted_sum',
    '  detector = int8',
  ).replace('dim = 32', 'dim = 64');
  const spec = resolveText(wide.replace('seeds = 1..2', 'seeds = 1'));
  const plan = planSpec(spec, emptyWorld(spec));
  await runStages(plan.stages, own);
  const [result] = collectResults(openStore(own), plan);
  const { detector } = result?.rows[0]?.jobs[0]?.cost ?? {};
  expect(detector?.numbers).toBe('int8');
  // 32-bit numbers come to 1e-7 of the model's.
  expect(detector?.difference).toBeGreaterThan(1e-5);
  expect(detector?.difference).toBeLessThan(0.05);
  if (!result) throw new Error('no result');
  const [table] = tablesOfRecord({ ...recordOf(), experiments: [result] });
  const fact = table?.facts.find(([key]) => key === 'detector')?.[1];
  expect(fact).toMatch(
    /^int8, whose times stand beside full: probabilities within 0\.\d+ of the model's, .* in \d+ cases$/,
  );
  expect(timeColumns(table ?? { rows: [] }).map(({ key }) => key)).toEqual([
    'fit_time',
    'answer_time',
    'detect_time',
    'online_time',
  ]);
});
