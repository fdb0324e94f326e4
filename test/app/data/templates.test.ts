import { describe, expect, test } from 'vitest';
import { showDiff, showTemplates } from '../../../src/app/cli/templates.ts';
import { createDrain } from '../../../src/data/drain/drain.ts';
import { MedxError } from '../../../src/diagnostics/diagnostic.ts';
import type { Plan } from '../../../src/graph/plan.ts';
import { openStore, writeNode } from '../../../src/run/store.ts';
import { stageRegistry } from '../../../src/stages/registry.ts';
import type { StageContext } from '../../../src/stages/stage.ts';
import { isBuilt } from '../../run/support.ts';
import { runStages, stageNode } from '../../support/run-stages.ts';
import { tempFolder } from '../../support/temp.ts';
import { medxData } from './support.ts';

/** Two folds whose trees were learnt from these lines, and a third whose tree is not in the store. */
const lines = [
  ['user 1 in', 'user 2 in', 'disk full'],
  ['user 1 in', 'disk full', 'out of memory now'],
];
const folder = tempFolder('templates');
const store = openStore(`${folder}/store`);
const drains = [0, 1, 2].map((fold) => ({
  ...stageNode('drain', 2, { fold }),
  label: `drain d fold ${fold + 1}`,
}));
const trains = drains.map((drain) => stageNode('train', 1, {}, { log: drain }, 'train'));
const plan: Plan = {
  experiments: [
    {
      name: 'e',
      data: 'd',
      simulated: false,
      standIns: [],
      cases: '',
      notes: [],
      rows: [
        { name: 'majority', kind: 'baseline', jobs: [] },
        { name: 'full', kind: 'variant', jobs: trains.map(({ hash }, fold) => ({ seed: 1, fold, hash })) },
      ],
    },
  ],
  stages: [...drains, ...trains],
};
const learn = async (params: { fold: number }, { out }: StageContext): Promise<void> => {
  const drain = createDrain({
    similarity: 0.5,
    depth: 3,
    children: 100,
    clusters: 9,
    delimiters: '_',
    masks: [],
  });
  for (const line of lines[params.fold] ?? []) drain.fit(line);
  out.json('tree', drain.save());
};
const kinds = {
  ...stageRegistry,
  drain: async () => ({ kind: 'drain', version: 2, cost: 'light' as const, run: learn }),
};
await runStages(drains.slice(0, 2), store.root, { kinds: kinds as unknown as typeof stageRegistry });
for (const node of [...drains, ...trains]) writeNode(store, node);

const codes = (run: () => unknown): string[] => {
  try {
    run();
  } catch (error) {
    if (error instanceof MedxError) return error.diagnostics.map(({ code }) => code);
    throw error;
  }
  return [];
};

test('lists templates with lines, number and path, and the nodes on request', () => {
  expect(showTemplates(store, plan, {}).split('\n').slice(2)).toEqual([
    'lines     id  path  template',
    '    1      2  2     disk full',
    '    2      1  3     user <:*:> in',
    '',
  ]);
  expect(showTemplates(store, plan, { tree: true })).toContain('3\t-\t2\n3\t1\t2\tuser <:*:> in\n');
  const { rows } = JSON.parse(showTemplates(store, plan, { json: true, fold: '2' })) as { rows: unknown[] };
  expect(rows).toContainEqual({ path: ['4'], id: 3, size: 1, template: 'out of memory now' });
});

test('compares two folds, or two artefacts by hash', () => {
  const found = [
    '1 the same, 1 gained, 0 lost, 1 changed',
    '+ out of memory now',
    '< user <:*:> in',
    '> user 1 in',
    '',
  ];
  expect(showDiff(store, plan, ['1/1', '1/2'], {}).split('\n').slice(2)).toEqual(found);
  const hashes = drains.map(({ hash }) => hash);
  expect(showDiff(store, undefined, hashes.slice(0, 2), {}).split('\n').slice(2)).toEqual(found);
});

test('says what is missing', () => {
  expect(codes(() => showTemplates(store, plan, { fold: '3' }))).toEqual(['MED3530']);
  expect(codes(() => showTemplates(store, plan, { fold: '4' }))).toEqual(['MED3533']);
  expect(codes(() => showTemplates(store, plan, { variant: 'none' }))).toEqual(['MED3533']);
  expect(codes(() => showTemplates(store, undefined, {}))).toEqual(['MED3532']);
  expect(codes(() => showDiff(store, plan, ['1/1'], {}))).toEqual(['MED3531']);
  expect(codes(() => showDiff(store, undefined, ['1/1', '1/2'], {}))).toEqual(['MED3532']);
  expect(codes(() => showDiff(store, plan, ['1/1', trains[0]!.hash], {}))).toEqual(['MED3534']);
});

describe.runIf(isBuilt)('medx data templates', () => {
  test('compares artefacts of a store without a file', () => {
    const [a, b] = drains.map(({ hash }) => hash.slice(0, 10)) as [string, string];
    const { code, out } = medxData(folder, folder, 'templates', '--diff', a, b, '--json');
    expect(code).toBe(0);
    expect(JSON.parse(out)).toMatchObject({ same: 1, gained: ['out of memory now'], lost: [] });
    expect(medxData(folder, folder, 'templates').err).toContain('MED3532');
  });
});
