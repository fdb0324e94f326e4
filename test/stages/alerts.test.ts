/** Sets of extracted events: files in; cases, events, features and notices out. */
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { stageKinds } from '../../src/catalog/stages.ts';
import { type Diagnostic, MedxError } from '../../src/diagnostics/diagnostic.ts';
import type { CaseTable, EventAxes, EventTopology, FeatureAxes, Step } from '../../src/stages/contracts.ts';
import type { JsonObject } from '../../src/stages/stage.ts';
import { gaiaFiles, microssFiles, type SetFiles, sockshopFiles, writeSet } from '../support/alerts.ts';
import { parquetRows } from '../support/parquet.ts';
import { runStages, stageNode } from '../support/run-stages.ts';
import { sharedPath } from '../support/shared.ts';
import { tempFolder } from '../support/temp.ts';

const around = { window_ms: 60_000, before_ms: 0, after_ms: 120_000 };
const set = { format: 'alerts', root: 'set' };

function nodes(params: JsonObject = {}, cut: JsonObject = {}) {
  const dataset = { ...set, ...params };
  const cases = stageNode('cases', stageKinds.cases.version, { ...dataset, ...around, ...cut });
  const events = stageNode('events', stageKinds.events.version, dataset, { cases });
  return { cases, events };
}

async function readSet(files: SetFiles, options: JsonObject = {}, cut: JsonObject = {}) {
  const folder = tempFolder('alerts');
  const { cases, events } = nodes(Object.keys(options).length > 0 ? { options } : {}, cut);
  const ran = await runStages([cases, events], join(folder, 'store'), { dataRoot: writeSet(folder, files) });
  const made = ran.artefact(events);
  return {
    table: ran.artefact(cases).json<CaseTable>('cases'),
    telemetry: ran.artefact(cases).json<Record<string, unknown>>('telemetry'),
    axes: made.json<EventAxes>('axes'),
    topology: made.has('topology.json') ? made.json<EventTopology>('topology') : undefined,
    rows: await parquetRows(made.path('events.parquet')),
    notices: ran.notices.map(({ code, message }) => `${code} ${message}`),
  };
}

async function refusal(work: Promise<unknown>): Promise<string> {
  const error = await work.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof MedxError)) throw error ?? new Error('nothing was refused');
  const line = ({ code, place, message }: Diagnostic) => [code, place, message].filter(Boolean).join(' | ');
  return error.diagnostics.map(line).join('\n');
}

describe('a set with label times alone (gaia)', () => {
  test('a case is one window from the start of its failure to its end', async () => {
    const { table, notices } = await readSet(gaiaFiles());
    expect(table).toMatchObject({ windows: 1, windowMs: 0, simulated: false, refused: [] });
    expect(table.classes).toEqual(['login failure', 'memory_anomalies', 'normal memory freed label']);
    // 00:10 in China is 16:10 of the day before in UTC.
    expect(table.cases[0]).toEqual({
      id: '2021-07-03T16:10:11.553Z mobservice1 #10',
      injected: Date.parse('2021-07-03T16:10:11.553Z'),
      start: Date.parse('2021-07-03T16:10:11.553Z'),
      end: Date.parse('2021-07-03T16:10:22.553Z'),
      label: 0,
      service: 'mobservice',
      instance: 'mobservice1',
      day: '2021-07-03',
      group: 0,
      part: 'train',
    });
    expect(table.cases.map(({ part }) => part)).toEqual(['train', 'train', 'test', 'test']);
    expect(notices).toEqual([
      'MED3142 trace: 1 key without a label left out (99), with 1 event',
      'MED3142 topology: 1 key without a label left out (99)',
      'MED3147 the events have no times: a case is one window, and `window` and `case` are not used',
      'MED3140 4 cases of extracted events: log 3 (1 case without), metric 4 (1 case without), trace 3 (1 case without)',
    ]);
  });

  test('events have codes, names and no time', async () => {
    const { axes, rows, topology } = await readSet(gaiaFiles());
    expect(axes.instances).toEqual(['dbservice2', 'mobservice1', 'mobservice2', 'webservice1', 'x1']);
    expect(axes.items.metric).toEqual({
      fields: ['instance', 'host', 'kpi', 'direction'],
      rows: [
        ['dbservice2', '0.0.0.4', 'docker_cpu', 'down'],
        ['dbservice2', '0.0.0.4', 'docker_memory', 'up'],
        ['mobservice1', '0.0.0.1', 'docker_cpu', 'up'],
      ],
    });
    expect(axes.items.trace?.rows[0]).toEqual(['', 'mobservice1', 'http://0.0.0.1:9383/login', 'ERROR']);
    const none = { time: null, caller: null, count: 1, messages: null };
    expect(rows.slice(0, 5)).toEqual([
      { case: 0, position: 0, modality: 0, item: 1, instance: 1, ...none },
      { case: 0, position: 1, modality: 1, item: 2, instance: 1, ...none },
      { case: 0, position: 2, modality: 2, item: 0, instance: 1, ...none },
      { case: 1, position: 0, modality: 0, item: 0, instance: 0, ...none },
      { case: 1, position: 1, modality: 1, item: 1, instance: 0, ...none },
    ]);
    expect(rows.at(-2)).toEqual({
      case: 2,
      position: 1,
      modality: 2,
      item: 2,
      instance: 2,
      ...none,
      caller: 3,
    });
    expect(topology?.[0]).toEqual({ nodes: [1, 3], edges: [[3, 1]] });
    expect(topology?.[1]).toEqual({ nodes: [0], edges: [[0, 0]] });
  });

  test("Medicine's four classes, and another time zone", async () => {
    const { table } = await readSet(gaiaFiles(), { types: 'medicine', time_zone: 'Z' });
    expect(table.classes).toEqual(['login', 'memory']);
    expect(table.cases[0]?.id).toBe('2021-07-04T00:10:11.553Z mobservice1 #10');
    expect(await refusal(readSet(gaiaFiles(), { time_zone: 'Shangai' }))).toMatch(/^MED3040 \| /);
  });

  test('types that belong to none of the four classes are refused by name', async () => {
    expect(await refusal(readSet(sockshopFiles(), { types: 'medicine' }))).toBe(
      'MED3008 | none of 2 labels became a case',
    );
  });
});

