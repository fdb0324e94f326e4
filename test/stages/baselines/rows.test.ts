/** The sanity rows over made-up artefacts: what they learn, what they cannot know, and that no label of a test case is read. */
import { afterAll, describe, expect, test } from 'vitest';
import { type StageKindName, stageKinds } from '../../../src/catalog/stages.ts';
import { openStore, readTiming } from '../../../src/run/store.ts';
import type { CaseRow, CaseTable, FeatureAxes, Predictions, Split } from '../../../src/stages/contracts.ts';
import type { ArtefactWriter, JsonObject } from '../../../src/stages/stage.ts';
import { runStages, stageNode } from '../../support/run-stages.ts';
import { tempFolder } from '../../support/temp.ts';
import { given } from '../given.ts';

const cases = 60;
const windows = 4;
const classes = ['cpu', 'leak', 'network'];
const labelOf = (i: number) => (i % 5 < 3 ? 0 : i % 5 === 3 ? 1 : 2);
const split: Split = {
  train: Array.from({ length: 35 }, (_, i) => i),
  valid: [35, 36, 37, 38, 39],
  test: Array.from({ length: 20 }, (_, i) => 40 + i),
};
/** Noise that knows nothing of the case: the same on every machine. */
const noise = (n: number) => Math.sin(n * 12.9898) * 0.5;

type Carrier = 'metric' | 'trace' | 'log' | 'events' | 'both' | 'nothing' | 'absent';

function tableOf(change: (row: CaseRow, i: number) => CaseRow = (row) => row): CaseTable {
  const row = (i: number): CaseRow => ({
    id: `case ${i}`,
    label: labelOf(i),
    injected: 1e6 * i,
    start: 1e6 * i - 1e5,
    end: 1e6 * i + 1e5,
    instance: `shop-${i % 3}`,
    service: 'shop',
    day: '2024-01-01',
    group: i,
  });
  return {
    simulated: false,
    classes,
    windows,
    windowMs: 60_000,
    refused: [],
    cases: Array.from({ length: cases }, (_, i) => change(row(i), i)),
  };
}

/** Of cases in which only KPI and line together tell leak from cpu: of leaks one of them is there, of cpu both or neither. */
const loud = (i: number) => Math.floor(i / 5) % 2;
const spoken = (i: number) => (labelOf(i) === 1 ? 1 - loud(i) : loud(i));

/** Telemetry in which the modality `carrier` alone tells the classes apart, or metrics and logs `both` together. */
function artefacts(carrier: Carrier, table: CaseTable): Record<string, (out: ArtefactWriter) => void> {
  const coverage = Array.from({ length: cases }, () => (carrier === 'absent' ? 0 : windows));
  const array = (
    modality: 'metric' | 'trace' | 'log',
    inner: readonly number[],
    names: Partial<FeatureAxes>,
  ) => {
    const shape = [cases, ...inner];
    const size = inner.reduce((a, b) => a * b, 1);
    const series = inner.at(-1) ?? 1;
    const told = carrier === modality || (carrier === 'events' && modality === 'log');
    const both = carrier === 'both' && modality === 'metric';
    const isLoud = (i: number, s: number) =>
      both ? s === (labelOf(i) === 2 ? 2 : 0) && (s === 2 || loud(i) === 1) : told && s === labelOf(i);
    return (out: ArtefactWriter) => {
      const data = Float32Array.from({ length: cases * size }, (_, at) => {
        const [i, s] = [Math.floor(at / size), at % series];
        const value = (isLoud(i, s) ? 3 : 0) + (carrier === 'both' ? 0 : Math.abs(noise(at)));
        return carrier === 'absent' ? 0 : carrier === 'events' ? Math.round(value) : value;
      });
      out.array('x', { shape, data });
      out.json('axes', { modality, coverage, ...names } satisfies FeatureAxes);
    };
  };
  const three = ['a', 'b', 'c'];
  return {
    cases: (out) => out.json('cases', table),
    split: (out) => out.json('split', split),
    ...(carrier === 'events'
      ? { log: array('log', [windows, 3], { events: three }) }
      : {
          metric: array('metric', [2, windows, 3], { instances: ['x', 'y'], kpis: three }),
          trace: array('trace', [windows, 3], { links: three }),
          drain: (out) => {
            out.json('templates', three);
            const rows = Array.from({ length: carrier === 'absent' ? 0 : cases }, (_, i) =>
              [i, 3, carrier === 'log' ? labelOf(i) : carrier === 'both' ? spoken(i) : i % 2, 4].concat([]),
            );
            out.array('counts', { shape: [rows.length, 4], data: Int32Array.from(rows.flat()) });
          },
        }),
  };
}

const settings: Readonly<Record<string, JsonObject>> = {
  majority: {},
  stratified_random: { seed: 1 },
  logreg: { c: 1 },
  random_forest: { seed: 1, trees: 30, class_weight: 'none' },
  diagmlp: {
    seed: 1,
    engine: { executor: 'onnx', device: 'cpu', threads: 1 },
    hidden: 16,
    lr: 1e-2,
    epochs: 100,
    patience: 10,
  },
};
const learners = ['logreg', 'random_forest', 'diagmlp'];
const folder = tempFolder('rows');
let stores = 0;
afterAll(() => expect(stores).toBeGreaterThan(0));

