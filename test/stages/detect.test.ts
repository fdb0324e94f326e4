/** One case in memory: the features and answers of the run, and what it took. */
import { expect, test } from 'vitest';
import { planSpec } from '../../src/graph/plan-spec.ts';
import { collectResults } from '../../src/run/results.ts';
import { openArtefact, openStore } from '../../src/run/store.ts';
import type { Detection } from '../../src/stages/detect.ts';
import { emptyWorld } from '../graph/support.ts';
import { resolveText } from '../spec/support.ts';
import { runStages } from '../support/run-stages.ts';
import { tempFolder } from '../support/temp.ts';

const folder = tempFolder('detect');
const text = (metric: string, trace: string, log: string) => `med 1
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
}`;

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
  expect(Math.min(...(full?.jobs[0]?.cost?.detect_seconds ?? []))).toBeGreaterThan(0);
  expect(full?.jobs[1]?.cost?.answer_seconds).toHaveLength(detection.ids.length);
  expect(majority?.jobs[0]?.cost?.detect_seconds).toBeUndefined();
});