test('a set without any times (sockshop)', async () => {
  const { table, axes, rows, topology } = await readSet(sockshopFiles());
  expect(table).toMatchObject({ timeless: true, windows: 1, windowMs: 0, classes: ['cpu', 'memory'] });
  expect(table.cases).toEqual([
    {
      id: '#1 orders-1',
      injected: 0,
      start: 0,
      end: 0,
      day: '',
      label: 0,
      service: 'orders',
      instance: 'orders-1',
      group: 0,
      part: 'train',
    },
    {
      id: '#0 user-0',
      injected: 0,
      start: 0,
      end: 0,
      day: '',
      label: 1,
      service: 'user',
      instance: 'user-0',
      group: 1,
      part: 'test',
    },
  ]);
  expect(axes.items.metric?.rows[0]).toEqual(['orders-1', '', 'cpu_usage', 'up']);
  // Neither caller nor callee is named: kept, and nowhere.
  expect(rows.at(-1)).toMatchObject({ case: 1, modality: 2, instance: null, caller: null });
  expect(topology).toBeUndefined();
});

describe('a set with event times (MicroSS)', () => {
  test('cases are cut around the start, events in order of time', async () => {
    const { table, rows, axes, telemetry, notices } = await readSet(microssFiles());
    expect(table).toMatchObject({ windows: 2, windowMs: 60_000 });
    const at = (text: string) => Date.parse(`2021-07-01T${text}Z`);
    expect(telemetry).toMatchObject({
      files: {
        log: { rows: 2, range: [at('10:10:30.500'), at('10:10:30.500')] },
        metric: { rows: 4, range: [at('10:10:01.000'), at('10:28:20.000')] },
      },
    });
    expect(table.cases.map(({ id, start, end }) => [id, end - start])).toEqual([
      ['2021-07-01T10:10:00Z redisservice2 #0', 120_000],
      ['2021-07-01T10:20:00Z redisservice2 #1', 120_000],
    ]);
    const first = rows.filter((row) => row.case === 0);
    expect(
      first.map(({ time, modality }) => [(Number(time) - Number(table.cases[0]?.start)) / 1000, modality]),
    ).toEqual([
      [1, 1],
      [2, 2],
      [30.5, 0],
      [61, 1],
    ]);
    // The representative message first, each once; the time is that of the earliest.
    expect(String(first[2]?.messages)).toContain('late');
    expect(first[2]).toMatchObject({ count: 2 });
    expect(axes.templates).toEqual([
      { id: '7', text: '<:TIME:> ERROR, downstream' },
      { id: '8', text: 'no time' },
    ]);
    expect(notices).toEqual([
      'MED3144 1 failure marked as augmented (copies at invented times) left out, with 1 event; `copies: keep` takes them',
      'MED3143 1 of 7 events lie outside of the interval of their case and count in no window; `case` cuts it',
      'MED3140 2 cases of extracted events: log 2, metric 3, trace 2',
    ]);
  });

  test('copies that are kept share the group of what they were copied from', async () => {
    const { table } = await readSet(microssFiles(), { copies: 'keep' });
    expect(table.cases.map(({ id, group }) => [id.split('#')[1], group])).toEqual([
      ['0', 0],
      ['1', 1],
      ['2', 1],
    ]);
  });

  test('another zone or another unit names both ranges and the likely fix', async () => {
    const diagnostics = async (files: SetFiles, options: JsonObject) => {
      const error = await readSet(files, options).catch((thrown: unknown) => thrown);
      return error instanceof MedxError ? error.diagnostics : [];
    };
    const zoned = await diagnostics(microssFiles(), { time_zone: 'Z' });
    // Log messages are local times, as the labels are: they move together.
    expect(zoned.map(({ message }) => message)).toEqual([
      'no metric event lies near the failure that it belongs to',
      'no trace event lies near the failure that it belongs to',
    ]);
    expect(zoned[1]?.notes).toEqual([
      'labels from 2021-07-01T18:10:00.000Z to 2021-07-01T18:20:00.000Z',
      'trace events from 2021-07-01T10:10:02.000Z to 2021-07-01T10:20:02.000Z',
    ]);
    expect(zoned[1]?.fix).toMatch(/lie 8.0 h before the failures: check the `time_zone`/);
    const files = microssFiles();
    const seconds = String(files['metric/metrics.json']).replace(/"(\d{10})\d{3}"/g, '"$1"');
    const short = await diagnostics({ ...files, 'metric/metrics.json': seconds }, {});
    expect(short.map(({ fix }) => fix)).toEqual([expect.stringMatching(/by a factor of 1,000/)]);
  });
});

