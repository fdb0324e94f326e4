/** Stages `features.metric`, `features.trace` and `baseline.majority` on the tiny dataset, against numbers by hand. */
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { stageKinds } from '../../src/catalog/stages.ts';
import { type Diagnostic, MedxError } from '../../src/diagnostics/diagnostic.ts';
import type { CaseTable, FeatureAxes, Predictions, Split, Step } from '../../src/stages/contracts.ts';
import {
  caseParams,
  lines,
  type RawFiles,
  rawFiles,
  second,
  settings,
  t0,
  writeRaw,
} from '../support/microservo.ts';
import { runStages, stageNode } from '../support/run-stages.ts';
import { tempFolder } from '../support/temp.ts';
import { given } from './given.ts';

const step = (op: string, args: Step['args'] = {}): Step => ({ op, args });
const paperMetric = [step('standardize'), step('difference'), step('window_mean')];
const paperTrace = [
  step('spans'),
  step('standardize'),
  step('three_sigma', { threshold: 1.5 }),
  step('weigh'),
];

/** Trained on case 0, tested on case 1. */
async function features(
  modality: 'metric' | 'trace',
  steps: readonly Step[],
  files: RawFiles = rawFiles(),
  fit: 'train' | 'all' = 'train',
) {
  const folder = tempFolder('features');
  const { nodes, kinds } = given({
    split: (out) => out.json('split', { train: [0], valid: [], test: [1] } satisfies Split),
  });
  const cases = stageNode('cases', 2, caseParams);
  const kind = modality === 'metric' ? 'samples' : 'spans';
  const records = stageNode(kind, stageKinds[kind].version, settings, { cases });
  const params = { steps: steps.map(({ op, args }) => ({ op, args })), fit };
  const node = stageNode(`features.${modality}`, stageKinds[`features.${modality}`].version, params, {
    cases,
    [kind]: records,
    ...nodes,
  });
  const all = [cases, records, ...Object.values(nodes), node];
  const ran = await runStages(all, join(folder, 'store'), { dataRoot: writeRaw(folder, files), kinds });
  const { shape, data } = ran.artefact(node).array<Float32Array>('x');
  expect(data.every(Number.isFinite)).toBe(true);
  return {
    shape,
    x: Array.from(data),
    axes: ran.artefact(node).json<FeatureAxes>('axes'),
    notices: ran.notices.map(({ code, message }) => `${code} ${message}`),
  };
}

const close = (found: readonly number[], expected: readonly number[]) => {
  expect(found).toHaveLength(expected.length);
  for (const [i, value] of expected.entries()) expect(found[i]).toBeCloseTo(value, 5);
};

test('metric: equation 6 and 7 per instance and KPI, on the training case alone, mean per window', async () => {
  const { shape, x, axes, notices } = await features('metric', paperMetric);
  expect(shape).toEqual([2, 2, 4, 2]);
  expect(axes).toEqual({
    modality: 'metric',
    instances: ['cartservice', 'frontend'],
    kpis: ['container_cpu_usage_seconds_total', 'container_threads'],
    coverage: [4, 4],
  });
  // cartservice in case 0: 144 147 150 153, standard deviation 3 √1.25; in case 1 the last step is twice as long.
  const d = 1 / Math.sqrt(1.25);
  const steady = [0, 0, d, 0, d, 0, d, 0];
  close(x, [...steady, ...steady, 0, 0, d, 0, d, 0, 2 * d, 0, ...steady]);
  expect(notices).toContain(
    'MED3110 metric: 1 series constant in the fitted cases: standardised to 0 (frontend container_threads)',
  );
  expect(notices).toContain('MED3109 metric: 8 of 32 feature cells have no record and are 0');
});

