/** Every check on raw files that have the fault, and on files that have not. */
import { mkdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { stageKinds } from '../../../src/catalog/stages.ts';
import { contingency, cramersV, permutationP } from '../../../src/data/checks/confounding.ts';
import { listFiles } from '../../../src/data/files.ts';
import type { Findings } from '../../../src/stages/findings.ts';
import type { JsonObject } from '../../../src/stages/stage.ts';
import { isBuilt } from '../../run/support.ts';
import {
  caseParams,
  lines,
  type RawFiles,
  rawFiles,
  second,
  t0,
  writeRaw,
} from '../../support/microservo.ts';
import { runStages, stageNode } from '../../support/run-stages.ts';
import { sharedPath } from '../../support/shared.ts';
import { tempFolder } from '../../support/temp.ts';
import { medxData, schemaErrors } from './support.ts';

const { version } = stageKinds.inspect;

async function inspect(files: RawFiles, params: JsonObject = {}) {
  const folder = tempFolder('check');
  const node = stageNode('inspect', version, { ...caseParams, folds: 1, ...params });
  const ran = await runStages([node], join(folder, 'store'), { dataRoot: writeRaw(folder, files) });
  const { findings } = ran.artefact(node).json<Findings>('findings');
  return Object.fromEntries(
    findings.map(({ code, count, example, severity }) => [code, { severity, count, example }]),
  );
}

const append = (files: RawFiles, path: string, ...rows: readonly string[]) => {
  files[path] = `${files[path] ?? ''}${lines(rows)}`;
};
const metric = 'metric/container/kpi_container_all.csv';

test('files without faults have one finding: a KPI that never changes', async () => {
  expect(await inspect(rawFiles())).toEqual({
    MED3414: { severity: 'notice', count: 1, example: 'container_threads: always 7 on observe.frontend-0' },
  });
});

test('copies are counted per modality; metric values that differ at one time are told apart', async () => {
  const files = rawFiles();
  append(files, 'log/log.csv', `0,id0-3,${t0 - 179}.5,2024-03-22T10:00:00Z,frontend-0,"view  cart, user -3"`);
  append(
    files,
    metric,
    `${t0},observe.frontend-0,container_threads,7`,
    `${t0},observe.cartservice-0,container_cpu_usage_seconds_total,1`,
  );
  const found = await inspect(files);
  expect(found.MED3401).toEqual({
    severity: 'notice',
    count: 1,
    example: `2024-03-22T10:00:00Z observe.frontend-0 container_threads = 7 and 7 in ${metric}`,
  });
  expect(found.MED3402).toMatchObject({ count: 1, example: expect.stringContaining('= 1 and 100') });
});

test('a clock that is set back shows by instance and file; sorted files of many series do not', async () => {
  const files = rawFiles();
  append(files, 'log/log.csv', `99,late,${second - 3600}.5,2024-03-22T10:00:00Z,frontend-0,again`);
  expect((await inspect(files)).MED3403).toEqual({
    severity: 'notice',
    count: 1,
    example: 'log/log.csv: frontend-0 at 2024-03-22T10:00:00.500Z after 2024-03-22T11:03:01.500Z',
  });
});

test('gaps: a window of a modality, a steady instance, and cases covered in part', async () => {
  const files = rawFiles();
  const without = (path: string, drop: (line: string) => boolean) => {
    files[path] = lines(
      (files[path] ?? '')
        .trim()
        .split('\n')
        .filter((line) => !drop(line)),
    );
  };
  without('log/log.csv', (line) => line.includes(`,${t0 - 59}.5,`));
  without('trace/trace.csv', (line) => line.includes(`,${second + 60}000`));
  const found = await inspect(files);
  expect(found.MED3404).toEqual({
    severity: 'warning',
    count: 1,
    example: '2024-03-22T10:00:00Z cartservice, window 2 of 4',
  });
  expect(found.MED3406).toEqual({
    severity: 'warning',
    count: 1,
    example: '2024-03-22T11:00:00Z frontend: records in windows 1 to 3 of 4',
  });

  const pod = rawFiles();
  const wide = { before_ms: 180_000, after_ms: 240_000, window_ms: 60_000 };
  pod[metric] = lines(
    (pod[metric] ?? '')
      .trim()
      .split('\n')
      .filter((line) => !line.startsWith(`${t0},observe.cartservice-1`)),
  );
  expect((await inspect(pod, wide)).MED3405).toEqual({
    severity: 'notice',
    count: 1,
    example: '2024-03-22T10:00:00Z cartservice, window 4 of 7: observe.cartservice-1',
  });
});

test('spans: orphans, negative, absurd, zero and missing durations', async () => {
  const files = rawFiles();
  const span = (id: string, duration: string, parent: string) =>
    `9,${t0 * 1e6},frontend,${id},tx,${duration},request,0,/Home,${parent}`;
  append(
    files,
    'trace/trace.csv',
    span('o1', '5', 'gone'),
    span('n1', '-4', ''),
    span('l1', '7200000000', ''),
    span('z1', '0', ''),
    span('z2', '0', ''),
    span('m1', '', ''),
  );
  const found = await inspect(files);
  expect(found.MED3407).toEqual({
    severity: 'warning',
    count: 1,
    example: '2024-03-22T10:00:00Z frontend in trace/trace.csv',
  });
  expect(found.MED3408).toMatchObject({
    count: 1,
    example: '2024-03-22T10:00:00Z frontend: -4 µs in trace/trace.csv',
  });
  expect(found.MED3409).toMatchObject({ count: 1 });
  expect(found.MED3410).toMatchObject({ severity: 'notice', count: 2 });
  expect(found.MED3411).toMatchObject({ count: 1, example: expect.stringContaining('no number') });
});

test('KPIs: without numbers, with gaps, on some days only', async () => {
  const files = rawFiles();
  append(
    files,
    metric,
    ...[-1, 0, 1].map((m) => `${t0 + 60 * m},observe.frontend-0,empty,NaN`),
    ...[-1, 0, 1].map((m) => `${t0 + 60 * m},observe.frontend-0,holed,${m === 0 ? 'nan' : m}`),
    `${t0 + 86_400},observe.frontend-0,container_cpu_usage_seconds_total,99`,
  );
  const found = await inspect(files);
  expect(found.MED3412).toEqual({ severity: 'warning', count: 1, example: 'empty: 3 records' });
  expect(found.MED3413).toEqual({ severity: 'notice', count: 1, example: 'holed: 1 of 3' });
  expect(found.MED3415).toEqual({
    severity: 'warning',
    count: 3,
    example: 'container_threads: on 1 of 2 days, first on 2024-03-22',
  });
});

test('labels: refused, clashing, overlapping, outside the telemetry, too few of a type; rows that cannot be read', async () => {
  const files = rawFiles();
  files['groundtruth/groundtruth.json'] = JSON.stringify({
    timestamp: [t0, t0 + 30, second, second + 1, t0 + 9e5],
    service: ['cartservice', 'frontend', 'frontend', 'cartservice', 'frontend'],
    cmdb_id: ['cartservice-0', 'frontend-0', 'frontend-0', 'cartservice-0', 'frontend-0'],
    failure_type: ['cpu anomaly', 'memory overload', 'memory overload', 'sunspots', 'cpu anomaly'],
    duration: [60, 60, 60, 60, 60],
  });
  append(files, metric, `${t0},observe.frontend-0,container_threads,many`);
  const found = await inspect(files, { folds: 3 });
  expect(found.MED3419).toMatchObject({
    severity: 'warning',
    count: 2,
    example: expect.stringContaining('sunspots'),
  });
  expect(found.MED3416).toMatchObject({
    count: 1,
    example: expect.stringMatching(/cartservice cpu and .* frontend memory/),
  });
  expect(found.MED3417).toMatchObject({ severity: 'notice', count: 2 });
  expect(found.MED3418).toMatchObject({ count: 1, example: '2024-04-01T20:00:00Z frontend' });
  expect(found.MED3420).toMatchObject({ count: 2, example: 'cpu: 1 case' });
  expect(found.MED3422).toMatchObject({
    count: 1,
    example: expect.stringContaining('kpi_container_all.csv'),
  });
});

test('labels that miss the telemetry by a factor of 1,000 are an error, and the rest is still looked at', async () => {
  const files = rawFiles();
  files['groundtruth/groundtruth.json'] = JSON.stringify({
    timestamp: [t0 * 1000, second * 1000],
    service: ['cartservice', 'frontend'],
    cmdb_id: ['cartservice-0', 'frontend-0'],
    failure_type: ['cpu anomaly', 'memory overload'],
  });
  const found = await inspect(files);
  expect(found.MED3006).toMatchObject({ severity: 'error' });
  // Not a second time, as labels without records.
  expect(found.MED3418).toBeUndefined();
  expect(found.MED3414).toMatchObject({ count: 1 });
});

test('Cramér’s V and the permutation test: independent, dependent, and as known from a textbook', () => {
  const side = (n: number, of: (i: number) => number) => Array.from({ length: n }, (_, i) => of(i));
  const [types, days] = [side(40, (i) => i % 2), side(40, (i) => Math.floor(i / 20))];
  expect(cramersV(contingency(types, days, 2, 2), 40)).toBe(0);
  expect(permutationP(types, days, 2, 2)).toBe(1);
  expect(cramersV(contingency(days, days, 2, 2), 40)).toBeCloseTo(1, 10);
  expect(permutationP(days, days, 2, 2)).toBeCloseTo(1 / 2000, 10);
  // chi² = 100/21 for [[20, 10], [10, 20]] … 60 cases: phi² = 1/9, corrected by 1/59.
  const counts = [
    [20, 10],
    [10, 20],
  ];
  const phi2 = 1 / 9 - 1 / 59;
  expect(cramersV(counts, 60)).toBeCloseTo(Math.sqrt(phi2 / (2 - 1 / 59 - 1)), 10);
});

const trainticket = sharedPath('data', 'nezha-trainticket');

test.skipIf(!trainticket)(
  'nezha-trainticket: type and day are confounded, and its known defects are found',
  async () => {
    // Both fault lists, the metrics of three services, and of the logs one file with broken times.
    const root = join(tempFolder('nezha'), 'part');
    for (const file of listFiles(trainticket ?? '')) {
      if (
        !/^rca_data.*(fault_list|\/metric\/(front|ts-(travel|food)-service)|log\/09_34|2023-01-29\/log\/10_06)/.test(
          file,
        )
      )
        continue;
      mkdirSync(join(root, file, '..'), { recursive: true });
      symlinkSync(join(trainticket ?? '', file), join(root, file));
    }
    const around = { window_ms: 30_000, before_ms: 60_000, after_ms: 120_000 };
    const node = stageNode('inspect', version, { format: 'nezha', root: 'part', ...around, folds: 5 });
    const ran = await runStages([node], tempFolder('nezha'), { dataRoot: join(root, '..') });
    const { findings } = ran.artefact(node).json<Findings>('findings');
    const of = (code: string) => findings.filter((one) => one.code === code);
    expect(of('MED3421')).toHaveLength(1);
    expect(of('MED3421')[0]).toMatchObject({
      notes: [
        '`exception` (13 cases) only on 2023-01-29',
        '`network_delay` (14 cases) only on 2023-01-30',
        '`return` (11 cases) only on 2023-01-29',
      ],
    });
    expect(of('MED3424')[0]).toMatchObject({ message: 'no trace files' });
    expect(of('MED3423')[0]).toMatchObject({ count: 18 });
    expect(of('MED3428')[0]).toMatchObject({
      count: 2,
      example: 'log/10_06_log.csv, line 631: text behind a closing quote',
    });
    expect(of('MED3414')[0]?.message).toContain('PodSuccessRate(%), SuccessRate(%)');
  },
);

const sample = sharedPath('data', 'microservo-sample');

test.skipIf(!sample || !isBuilt)('microservo-sample: 641 copies of log rows, 2,009 orphans', () => {
  const folder = tempFolder('sample');
  const { code, out } = medxData(
    folder,
    join(sample ?? '', '..'),
    'check',
    'microservo("microservo-sample")',
    '--json',
  );
  // All of one class: that is an error.
  expect(code).toBe(1);
  const found = JSON.parse(out) as Findings;
  expect(schemaErrors('dataset-check', found)).toEqual([]);
  const counts = Object.fromEntries(
    found.findings.map((one) => [`${one.code} ${one.message.split(':')[0]}`, one.count]),
  );
  expect(counts).toMatchObject({
    'MED3007 there is one class alone, `pod_failure` (1 case)': 1,
    'MED3401 log': 641,
    'MED3407 trace': 2009,
  });
});