describe('what is wrong is refused and counted', () => {
  test('events', async () => {
    const files = gaiaFiles();
    files['raw/metrics.json.gz'] = JSON.stringify({
      10: [
        ['mobservice1', 'docker_cpu'],
        ['mobservice1', 'docker_cpu', 'sideways'],
        'text',
        ['mobservice1', 'cpu', 'up'],
      ],
      2: 'not a list',
      3: [[null, 'cpu', 'up']],
      4: [
        ['12:30', 'mobservice1', null, 'cpu', 'up'],
        ['a', 'b', 'c', 'd', 'up', 'f'],
      ],
    });
    files['raw/edges.json'] = JSON.stringify({ 10: [[0, 7], [0], [null, 1]], 2: [[0, 0]] });
    const { telemetry, notices, rows, topology } = await readSet(files);
    expect(telemetry).toMatchObject({
      files: { metric: { rows: 8, refused: 7 } },
      records: { metric: [1, 0, 0, 0] },
    });
    expect(rows.filter(({ modality }) => modality === 1)).toHaveLength(1);
    expect(notices).toContain(
      'MED3141 metric: 7 events of 8 refused, for example raw/metrics.json.gz, key 2: not a list of events',
    );
    expect(notices).toContain(
      'MED3148 topology: 3 entries refused, for example raw/edges.json, key 10, edge 1: [0, 7] joins no two of its nodes',
    );
    expect(topology?.[0]?.edges).toEqual([]);
    const { 'raw/nodes.json': _, ...without } = gaiaFiles();
    const bare = await readSet(without);
    expect(bare.topology).toBeUndefined();
    expect(bare.notices).toContain(
      'MED3148 topology: 4 entries refused, for example raw/edges.json, key 2: edges without nodes',
    );
  });

  test('hostile entries: deep nesting, halves of characters, NUL, counts beyond 32 bits', async () => {
    const files = microssFiles();
    const deep = `${'['.repeat(100_000)}${']'.repeat(100_000)}`;
    const [half, nul, most, more] = [String.raw`\ud800`, String.raw`\u0000`, 2 ** 31 - 1, 2 ** 31];
    files['log/logs.json'] = `{"0": [["a${half}", "1", ["x${half}y", "n${nul}n"], ${most}, null],
      ["a", "1", ["text"], ${more}, null], ["a", ${deep}], ${deep}, {"a": ${deep}}], "1": ${deep}, "2": []}`;
    const { rows, telemetry, axes } = await readSet(files);
    expect(telemetry).toMatchObject({ files: { log: { rows: 6, refused: 5 } } });
    const [log] = rows.filter(({ modality }) => modality === 0);
    expect(log).toMatchObject({ count: most });
    expect(JSON.stringify(log?.messages)).toContain('x\ufffdy');
    expect(JSON.stringify(log?.messages)).toContain(String.raw`n\u0000n`);
    expect(axes.items.log?.rows).toHaveLength(1);
  });

  test('labels', async () => {
    const files = gaiaFiles();
    const [header, first, second, third, fourth] = String(files['label.csv']).split('\n');
    files['label.csv'] = [
      header,
      first,
      first,
      second?.replace('2021-07-04 00:20:11.553000', 'yesterday'),
      third?.replace(/test$/, 'exam'),
      fourth,
      '7,2021-07-04,dbservice,dbservice1,x,WARNING,[login failure],2021-07-04 01:00:00,2021-07-04 01:10:00,600,train',
    ].join('\n');
    const { table } = await readSet(files);
    expect(table.cases).toHaveLength(2);
    expect(table.refused).toEqual([
      { id: 'label.csv, line 3', reason: 'the index 10 is there twice' },
      { id: 'label.csv, line 4', reason: 'its time `yesterday` cannot be read' },
      { id: 'label.csv, line 5', reason: 'its part `exam` is neither train, valid nor test' },
      { id: 'label.csv, line 7', reason: 'no event file knows the index 7' },
    ]);
  });

  test('files', async () => {
    const with_ = (changes: SetFiles) => refusal(readSet({ ...gaiaFiles(), ...changes }));
    expect(await with_({ 'raw/logs.json': '{"10": [], "2": [], "10": []}' })).toBe(
      'MED3052 | raw/logs.json | events cannot be read: the key 10 is there twice',
    );
    expect(await with_({ 'raw/logs.json': '[]' })).toBe(
      'MED3052 | raw/logs.json | events cannot be read: not an object',
    );
    expect(await with_({ 'raw/logs.json': '{"10": [' })).toMatch(
      /^MED3052 \| raw\/logs.json \| events cannot be/,
    );
    expect(await with_({ 'log/logs.json': '{}' })).toBe(
      'MED3052 | raw/logs.json | events cannot be read: the set has more than one file of log events: log/logs.json, raw/logs.json',
    );
    expect(await with_({ 'label.csv': 'index,type\n1,x\n' })).toMatch(
      /^MED3003 \| label.csv \| labels cannot be read: no column anomaly_type or fault_type, no column instance or fault_entity/,
    );
    expect(await with_({ 'raw/logs.json': JSON.stringify({ 10: [[]], 2: ['x'] }) })).toMatch(
      /^MED3009 \| no row of the log events can be read; 2 rows refused/,
    );
  });
});