test('metric: other lists of steps mean what they say', async () => {
  const cart = async (steps: readonly Step[], fit: 'train' | 'all' = 'train') =>
    (await features('metric', steps, rawFiles(), fit)).x.filter((_, i) => i % 2 === 0).slice(0, 4);
  const levels = [-1.5, -0.5, 0.5, 1.5].map((z) => z / Math.sqrt(1.25));
  close(await cart([step('standardize'), step('window_mean')]), levels);
  close(await cart([step('window_mean'), step('standardize')]), levels);
  close(await cart([step('window_mean'), step('difference')]), [0, 3, 3, 3]);
  // As printed: √n · z over n = 4 samples.
  close(
    await cart([step('standardize', { form: 'printed' }), step('window_mean')]),
    levels.map((z) => 2 * z),
  );
  // On all cases: 144 147 150 153 144 147 150 156.
  const all = [144, 147, 150, 153, 144, 147, 150, 156];
  const mean = all.reduce((a, b) => a + b) / 8;
  const deviation = Math.sqrt(all.reduce((sum, v) => sum + (v - mean) ** 2, 0) / 8);
  close(
    await cart([step('standardize'), step('window_mean')], 'all'),
    all.slice(0, 4).map((v) => (v - mean) / deviation),
  );
});

test('metric: several samples in a window are averaged, an empty window is 0, unseen series are counted', async () => {
  const files = rawFiles();
  const path = 'metric/container/kpi_container_all.csv';
  files[path] = `${(files[path] ?? '').replaceAll(new RegExp(`${t0},observe.*\n`, 'g'), '')}${lines([
    `${t0 - 30},observe.cartservice-0,container_cpu_usage_seconds_total,200`,
    `${second},observe.emailservice-0,container_cpu_usage_seconds_total,1`,
    `${second},observe.cartservice-0,container_threads,1`,
  ])}`;
  const { x, axes, notices } = await features('metric', [step('window_mean')], files);
  expect(axes.instances).toEqual(['cartservice', 'frontend']);
  expect(axes.coverage).toEqual([3, 4]);
  close(x.filter((_, i) => i % 2 === 0).slice(0, 4), [144, (147 + 200) / 2, 0, 153]);
  expect(notices).toContain(
    'MED3111 metric: 2 records of cartservice container_threads, emailservice container_cpu_usage_seconds_total left out: not seen in the training cases',
  );
});

test('trace: equation 8 and 9 per caller and callee, weighed by equations 1 to 3', async () => {
  const { shape, x, axes } = await features('trace', paperTrace);
  expect(shape).toEqual([2, 4, 2]);
  expect(axes).toEqual({
    modality: 'trace',
    links: ['client -> frontend', 'frontend -> cartservice'],
    coverage: [4, 4],
  });
  // 4000 4000 4000 90000: the last is √3 deviations above the mean, alone beyond 1.5, and the only link that fluctuates.
  close(x, [...[0, 0, 0, 0, 0, 0, 0, Math.sqrt(3)], ...[0, 0, 0, 0, 0, 0, 0, Math.sqrt(3)]]);
});

test('trace: one or two sides, other groups, other times, window means', async () => {
  const grouped = async (spans: Step['args'], ...rest: Step[]) =>
    features('trace', [step('spans', spans), ...rest]);
  const two = await grouped({}, step('standardize'), step('three_sigma', { threshold: 1.3, sides: 'two' }));
  // client -> frontend: 8998 … 9001 is ±1.34 at both ends.
  close(two.x.slice(0, 8), [3 / Math.sqrt(5), 0, 0, 0, 0, 0, 3 / Math.sqrt(5), Math.sqrt(3)]);
  const caller = await grouped({ duration: 'caller' }, step('window_mean'));
  expect(caller.axes.links).toEqual(['frontend -> cartservice']);
  close(caller.x.slice(0, 4), [8998, 8999, 9000, 9001]);
  const gap = await grouped({ by: ['operation', 'callee'], duration: 'gap' }, step('window_mean'));
  expect(gap.axes.links).toEqual(['cartservice: /GetCart']);
  close(gap.x.slice(0, 4), [4998, 4999, 5000, 9001 - 90_000]);
});