async function answers(
  method: string,
  carrier: Carrier,
  options: { readonly table?: CaseTable; readonly params?: JsonObject } = {},
) {
  const { nodes, kinds } = given(artefacts(carrier, options.table ?? tableOf()));
  const kind = `baseline.${method}` as StageKindName;
  const reads = learners.includes(method);
  const { cases: table, split: parts, ...telemetry } = nodes;
  if (!table || !parts) throw new Error('there are cases and a split');
  const inputs = {
    cases: table,
    split: parts,
    ...(reads ? telemetry : {}),
    ...(reads && telemetry.drain ? { counts: telemetry.drain } : {}),
  };
  const params = { ...settings[method], ...options.params };
  const node = stageNode(kind, stageKinds[kind].version, params, inputs);
  const store = `${folder}/${stores++}`;
  const ran = await runStages([...Object.values(nodes), node], store, { kinds });
  const { test: tested } = ran.artefact(node).json<Predictions>('predictions');
  const right = tested.filter(({ answer, truth }) => answer === truth).length / tested.length;
  return {
    tested,
    right,
    answers: tested.map(({ answer }) => answer),
    notices: ran.notices,
    timing: readTiming(openStore(store), node.hash),
  };
}

describe.each(learners)('%s', (method) => {
  test.each(['metric', 'trace', 'log', 'events'] as const)('learns from %s', async (carrier) => {
    const { right } = await answers(method, carrier);
    expect(right).toBeGreaterThanOrEqual(0.95);
    expect((await answers('majority', carrier)).right).toBe(0.6);
  });

  test('answers near the majority where the telemetry carries nothing', async () => {
    const { right } = await answers(method, 'nothing');
    expect(right).toBeGreaterThan(0.3);
    expect(right).toBeLessThan(0.8);
  });

  test('answers the majority where there is no telemetry', async () => {
    const { tested, answers: given } = await answers(method, 'absent');
    expect(new Set(given)).toEqual(new Set([0]));
    expect(tested[0]?.probabilities[0]).toBeCloseTo(0.6);
  });
});

test('diagmlp learns what only two modalities together tell, a linear row cannot', async () => {
  expect((await answers('diagmlp', 'both')).right).toBe(1);
  // Leaks and half of what they are mistaken for: no line divides them.
  expect((await answers('logreg', 'both')).right).toBeLessThan(0.85);
});

test('who has nothing to read says so', async () => {
  expect((await answers('diagmlp', 'absent')).notices).toEqual([
    expect.objectContaining({ code: 'MED3740', count: split.test.length }),
  ]);
  expect((await answers('diagmlp', 'metric')).notices).toEqual([]);
});

test('stratified_random draws by class frequency and by seed', async () => {
  const seeds = Array.from({ length: 30 }, (_, seed) => seed);
  const drawn = await Promise.all(
    seeds.map((seed) => answers('stratified_random', 'nothing', { params: { seed } })),
  );
  const all = drawn.flatMap((one) => one.answers);
  const shares = classes.map((_, label) => all.filter((one) => one === label).length / all.length);
  // 600 draws: a standard error of 0.02.
  [0.6, 0.2, 0.2].forEach((share, label) => {
    expect(Math.abs((shares[label] ?? 0) - share)).toBeLessThan(0.08);
  });
  expect(drawn[0]?.answers).not.toEqual(drawn[1]?.answers);
  expect((await answers('stratified_random', 'nothing', { params: { seed: 0 } })).answers).toEqual(
    drawn[0]?.answers,
  );
});

describe('no prediction reads of a test case', () => {
  const tested = new Set([...split.test, ...split.valid]);
  const of = (row: CaseRow, i: number, change: Partial<CaseRow>) =>
    tested.has(i) ? { ...row, ...change } : row;
  const changes: readonly (readonly [what: string, (row: CaseRow, i: number) => CaseRow])[] = [
    ['its label', (row, i) => of(row, i, { label: (row.label + 1 + (i % 2)) % 3 })],
    ['its root cause', (row, i) => of(row, i, { instance: `other-${i * 7}` })],
    ['its fault time', (row, i) => of(row, i, { injected: row.injected + 997 * i, start: row.start - i })],
  ];
  test.each(
    Object.keys(settings).flatMap((method) =>
      changes.map(([what, change]) => [method, what, change] as const),
    ),
  )('%s: %s', async (method, _, change) => {
    const [before, after] = await Promise.all([
      answers(method, 'metric'),
      answers(method, 'metric', { table: tableOf(change) }),
    ]);
    const said = (one: typeof before) =>
      one.tested.map(({ answer, probabilities }) => [answer, probabilities]);
    expect(said(after)).toEqual(said(before));
  });

  test('while labels of training cases matter', async () => {
    const table = tableOf((row, i) => (tested.has(i) ? row : { ...row, label: (row.label + 1) % 3 }));
    for (const method of [...learners, 'majority'])
      expect((await answers(method, 'metric', { table })).answers).not.toEqual(
        (await answers(method, 'metric')).answers,
      );
  });
});

test('times are kept beside the artefact', async () => {
  const { timing } = await answers('logreg', 'metric');
  expect(timing?.cost?.fit_seconds).toBeGreaterThan(0);
  expect(timing?.cost?.answer_seconds).toHaveLength(split.test.length);
  expect(Math.min(...(timing?.cost?.answer_seconds ?? []))).toBeGreaterThan(0);
});
