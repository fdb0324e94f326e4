/** What `medx why` finds between two jobs: the cause, not its effects. */
import { expect, test } from 'vitest';
import type { StageNode } from '../../src/graph/plan.ts';
import { openStore } from '../../src/run/store.ts';
import { changesBetween, explainJob } from '../../src/run/why.ts';
import { runStages, stageNode } from '../support/run-stages.ts';
import { tempFolder } from '../support/temp.ts';

/** Any stage will do: only what it is made of counts. */
const kind = (name: string) => async () => ({
  kind: name,
  version: 1,
  cost: 'light' as const,
  run: async () => undefined,
});

const named = (label: string, node: StageNode): StageNode => ({ ...node, label });
const finder = (...nodes: readonly StageNode[]) => {
  const all = new Map(nodes.map((node) => [node.hash, node]));
  return (hash: string) => all.get(hash);
};

/** cases → features → train, as a plan has them. */
function chain({ digest = 'aaa', window = 60, lr = 0.1, version = 1, folds = [1, 2] } = {}) {
  const cases = named('cases d3', stageNode('sum', 1, { value: 4, digest }));
  const features = named(
    'features d3',
    stageNode('sum', version, { value: 1, steps: [{ op: 'window', window }] }, { cases }),
  );
  const params = { train: { lr, epochs: 3 }, seed: 1, folds };
  const train = named(
    'full seed 1',
    stageNode('train', 1, { ...params, steps: 1 }, { cases, features }, 'train'),
  );
  return [cases, features, train] as const;
}

test.each([
  [{ digest: 'bbb' }, ['cases d3: digest aaa → bbb (train)']],
  [{ window: 30 }, ['features d3: steps.0.window 60 → 30 (train)']],
  [{ version: 2 }, ['features d3: version 1 → 2 (train)']],
  [{ lr: 0.2 }, ['full seed 1: train.lr 0.1 → 0.2 ()']],
  [{ folds: [1, 3] }, ['full seed 1: folds [1,2] → [1,3] ()']],
  [{ digest: 'bbb', lr: 0.2 }, ['cases d3: digest aaa → bbb (train)', 'full seed 1: train.lr 0.1 → 0.2 ()']],
])('%j is told as its cause alone, upstream first', (change, expected) => {
  const [old, now] = [chain(), chain(change)];
  const found = changesBetween(old[2], now[2], finder(...old, ...now));
  const texts = found.map(
    ({ stage, what, old: a, new: b, way }) =>
      `${stage}: ${what} ${typeof a === 'string' ? a : JSON.stringify(a)} → ${typeof b === 'string' ? b : JSON.stringify(b)} (${way.slice(1).join(' → ')})`,
  );
  expect(texts).toEqual(expected);
});

test('an input that is new or gone, and a setting that is, are told with none on the other side', () => {
  const [cases, features] = chain();
  const old = stageNode('train', 1, { steps: 1 }, { cases }, 'train');
  const now = stageNode('train', 1, { steps: 1, clip: 5 }, { cases, log: features }, 'train');
  expect(changesBetween(old, now, finder(cases, features))).toEqual([
    { stage: now.label, way: ['train'], what: 'input log', new: 'features d3' },
    { stage: now.label, way: ['train'], what: 'clip', new: 5 },
  ]);
});

test('the nearest earlier job has the same name and the fewest differences; a job that is there needs none', async () => {
  const root = tempFolder();
  const store = openStore(root);
  const [near, far] = [chain({ lr: 0.2 }), chain({ lr: 0.3, window: 30, digest: 'ccc' })];
  const other = [...chain({ lr: 0.15 })] as StageNode[];
  other[2] = named('half seed 1', other[2]!);
  const made = [...near, ...far, ...other];
  await runStages(made, root, { kinds: { sum: kind('sum'), train: kind('train') } });
  const [, , job] = chain();
  const find = finder(...made, ...chain());
  const why = explainJob(store, job, find, made);
  expect(why).toMatchObject({
    state: 'to_run',
    below: 2,
    nearest: { hash: near[2].hash, label: 'full seed 1' },
  });
  expect(why.changes.map(({ what }) => what)).toEqual(['train.lr']);
  expect(explainJob(store, near[2], find, made)).toMatchObject({
    state: 'cached',
    changes: [],
    job: { made: expect.any(String) },
  });
  expect(explainJob(store, job, find, [])).not.toHaveProperty('nearest');
});