describe('features', () => {
  async function features(
    files: SetFiles,
    modality: string,
    steps: readonly Step[],
    train: readonly number[],
  ) {
    const folder = tempFolder('alerts');
    const { cases, events } = nodes();
    const split = stageNode('given', 1, { train: [...train] });
    const made = stageNode(
      'features.events',
      stageKinds['features.events'].version,
      { modality, steps, fit: 'train' } as unknown as JsonObject,
      { events, cases, split },
    );
    const given = {
      kind: 'given',
      version: 1,
      cost: 'light',
      run: async (_: JsonObject, context: { out: { json(name: string, value: unknown): void } }) =>
        context.out.json('split', { train, valid: [], test: [] }),
    } as const;
    const { stageRegistry } = await import('../../src/stages/registry.ts');
    const ran = await runStages([cases, events, split, made], join(folder, 'store'), {
      dataRoot: writeSet(folder, files),
      kinds: { ...stageRegistry, given: async () => given },
    });
    const { shape, data } = ran.artefact(made).array<Float32Array>('x');
    return {
      shape,
      x: Array.from(data, (value) => Number(value.toFixed(4))),
      axes: ran.artefact(made).json<FeatureAxes>('axes'),
      notices: ran.notices.map(({ code, message }) => `${code} ${message}`),
    };
  }
  const events = (...by: string[]): Step => ({ op: 'events', args: { by } });

  test('kinds are those of the training cases; others are ignored and counted', async () => {
    const { shape, x, axes, notices } = await features(gaiaFiles(), 'log', [events('template')], [0, 1]);
    expect(shape).toEqual([4, 1, 1]);
    expect(axes).toMatchObject({ events: ['3'], coverage: [1, 1, 1, 0] });
    expect(x).toEqual([1, 1, 0, 0]);
    expect(notices).toContain('MED3111 log: 1 record of 7 left out: not seen in the training cases');
    expect(notices.filter((one) => one.startsWith('MED3108'))).toEqual([
      'MED3108 1 case without log records: features 0 (2021-07-03T16:40:11.553Z webservice1 #4)',
    ]);
  });

  test('what every training case has weighs nothing', async () => {
    const steps = [events('kpi', 'direction'), { op: 'idf', args: {} }];
    const { x, axes } = await features(gaiaFiles(), 'metric', steps, [0, 1, 3]);
    expect(axes.events).toEqual(['docker_cpu down', 'docker_cpu up', 'docker_memory up']);
    const [once, twice] = [Math.log(3), Math.log(3 / 2)].map((value) => Number(value.toFixed(4)));
    expect(x).toEqual([0, once, 0, once, 0, twice, 0, 0, 0, 0, 0, twice]);
    expect(
      (await features(gaiaFiles(), 'log', [events('template'), { op: 'idf', args: {} }], [0, 1])).x,
    ).toEqual([0, 0, 0, 0]);
  });

  test('events count in the window of their time, as often as they occurred', async () => {
    const metric = await features(microssFiles(), 'metric', [events('kpi')], [0, 1]);
    expect(metric.axes.events).toEqual(['docker_memory']);
    expect(metric.x).toEqual([1, 1, 0, 0]);
    expect(metric.axes.coverage).toEqual([2, 0]);
    const log = await features(
      microssFiles(),
      'log',
      [events('template'), { op: 'log1p', args: {} }],
      [0, 1],
    );
    expect(log.axes.events).toEqual(['7']);
    expect(log.x).toEqual([Number(Math.log(3).toFixed(4)), 0, 0, 0]);
    expect(log.notices).toContain('MED3146 log: 1 event without a time counts in no window');
  });

  test('a modality that the set has not is an error', async () => {
    const { 'raw/traces.json': _, ...files } = gaiaFiles();
    expect(await refusal(features(files, 'trace', [events('callee')], [0, 1]))).toBe(
      'MED3054 | the set has no trace events',
    );
  });
});

