import { appendFileSync, mkdirSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { stageKinds } from '../../src/catalog/stages.ts';
import { openDatabase } from '../../src/data/database.ts';
import { digestDataset } from '../../src/data/dataset.ts';
import { type Diagnostic, MedxError } from '../../src/diagnostics/diagnostic.ts';
import type { CaseTable } from '../../src/stages/contracts.ts';
import type { JsonObject } from '../../src/stages/stage.ts';
import { caseParams, lines, type RawFiles, rawFiles, second, t0, writeRaw } from '../support/microservo.ts';
import { runStages, stageNode } from '../support/run-stages.ts';
import { tempFolder } from '../support/temp.ts';

async function readCases(files: RawFiles, params: JsonObject = {}) {
  const folder = tempFolder('cases');
  const node = stageNode('cases', 2, { ...caseParams, ...params });
  const ran = await runStages([node], join(folder, 'store'), { dataRoot: writeRaw(folder, files) });
  const artefact = ran.artefact(node);
  return {
    table: artefact.json<CaseTable>('cases'),
    telemetry: artefact.json<{ files: Record<string, Record<string, unknown>>; records: unknown }>(
      'telemetry',
    ),
    notices: ran.notices.map(({ code, message }) => `${code} ${message}`),
  };
}

async function refusal(work: Promise<unknown>): Promise<readonly Diagnostic[]> {
  const error = await work.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof MedxError)) throw error ?? new Error('nothing was refused');
  return error.diagnostics;
}

const say = (found: readonly Diagnostic[]) =>
  found
    .map(({ code, place, message, notes = [] }) => [code, place, message, ...notes].join(' | '))
    .join('\n');

test('one injection is one case, whatever the number of its label rows', async () => {
  const { table, telemetry, notices } = await readCases(rawFiles());
  expect(table.classes).toEqual(['cpu', 'memory']);
  expect(table.windows).toBe(4);
  expect(table.simulated).toBe(false);
  expect(table.cases).toEqual([
    {
      id: '2024-03-22T10:00:00Z cartservice',
      injected: t0 * 1000,
      start: t0 * 1000 - 120_000,
      end: t0 * 1000 + 120_000,
      label: 0,
      service: 'cartservice',
      instance: 'cartservice-0 cartservice-1',
      day: '2024-03-22',
      group: 0,
    },
    expect.objectContaining({ id: '2024-03-22T11:00:00Z frontend', label: 1, group: 1 }),
  ]);
  // Half-open: of the samples at −180 … 180 s, −120 to 60 s are in. Log lines come 1.5 s later.
  expect(telemetry.records).toEqual({ log: [4, 4], metric: [16, 16], trace: [8, 8] });
  expect(telemetry.files.metric).toMatchObject({ rows: 56, refused: 0 });
  expect(notices).toEqual(['MED3114 2 cases; records in their intervals: log 8, metric 32, trace 16']);
});

test("the authors' label form gives the same cases, gzip or not", async () => {
  const files = rawFiles();
  delete files['groundtruth/groundtruth.json'];
  files['2024-03-22/ground_truth.csv.gz'] = lines([
    '故障类型,对应服务,起始时间戳,截止时间戳,持续时间',
    `cpu anomaly,"('cartservice', 'x')",${t0},${t0 + 60},60`,
    `memory overload,frontend,${second},${second + 60},60`,
  ]);
  files['log/log.csv.gz'] = files['log/log.csv'] ?? '';
  delete files['log/log.csv'];
  const { table } = await readCases(files);
  expect(table.cases.map(({ id, label }) => [id, label])).toEqual([
    ['2024-03-22T10:00:00Z cartservice', 0],
    ['2024-03-22T11:00:00Z frontend', 1],
  ]);
});

