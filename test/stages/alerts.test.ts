import { describe, expect, test } from 'vitest';
import { MedxError } from '../../src/diagnostics/diagnostic.ts';
import type { CaseTable } from '../../src/stages/contracts.ts';
import type { JsonObject } from '../../src/stages/stage.ts';
import { gaiaFiles, microssFiles, type SetFiles, sockshopFiles } from '../support/alerts.ts';
import { parquetRows } from '../support/parquet.ts';
import { nodes, readSet, refusal } from '../support/read-events.ts';
import { runStages } from '../support/run-stages.ts';
import { sharedPath } from '../support/shared.ts';
import { tempFolder } from '../support/temp.ts';

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