describe('the published sets', () => {
  const shared = sharedPath('data');
  const expected = {
    'tvdiag/gaia': {
      cases: 1099,
      windows: 1,
      classes: 5,
      log: [17_777, 1],
      metric: [49_825, 92],
      trace: [12_603, 53],
    },
    'tvdiag/sockshop': {
      cases: 489,
      windows: 1,
      classes: 7,
      log: [15_827, 1],
      metric: [16_471, 0],
      trace: [11_866, 1],
    },
    'rca-llm-alerts/Online-Boutique-cloudbed-1': {
      cases: 70,
      windows: 9,
      classes: 15,
      log: [727, 4],
      metric: [5090, 0],
      trace: [12_962, 0],
    },
    'rca-llm-alerts/MicroSS': {
      cases: 152,
      windows: 9,
      classes: 5,
      log: [150, 40],
      metric: [5343, 17],
      trace: [2959, 12],
    },
  } as const;
  for (const [root, { cases: count, windows, classes, ...events }] of Object.entries(expected))
    test.skipIf(!shared)(`${root}: every event is there`, async () => {
      const cut = { after_ms: 540_000 };
      const options = root.endsWith('MicroSS') ? { options: { copies: 'keep' } } : {};
      const { cases, events: node } = nodes({ root, ...options }, cut);
      const ran = await runStages([cases, node], tempFolder('alerts'), { dataRoot: shared ?? '' });
      const table = ran.artefact(cases).json<CaseTable>('cases');
      const telemetry = ran.artefact(cases).json<{
        files: Record<string, { rows: number; refused: number }>;
        records: Record<string, number[]>;
      }>('telemetry');
      expect([table.cases.length, table.windows, table.classes.length]).toEqual([count, windows, classes]);
      const total = Object.values(events).reduce((sum, [n]) => sum + n, 0);
      for (const [modality, [n, empty]] of Object.entries(events)) {
        expect(telemetry.files[modality]).toMatchObject({ rows: n, refused: 0 });
        expect(telemetry.records[modality]?.reduce((a, b) => a + b, 0)).toBe(n);
        expect(telemetry.records[modality]?.filter((one) => one === 0)).toHaveLength(empty);
      }
      expect(await parquetRows(ran.artefact(node).path('events.parquet'))).toHaveLength(total);
    });
});