test('labels that cannot become cases are refused by name with the reason', async () => {
  const files = rawFiles();
  files['groundtruth/groundtruth.json'] = JSON.stringify({
    timestamp: [t0, second, second + 36_000, t0 + 60, t0 + 60, 'soon', t0],
    service: ['cartservice', 'frontend', 'frontend', 'emailservice', 'emailservice', 'frontend', 'adservice'],
    cmdb_id: [
      'cartservice-0',
      'frontend-0',
      'frontend-0',
      'emailservice-0',
      'emailservice-1',
      'frontend-0',
      'x',
    ],
    failure_type: [
      'cpu anomaly',
      'memory overload',
      'cpu anomaly',
      'cpu anomaly',
      'network loss',
      'cpu anomaly',
      'gremlins',
    ],
  });
  const { table, notices } = await readCases(files);
  expect(table.cases).toHaveLength(2);
  expect(table.refused.map(({ id, reason }) => `${id}: ${reason}`)).toEqual([
    'groundtruth/groundtruth.json, entry 6: the time `soon` is no number of seconds',
    'groundtruth/groundtruth.json, entry 7: the failure type `gremlins` belongs to no class',
    '2024-03-22T10:01:00Z emailservice: labelled cpu and network at once (groundtruth/groundtruth.json, entry 4, groundtruth/groundtruth.json, entry 5)',
    '2024-03-22T21:00:00Z frontend: no log, metric or trace record within its interval from 2024-03-22T20:58:00.000Z on',
  ]);
  expect(notices.some((text) => text.startsWith('MED3102 4 labels refused'))).toBe(true);
});

test('`classes` fixes their order and refuses the others', async () => {
  const { table } = await readCases(rawFiles(), { classes: ['memory', 'network', 'cpu'] });
  expect(table.classes).toEqual(['memory', 'cpu']);
  const found = await refusal(readCases(rawFiles(), { classes: ['memory', 'network'] }));
  expect(say(found)).toBe(
    'MED3007 |  | there is one class alone, `memory` (1 case): nothing to tell apart | expected at least two classes',
  );
});

test('overlapping cases share a group', async () => {
  const files = rawFiles();
  files['groundtruth/groundtruth.json'] = JSON.stringify({
    timestamp: [t0, t0 + 200, second],
    service: ['cartservice', 'frontend', 'frontend'],
    cmdb_id: ['cartservice-0', 'frontend-0', 'frontend-0'],
    failure_type: ['cpu anomaly', 'memory overload', 'cpu anomaly'],
  });
  const { table } = await readCases(files);
  expect(table.cases.map(({ group }) => group)).toEqual([0, 0, 1]);
});

test('every row is read or refused: short rows, long rows, times and values that are no numbers', async () => {
  const files = rawFiles();
  files['metric/container/kpi_container_all.csv'] += lines([
    `${t0},observe.frontend-0,container_threads`,
    `${t0},observe.frontend-0,container_threads,7,8`,
    'noon,observe.frontend-0,container_threads,7',
    `${t0},observe.frontend-0,container_threads,many`,
    ',observe.frontend-0,container_threads,7',
    `${t0},observe.frontend-0,container_threads,NaN`,
  ]);
  const { telemetry, notices } = await readCases(files);
  expect(telemetry.files.metric).toMatchObject({ rows: 56 + 6, refused: 5 });
  expect(telemetry.records).toMatchObject({ metric: [17, 16] });
  expect(notices[0]).toBe(
    'MED3101 metric: 5 rows of 62 refused, for example container/kpi_container_all.csv, line 58: Expected Number of Columns: 4 Found: 3',
  );
});

test('a missing folder, missing labels and missing files say what was looked for', async () => {
  const folder = tempFolder('cases');
  const node = stageNode('cases', 2, caseParams);
  const absent = await refusal(runStages([node], join(folder, 'store'), { dataRoot: folder }));
  expect(absent[0]).toMatchObject({ code: 'MED3001', fix: expect.stringContaining('--data-root') });
  expect(absent[0]?.notes?.[0]).toBe(`looked in ${join(folder, 'd3')}`);
  const files = rawFiles();
  delete files['groundtruth/groundtruth.json'];
  expect((await refusal(readCases(files)))[0]?.message).toBe('no labels of a microservo dataset');
  const only = { 'groundtruth/groundtruth.json': rawFiles()['groundtruth/groundtruth.json'] ?? '' };
  expect((await refusal(readCases(only)))[0]?.message).toBe('no telemetry files of a microservo dataset');
});

test('a whole modality may be missing: a warning', async () => {
  const files = rawFiles();
  delete files['trace/trace.csv'];
  const { table, notices } = await readCases(files);
  expect(table.cases).toHaveLength(2);
  expect(notices[0]).toMatch(/^MED3115 the dataset has no trace files/);
});

