/** DéjàVu: the course of metrics tells the failure, wherever it is; it learns where, if the cases say so. */
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { CaseTable } from '../../../src/stages/contracts.ts';
import { randomBits, randomKey } from '../../../src/tensor/random.ts';
import { tempFolder } from '../../support/temp.ts';
import { ask, callsOf, caseTable, labelOf, majority, samplesOf, split } from './support.ts';

const folder = tempFolder('dejavu');
const windows = 8;
const pods = ['shop-0', 'shop-1', 'shop-2'];
const kpis = ['cpu', 'memory'];
const engine = { executor: 'onnx', device: 'cpu', threads: 1 };
/** Small enough for a test: two layers in place of eight, and a few epochs. */
const quick = { engine, layers: 2, heads: 2, epochs: 120, patience: 60 };

const noise = (...place: number[]) => randomBits(randomKey('noise', ...place), 0) * 2 ** -31 - 1;
const rootOf = (index: number) => index % 3;

/**
 * Failures of equal levels, means and deviations, and of other courses: a step up at one KPI, or the same step at once and back
 * with the other rising at the end. Only the failing pod shows them.
 */
function courses(index: number, instance: number, kpi: number, window: number): number {
  const late = window - windows / 2;
  const rise = [kpi === 0 && late >= 0, kpi === 0 && late === 0, kpi === 1 && late >= 2][labelOf(index)];
  return 5 + 0.3 * noise(index, instance, kpi, window) + (instance === rootOf(index) && rise ? 4 : 0);
}

const table = (
  change: (row: CaseTable['cases'][number], index: number) => object = () => ({}),
): CaseTable => {
  const made = caseTable(windows);
  return { ...made, cases: made.cases.map((row, index) => ({ ...row, ...change(row, index) })) };
};
const telemetry = (value: Parameters<typeof samplesOf>[3], cases = table()) => ({
  cases: (out: { json(name: string, value: unknown): void }) => out.json('cases', cases),
  samples: samplesOf(pods, kpis, windows, value),
  spans: callsOf(pods, [
    [0, 1],
    [1, 2],
  ]),
});

describe('the course of one pod’s metrics', () => {
  test('tells the failure where the cases say which pod it was', async () => {
    const { right, notices } = await ask('dejavu', join(folder, 'known'), telemetry(courses), quick);
    expect(right).toBeGreaterThanOrEqual(0.85);
    expect(notices).toEqual([]);
  });

  test('and, learnt by type alone, where they do not', async () => {
    const cases = table(() => ({ instance: 'node-7', service: 'nodes' }));
    const { right, notices } = await ask('dejavu', join(folder, 'unknown'), telemetry(courses, cases), quick);
    expect(right).toBeGreaterThan(majority);
    expect(notices).toEqual([expect.stringMatching('MED3710 dejavu: the training cases do not all name')]);
  });

  test('without calls too', async () => {
    const { spans: _, ...rest } = telemetry(courses);
    const { right } = await ask('dejavu', join(folder, 'no-calls'), rest, quick);
    expect(right).toBeGreaterThan(majority);
  });
});

test('metrics that carry nothing: near the majority', async () => {
  const nothing = (...place: number[]) => 5 + noise(...place);
  const { right } = await ask('dejavu', join(folder, 'nothing'), telemetry(nothing), quick);
  expect(right).toBeGreaterThan(0.2);
  expect(right).toBeLessThan(0.8);
});

test('a case without samples gets the majority, and a notice counts such cases', async () => {
  const gone = new Set(split.test.slice(0, 4));
  const { tested, notices } = await ask(
    'dejavu',
    join(folder, 'gone'),
    telemetry((index, ...place) => (gone.has(index) ? undefined : courses(index, ...place))),
    { ...quick, epochs: 10 },
  );
  expect(tested.slice(0, 4).map(({ probabilities }) => probabilities[0])).toEqual([0.6, 0.6, 0.6, 0.6]);
  expect(notices).toEqual([expect.stringContaining('4 of 20 test cases')]);
});

test('the same seed gives the same answers; labels, root causes and times of test cases are not read', async () => {
  const short = { ...quick, epochs: 20 };
  const tested = new Set(split.test);
  const strange = table((row, index) =>
    tested.has(index)
      ? { label: (row.label + 1) % 3, instance: 'node-7', service: 'none', injected: row.injected + 45_000 }
      : {},
  );
  const said = async (name: string, cases?: CaseTable) =>
    (await ask('dejavu', join(folder, name), telemetry(courses, cases), short)).tested.map(
      ({ probabilities }) => probabilities,
    );
  const first = await said('first');
  expect(await said('again')).toEqual(first);
  expect(await said('strange', strange)).toEqual(first);
});
