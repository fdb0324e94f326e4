/** From the text of a file over a small set of extracted events to the answers of a trained model. */
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { digestDataset } from '../../src/data/dataset.ts';
import { planSpec } from '../../src/graph/plan-spec.ts';
import { needsOf, type World } from '../../src/graph/world.ts';
import type { FeatureAxes, Predictions } from '../../src/stages/contracts.ts';
import { resolveText } from '../spec/support.ts';
import { type SetFiles, writeSet } from '../support/alerts.ts';
import { runStages } from '../support/run-stages.ts';
import { tempFolder } from '../support/temp.ts';

/** 24 failures of two types: a leak raises memory, a crash brings errors. Whatever else is noticed says nothing. */
function files(): SetFiles {
  const keys = Array.from({ length: 24 }, (_, i) => i);
  const leak = (i: number) => i % 2 === 0;
  const part = (i: number) => (i < 16 ? 'train' : 'test');
  const json = (of: (i: number) => unknown) =>
    JSON.stringify(Object.fromEntries(keys.map((i) => [i, of(i)])));
  return {
    'label.csv': [
      'index,instance,anomaly_type,data_type',
      ...keys.map((i) => `${i},shop-${i % 3},${leak(i) ? 'leak' : 'crash'},${part(i)}`),
    ].join('\n'),
    'metrics.json': json((i) => [
      [`shop-${i % 3}`, leak(i) ? 'memory' : 'cpu', 'up'],
      ['db-0', 'disk', i % 4 < 2 ? 'up' : 'down'],
      ...(i === 20 ? [['db-0', 'never seen in training', 'up']] : []),
    ]),
    'logs.json': json((i) => [[`shop-${i % 3}`, '1']]),
    'traces.json.gz': json((i) => (leak(i) ? [] : [['-1', `shop-${i % 3}`, '/buy', '500']])),
  };
}

const text = `med 1
dataset d { from = alerts("set")   split = published(valid: 25%) }
model m {
  encode log    = events -> transformer(heads: 2) -> pool
  encode metric = events(by: [kpi, direction]) -> idf -> transformer(heads: 2) -> pool(max)
  encode trace  = events(by: [callee, kind]) -> log1p -> transformer(heads: 2) -> linear
  dim = 16
  mao { alpha = 0.5   beta = 0.3 }
}
train quick { optimiser = adamw(lr: 1e-2)   epochs = 30   batch = 8 }
experiment e { data = d   train = quick   seeds = 1   device = cpu   variant full = m }
`;

async function run(dataRoot: string, store: string, but: readonly string[] = []) {
  const spec = resolveText(text);
  const { datasets, engines } = needsOf(spec);
  const digest = await digestDataset('alerts', join(dataRoot, 'set'), store, datasets[0]?.options);
  const world: World = {
    datasets: datasets.map((need) => ({ ...need, status: { present: true, digest } })),
    models: [],
    engines: engines.map((need) => ({ ...need, status: { available: true, device: 'cpu' } })),
  };
  const plan = planSpec(spec, world);
  const stages = plan.stages.filter(({ kind }) => !but.includes(kind));
  const ran = await runStages(stages, store, { dataRoot });
  const of = (kind: string, label = '') => {
    const found = stages.find((stage) => stage.kind === kind && stage.label.startsWith(label));
    if (!found) throw new Error(`no stage ${kind} ${label}`);
    return ran.artefact(found);
  };
  return { of, notices: ran.notices };
}

test('a model learns from the events of every modality', async () => {
  const folder = tempFolder('alerts-run');
  const { of, notices } = await run(writeSet(folder, files()), join(folder, 'store'));
  const { test: answers, valid } = of('train').json<Predictions>('predictions');
  expect([answers.length, valid.length]).toEqual([8, 4]);
  expect(answers.map(({ answer }) => answer)).toEqual(answers.map(({ truth }) => truth));
  const { shape } = of('features.events', 'metric').array('x');
  expect(shape).toEqual([24, 1, 4]);
  expect(of('features.events', 'metric').json<FeatureAxes>('axes').events).toEqual([
    'cpu up',
    'disk down',
    'disk up',
    'memory up',
  ]);
  expect(notices.map(({ message }) => message)).toContain(
    'metric: 1 record of never seen in training up left out: not seen in the training cases',
  );
});

test('the same events in packed files, keys in another order, give the same features to the bit', async () => {
  const shuffled = Object.fromEntries(
    Object.entries(files()).map(([name, content]) => {
      if (!name.includes('json')) return [name, content];
      const backwards = Object.entries(JSON.parse(content)).reverse();
      const body = backwards.map(([key, list]) => `"${key}": ${JSON.stringify(list)}`).join(',\n');
      return [name.endsWith('.gz') ? name.replace('.gz', '') : `${name}.gz`, `{${body}}`];
    }),
  );
  const made = await Promise.all(
    [files(), shuffled].map(async (set) => {
      const folder = tempFolder('alerts-run');
      const { of } = await run(writeSet(folder, set), join(folder, 'store'), ['train']);
      return ['log', 'metric', 'trace'].map((one) => Array.from(of('features.events', one).array('x').data));
    }),
  );
  expect(made[1]).toEqual(made[0]);
});