test('files without the columns of the format are named, all at once', async () => {
  const files = rawFiles();
  files['trace/trace.csv'] = 'time,cmdb_id,span_id,trace_id,duration,parent_span\n1,a,b,c,2,\n';
  files['trace/trace-2.csv'] = '';
  files['log/log.csv'] = ',log_id,timestamp,date,cmdb_id,text\n';
  files['log/log-2.csv'] = files['log/log.csv'];
  expect(say(await refusal(readCases(files)))).toBe(
    [
      'MED3004 | log/log-2.csv | 1 column missing: message | found the columns , log_id, timestamp, date, cmdb_id, text | and so in 1 more file',
      'MED3013 | trace/trace-2.csv | file cannot be read: it is empty; expected a header row',
      'MED3004 | trace/trace.csv | 2 columns missing: timestamp, operation_name | found the columns time, cmdb_id, span_id, trace_id, duration, parent_span',
    ].join('\n'),
  );
});

test('a file with a header alone is no mistake; a file of which no row can be read is', async () => {
  const files = rawFiles();
  files['metric/container/kpi_container_none.csv'] = 'timestamp,cmdb_id,kpi_name,value\n';
  expect((await readCases(files)).telemetry.files.metric).toMatchObject({ rows: 56, refused: 0 });
  files['log/log.csv'] = ',log_id,timestamp,date,cmdb_id,message\n1,a,yesterday,,frontend-0,hello\n';
  expect(say(await refusal(readCases(files)))).toMatch(
    /^MED3009 .* no row of the log files can be read; 1 row refused/,
  );
});

test('labels off by hours or by a factor 1000 name both ranges and the likely repair', async () => {
  const shifted = rawFiles();
  const labels = JSON.parse(shifted['groundtruth/groundtruth.json'] ?? '') as { timestamp: number[] };
  const labelled = (change: (time: number) => number) =>
    JSON.stringify({ ...labels, timestamp: labels.timestamp.map(change) });
  shifted['groundtruth/groundtruth.json'] = labelled((time) => time + 8 * 3600);
  const hours = await refusal(readCases(shifted));
  expect(hours.map(({ code }) => code)).toEqual(['MED3006', 'MED3006', 'MED3006']);
  expect(hours[0]?.notes).toEqual([
    'labels from 2024-03-22T18:00:00.000Z to 2024-03-22T19:00:00.000Z',
    'log records from 2024-03-22T09:57:01.500Z to 2024-03-22T11:03:01.500Z',
  ]);
  expect(hours[0]?.fix).toBe(
    'the labels lie 8.0 h after the telemetry: one of them is probably in local time, not UTC; set `time_zone: "+08:00"`',
  );
  shifted['groundtruth/groundtruth.json'] = labelled((time) => time * 1000);
  expect((await refusal(readCases(shifted)))[0]?.fix).toBe('the labels are in milliseconds: set `unit: ms`');
  // What the message says to write is what mends it.
  const { table } = await readCases(shifted, { options: { unit: 'ms' } });
  expect(table.cases).toHaveLength(2);
  shifted['groundtruth/groundtruth.json'] = labelled((time) => time * 1e6);
  expect((await refusal(readCases(shifted)))[0]?.fix).toMatch(/divide the times of the labels by 1,000,000/);
});

test('one modality hours off is an error though the others match', async () => {
  const files = rawFiles();
  const late = (text: string) =>
    text.replaceAll(/^(\d+,)(\d{16})/gm, (_, a, b) => `${a}${Number(b) + 8 * 3600e6}`);
  files['trace/trace.csv'] = late(files['trace/trace.csv'] ?? '');
  const found = await refusal(readCases(files));
  expect(say(found)).toBe(
    'MED3006 |  | no label falls into the trace records | labels from 2024-03-22T10:00:00.000Z to 2024-03-22T11:00:00.000Z | trace records from 2024-03-22T17:57:00.000Z to 2024-03-22T19:03:00.000Z',
  );
  expect(found[0]?.fix).toBe(
    'the labels lie 8.0 h before the telemetry: one of them is probably in local time, not UTC',
  );
});

test('one modality in the wrong unit is an error though the others match', async () => {
  const files = rawFiles();
  files['trace/trace.csv'] = (files['trace/trace.csv'] ?? '').replaceAll(/(\d{13})\d{3},/g, '$1,');
  const [found] = await refusal(readCases(files));
  expect(found?.message).toBe('no label falls into the trace records');
  expect(found?.fix).toMatch(/units of time differ/);
});

