/** ART over hand-made channels: where deviations alone must win, and where nothing deviates or nothing normal is known. */
import { expect, test } from 'vitest';
import { tempFolder } from '../../support/temp.ts';
import {
  type Artefact,
  ask,
  callsOf,
  cases,
  caseTable,
  type Line,
  labelOf,
  linesOf,
  majority,
  split,
  windows,
} from './support.ts';

const instances = ['cart-0', 'pay-0', 'web-0', 'web-1'];
const kpis = ['cpu', 'memory', 'packets'];
const store = tempFolder('art');
const quick = { engine: { executor: 'onnx', device: 'cpu', threads: 1 }, batch: 32, lr: 1e-2, epochs: 40 };

/** A course that the window before tells: up and down by turns, whatever the case. */
const usual = (i: number, instance: number, kpi: number, window: number) =>
  ((i + instance + kpi + window) % 2 === 0 ? 1 : -1) * 0.5;

function metricOf(at: typeof usual, covered = windows): Artefact {
  return (out) => {
    const shape = [cases, instances.length, windows, kpis.length];
    const data = new Float32Array(shape.reduce((a, b) => a * b, 1));
    let place = 0;
    for (let i = 0; i < cases; i++)
      for (let n = 0; n < instances.length; n++)
        for (let w = 0; w < windows; w++)
          for (let k = 0; k < kpis.length; k++) data[place++] = covered > 0 ? at(i, n, k, w) : 0;
    out.array('x', { shape, data });
    const coverage = Array.from({ length: cases }, () => covered);
    out.json('axes', { modality: 'metric', instances, kpis, coverage });
  };
}

/** From the fault on the KPI of its class leaves its course, up or down, at an instance that training cases never had it at. */
const deviant: typeof usual = (i, instance, kpi, window) => {
  const where = (split.train.includes(i) ? 0 : 2) + (i % 2);
  const off = window >= windows / 2 && instance === where && kpi === labelOf(i);
  return usual(i, instance, kpi, window) + (off ? (i % 4 < 2 ? 4 : -4) : 0);
};
const spans = callsOf(
  ['cart', 'pay', 'web'],
  [
    [2, 0],
    [0, 1],
  ],
);

test('knows a failure by what deviates, wherever and in whichever direction', async () => {
  const { right, notices } = await ask('art', `${store}/wins`, { metric: metricOf(deviant), spans }, quick);
  expect(right).toBe(1);
  expect(notices).toEqual([]);
  // Levels of the instances say nothing there.
  expect((await ask('logreg', `${store}/levels`, { metric: metricOf(deviant) })).right).toBeLessThan(0.8);
});

test('the same seed gives the same answers to the bit', async () => {
  const run = async (name: string, seed: number) =>
    (await ask('art', `${store}/${name}`, { metric: metricOf(deviant), spans }, { ...quick, seed })).tested;
  expect(await run('again 1', 1)).toEqual(await run('again 2', 1));
});

test('reads lines by their number and their errors, without any metric', async () => {
  const lines = Array.from({ length: cases * windows }, (_, at): Line[] => {
    const [index, window] = [Math.floor(at / windows), at % windows];
    const late = window >= windows / 2;
    const plain = { index, window, instance: `web-${index % 2}`, message: 'order 7 is placed' };
    const error = { ...plain, message: 'payment failed: connection reset' };
    const more = late && labelOf(index) === 2 ? 40 : 3;
    return [
      ...Array.from({ length: more }, () => plain),
      ...(late && labelOf(index) === 1 ? [error, error, error] : []),
    ];
  }).flat();
  const { right } = await ask('art', `${store}/lines`, { lines: linesOf(lines) }, quick);
  expect(right).toBeGreaterThanOrEqual(0.9);
});

test('answers near the majority where nothing deviates', async () => {
  const { right } = await ask('art', `${store}/nothing`, { metric: metricOf(usual) }, quick);
  expect(right).toBeGreaterThan(0.3);
  expect(right).toBeLessThan(0.8);
});

test('answers the majority where there is nothing to read, or nothing normal to learn from, and says so', async () => {
  const absent = await ask('art', `${store}/absent`, { metric: metricOf(usual, 0) }, quick);
  expect(absent.right).toBe(majority);
  expect(absent.notices.join()).toContain('MED3740 20 of 20 test cases');
  const table = caseTable();
  const sudden = { ...table, cases: table.cases.map((row) => ({ ...row, injected: row.start })) };
  const unknown = await ask(
    'art',
    `${store}/sudden`,
    { metric: metricOf(deviant), cases: (out) => out.json('cases', sudden) },
    quick,
  );
  expect(unknown.right).toBe(majority);
  expect(unknown.notices.join()).toContain('MED3741');
});