test('a case without the modality is 0, counted and named; links of other cases alone are left out', async () => {
  const files = rawFiles();
  files['trace/trace.csv'] = `${(files['trace/trace.csv'] ?? '')
    .split('\n')
    .filter((row) => !row.includes(',t1'))
    .join('\n')}${lines([`,${(second + 1000) * 1e6},emailservice,z,tz,5,request,0,/Mail,`])}`;
  const { x, axes, notices } = await features('trace', paperTrace, files);
  expect(axes.coverage).toEqual([4, 0]);
  expect(x.slice(8)).toEqual(new Array(8).fill(0));
  expect(notices).toContain(
    'MED3108 1 case without trace records: features 0 (2024-03-22T11:00:00Z frontend)',
  );
  const other = rawFiles();
  other['trace/trace.csv'] += lines([`,${second * 1e6},emailservice,z,tz,5,request,0,/Mail,`]);
  expect((await features('trace', paperTrace, other)).notices).toContain(
    'MED3111 trace: 1 record of client -> emailservice left out: not seen in the training cases',
  );
});

test('steps out of place are refused, all at once', async () => {
  const refused = async (modality: 'metric' | 'trace', ...steps: Step[]): Promise<string[]> => {
    const error = await features(modality, steps).catch((thrown: unknown) => thrown);
    if (!(error instanceof MedxError)) throw error;
    return error.diagnostics.map(({ code, message }: Diagnostic) => `${code} ${message}`);
  };
  expect(
    await refused('metric', step('weigh'), step('fold'), step('window_mean'), step('window_mean')),
  ).toEqual([
    'MED3011 metric features: `weigh` needs counts per window: put it after `three_sigma` or `window_mean`',
    'MED3011 metric features: `fold` is not a feature step here',
    'MED3011 metric features: `window_mean` needs single records, but there is one value per window already',
  ]);
  expect(await refused('metric', step('standardize'))).toEqual([
    'MED3011 metric features: `standardize` is the last step, but nothing makes one value per window',
  ]);
  expect(await refused('trace', step('standardize'), step('three_sigma'))).toEqual([
    'MED3011 trace features: `standardize` comes first, but spans must be grouped first: `spans(by: [caller, callee])`',
  ]);
  expect(await refused('trace', step('spans', { by: ['host'] }), step('three_sigma'))).toHaveLength(1);
  expect(
    await refused('trace', step('spans'), step('difference'), step('three_sigma', { threshold: -1 })),
  ).toEqual([
    'MED3011 trace features: `difference` needs values in order of time: put it after the step that makes one value per window',
    'MED3011 trace features: `three_sigma` has threshold -1, expected a number above 0',
  ]);
});

test('majority answers the most frequent training class, ties by the order of the classes', async () => {
  const folder = tempFolder('majority');
  const row = (label: number, i: number) => ({ id: `case ${i}`, label });
  const answer = async (train: readonly number[]) => {
    const { nodes, kinds } = given({
      cases: (out) =>
        out.json('cases', {
          classes: ['a', 'b', 'c'],
          cases: [0, 1, 1, 2, 2, 1].map(row),
        } as unknown as CaseTable),
      split: (out) => out.json('split', { train, valid: [4], test: [5] } satisfies Split),
    });
    const node = stageNode('baseline.majority', 1, { train }, nodes);
    const ran = await runStages([...Object.values(nodes), node], join(folder, String(train)), { kinds });
    return ran.artefact(node).json<Predictions>('predictions');
  };
  expect(await answer([0, 1, 2, 3])).toEqual({
    classes: ['a', 'b', 'c'],
    valid: [{ id: 'case 4', truth: 2, answer: 1, probabilities: [0.25, 0.5, 0.25] }],
    test: [{ id: 'case 5', truth: 1, answer: 1, probabilities: [0.25, 0.5, 0.25] }],
  });
  expect((await answer([1, 3])).test[0]).toMatchObject({ answer: 1, probabilities: [0, 0.5, 0.5] });
});
