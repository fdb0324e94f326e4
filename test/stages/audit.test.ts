/** What `audit` says of cases, splits and features that make scores too good, and that it is silent where nothing is wrong. */
import { expect, test } from 'vitest';
import type { CaseRow, CaseTable, FeatureAxes, Split } from '../../src/stages/contracts.ts';
import { runStages, stageNode } from '../support/run-stages.ts';
import { tempFolder } from '../support/temp.ts';
import { given } from './given.ts';

const n = 36;
const table = (of: (i: number) => Partial<CaseRow> = () => ({})): CaseTable => ({
  simulated: false,
  classes: ['cpu', 'io', 'memory'],
  windows: 2,
  windowMs: 60_000,
  cases: Array.from({ length: n }, (_, i) => ({
    id: `case ${i}`,
    injected: i,
    start: i,
    end: i + 1,
    label: i % 3,
    service: `s${Math.floor(i / 3) % 2}`,
    instance: `s${Math.floor(i / 3) % 2}`,
    day: i < n / 2 ? '2024-01-01' : '2024-01-02',
    group: i,
    ...of(i),
  })),
  refused: [],
});

/** Every third case of each class is asked. */
const asked = (i: number) => Math.floor(i / 3) % 3 === 2;
const all = Array.from({ length: n }, (_, i) => i);
const split: Split = {
  train: all.filter((i) => !asked(i) && i % 4 > 0),
  valid: all.filter((i) => !asked(i) && i % 4 === 0),
  test: all.filter(asked),
};

/** Noise, the same in every run. */
const noise = (i: number, k: number) => Math.fround(((i * 7919 + k * 104_729) % 1009) / 1009);

interface Setting {
  readonly cases?: CaseTable;
  /** Feature k of case i: of two instances, two windows and three KPIs. */
  readonly metric?: (i: number, k: number) => number;
  readonly published?: boolean;
}

async function alarms({ cases = table(), metric = noise, published = false }: Setting): Promise<string[]> {
  const axes: FeatureAxes = {
    modality: 'metric',
    instances: ['frontend', 'cart'],
    kpis: ['cpu', 'memory', 'disk'],
    coverage: all.map(() => 2),
  };
  const { nodes, kinds } = given({
    cases: (out) => out.json('cases', cases),
    split: (out) => out.json('split', split),
    metric: (out) => {
      out.json('axes', axes);
      const data = Float32Array.from({ length: n * 12 }, (_, at) => metric(Math.floor(at / 12), at % 12));
      out.array('x', { shape: [n, 2, 2, 3], data });
    },
  });
  const audit = stageNode('audit', 1, { published }, nodes);
  const ran = await runStages([...Object.values(nodes), audit], tempFolder(), { kinds });
  const found = ran.notices.map(({ code, message }) => `${code}: ${message}`);
  expect(ran.artefact(audit).json('audit')).toEqual({ cases: n, features: 12, alarms: found.length });
  return found;
}

test('sound cases and features raise no alarm', async () => {
  expect(await alarms({})).toEqual([]);
});

test('test cases that overlap with training cases', async () => {
  const paired = table((i) => ({ group: Math.floor(i / 2) }));
  const [found] = await alarms({ cases: paired });
  expect(found).toMatch(/^MED6003: \d+ of 12 test cases overlap in time with cases that were learnt from/);
  // Stage `split` says it of a published one.
  expect(await alarms({ cases: paired, published: true })).toEqual([]);
});

test('a test case that is a training case again; cases without any features are not alike', async () => {
  // Case 8 is asked, case 5 was learnt from; 7 and 1 have no records at all.
  const metric = (i: number, k: number) => (i === 7 || i === 1 ? 0 : noise(i === 8 ? 5 : i, k));
  expect(await alarms({ metric })).toEqual([
    'MED6004: 1 of 12 test cases have the same features as one that was learnt from: case 8 and case 5',
  ]);
});

test('a feature that is the label, or orders the cases by it', async () => {
  const equals = (i: number, k: number) => (k === 7 ? [2, 0, 1][i % 3]! : noise(i, k));
  expect(await alarms({ metric: equals })).toEqual([
    'MED6005: metric: one feature tells the type of every case alone (cart memory, window 1): is it made from the label?',
  ]);
  const orders = (i: number, k: number) => (k < 2 ? 10 * (i % 3) + noise(i, k) : noise(i, k));
  expect(await alarms({ metric: orders })).toEqual([
    'MED6005: metric: each of 2 features tells the type of every case alone (frontend cpu, window 1): is it made from the label?',
  ]);
  // All but one case, or a feature that tells one class from the others, is no such feature.
  const nearly = (i: number, k: number) => (k === 7 ? (i === 4 ? 3 : i % 3) : noise(i, k));
  const one = (i: number, k: number) => (k === 7 ? Number(i % 3 === 1) : noise(i, k));
  expect(await alarms({ metric: nearly })).toEqual([]);
  expect(await alarms({ metric: one })).toEqual([]);
});

test('types that go with days or services', async () => {
  const found = await alarms({ cases: table((i) => ({ service: `s${i % 3}` })) });
  expect(found).toHaveLength(1);
  expect(found[0]).toMatch(/^MED3421: type and service are confounded: Cramér's V = 1\.00/);
});