test('a truncated gzip file is an error when the dataset is digested, not a short file', async () => {
  const files = rawFiles();
  files['trace/trace.csv.gz'] = files['trace/trace.csv'] ?? '';
  delete files['trace/trace.csv'];
  const folder = tempFolder('cases');
  const root = join(writeRaw(folder, files), 'd3');
  const before = await digestDataset('microservo', root, join(folder, 'cache'));
  expect(before).toMatch(/^[0-9a-f]{64}$/);
  expect(await digestDataset('microservo', root, join(folder, 'cache'))).toBe(before);
  truncateSync(join(root, 'trace/trace.csv.gz'), 100);
  expect(say(await refusal(digestDataset('microservo', root, join(folder, 'cache'))))).toMatch(
    /^MED3005 \| trace\/trace\.csv\.gz \| gzip file is damaged/,
  );
  // The stage checks the digest of the plan: data that changed since is refused, damage included.
  const node = stageNode('cases', 2, { ...caseParams, digest: before });
  const stale = await refusal(runStages([node], join(folder, 'store'), { dataRoot: folder }));
  expect(stale[0]?.code).toBe('MED3005');
  writeFileSync(join(root, 'trace/trace.csv.gz'), gzipSync(`${files['trace/trace.csv.gz']}\n`));
  const changed = await refusal(runStages([node], join(folder, 'store'), { dataRoot: folder }));
  expect(changed[0]?.code).toBe('MED3012');
});

test('labels that are no JSON, or no table, name the file', async () => {
  const files = rawFiles();
  files['groundtruth/groundtruth.json'] = '{"timestamp": [1, 2';
  expect(say(await refusal(readCases(files)))).toMatch(
    /^MED3003 \| groundtruth\/groundtruth\.json \| labels cannot be read/,
  );
  files['groundtruth/groundtruth.json'] =
    '{"timestamp": [1, 2], "service": ["a"], "cmdb_id": [], "failure_type": []}';
  expect(say(await refusal(readCases(files)))).toMatch(/`service` has 1 entries, `timestamp` 2/);
});

test('a case must be a whole number of windows', async () => {
  expect(say(await refusal(readCases(rawFiles(), { window_ms: 50_000 })))).toMatch(
    /^MED3016 .* a case of 240 s is not a whole number of windows of 50 s/,
  );
});

test('odd folder names are no patterns', async () => {
  const folder = tempFolder('cases');
  mkdirSync(join(folder, "a[1] 'b'"));
  const dataRoot = writeRaw(join(folder, "a[1] 'b'"), rawFiles());
  const node = stageNode('cases', 2, caseParams);
  const ran = await runStages([node], join(folder, 'store'), { dataRoot });
  expect(ran.artefact(node).json<CaseTable>('cases').cases).toHaveLength(2);
});

test('a row in another encoding is refused, the rest of its file is read', async () => {
  const folder = tempFolder('cases');
  const dataRoot = writeRaw(folder, rawFiles());
  const path = join(dataRoot, 'd3/log/log.csv');
  appendFileSync(path, `,,${t0 + 1},,frontend-0,"Zürich, 城市"\n`);
  appendFileSync(
    path,
    Buffer.concat([Buffer.from(`,,${t0 + 2},,frontend-0,caf`), Buffer.from([0xe9, 0x0a])]),
  );
  appendFileSync(path, `,,${t0 + 3},,frontend-0,last\n`);
  const node = stageNode('cases', stageKinds.cases.version, caseParams);
  const ran = await runStages([node], join(folder, 'store'), { dataRoot });
  expect(ran.artefact(node).json<{ files: { log: unknown } }>('telemetry').files.log).toMatchObject({
    rows: 17,
    refused: 1,
  });
  expect(ran.notices.map(({ message }) => message)).toContain(
    'log: 1 row of 17 refused, for example log/log.csv, line 17: not UTF-8',
  );
});

test('a work folder that cannot be written is a clear error', async () => {
  const folder = tempFolder('cases');
  writeFileSync(join(folder, 'file'), '');
  const [found] = await refusal(openDatabase({ folder: join(folder, 'file', 'work') }));
  expect(found?.message).toMatch(/^open the work database: ENOTDIR/);
});
