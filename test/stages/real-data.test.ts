/** The readers on real telemetry, where it lies beside the repository. */
import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { stageKinds } from '../../src/catalog/stages.ts';
import { listFiles } from '../../src/data/files.ts';
import type { CaseTable } from '../../src/stages/contracts.ts';
import { parquetRows } from '../support/parquet.ts';
import { runStages, stageNode } from '../support/run-stages.ts';
import { sharedPath } from '../support/shared.ts';
import { tempFolder } from '../support/temp.ts';

const trainticket = sharedPath('data', 'nezha-trainticket');
const drained = sharedPath('data', 'drain3-expected', 'trainticket.lines.txt.gz');
const sample = sharedPath('data', 'microservo-sample');
const around = { window_ms: 30_000, before_ms: 60_000, after_ms: 120_000 };

type Telemetry = { files: Record<string, Record<string, unknown>>; records: Record<string, number[]> };

test.skipIf(!trainticket)(
  'nezha-trainticket: all 45 faults become cases, every row is accounted for',
  async () => {
    const dataRoot = join(trainticket ?? '', '..');
    const cases = stageNode('cases', 2, { format: 'nezha', root: 'nezha-trainticket', ...around });
    const ran = await runStages([cases], tempFolder('nezha'), { dataRoot });
    const table = ran.artefact(cases).json<CaseTable>('cases');
    const sizes = table.classes.map((type, label) => [
      type,
      table.cases.filter((row) => row.label === label).length,
    ]);
    expect(sizes).toEqual([
      ['cpu_contention', 7],
      ['exception', 13],
      ['network_delay', 14],
      ['return', 11],
    ]);
    expect(table.refused).toEqual([]);
    // `inject_time` counts, not `inject_timestamp`: this fault has 1674953044, eight hours less.
    expect(table.cases[0]).toMatchObject({
      id: '2023-01-29T08:43:04Z ts-contacts-service',
      injected: 1_674_981_784_000,
    });
    const { files, records } = ran.artefact(cases).json<Telemetry>('telemetry');
    expect(files).toMatchObject({
      log: { rows: 267_425, refused: 0, repaired: 124, recovered: 2 },
      metric: { rows: 78_020, refused: 0 },
      trace: { rows: 508_018, refused: 0 },
    });
    for (const list of Object.values(records)) expect(Math.min(...list)).toBeGreaterThan(0);
  },
);

test.skipIf(!trainticket || !drained)(
  'nezha-trainticket: texts, broken times and torn rows, joined spans',
  async () => {
    // Files of a few minutes only: 08_4x, one with broken times, one with a torn row, one that repeats spans of another.
    const root = join(tempFolder('nezha'), 'part');
    const kept = listFiles(trainticket ?? '').filter(
      (file) =>
        /2023-01-29\/(log|trace)\/(08_4|09_3[45]|10_0[4-8])|fault_list|2023-01-29\/metric/.test(file) &&
        !file.startsWith('construct'),
    );
    for (const file of kept) {
      mkdirSync(join(root, file, '..'), { recursive: true });
      symlinkSync(join(trainticket ?? '', file), join(root, file));
    }
    const dataset = { format: 'nezha', root: 'part' };
    const cases = stageNode('cases', 2, { ...dataset, ...around });
    const linesNode = stageNode('lines', stageKinds.lines.version, dataset, { cases });
    const samples = stageNode('samples', stageKinds.samples.version, dataset, { cases });
    const spans = stageNode('spans', stageKinds.spans.version, dataset, { cases });
    const all = [cases, linesNode, samples, spans];
    const ran = await runStages(all, tempFolder('nezha'), { dataRoot: join(root, '..') });

    const table = ran.artefact(cases).json<CaseTable>('cases');
    const rows = await parquetRows(ran.artefact(linesNode).path('lines.parquet'));
    const expected = new Set(
      gunzipSync(readFileSync(drained ?? ''))
        .toString('utf8')
        .trimEnd()
        .split('\n'),
    );
    const first = rows.filter((row) => row.case === 0);
    expect(first.length).toBeGreaterThan(1000);
    expect(first.filter((row) => !expected.has(String(row.message)))).toEqual([]);
    // Go's zero time: such rows of 09_34 are dated by their second column and fall into the case of 09:34:19.
    const broken = rows.filter((row) => String(row.message).includes('dispatcherServlet]#175'));
    expect(broken.length).toBeGreaterThan(0);
    const torn = rows.filter((row) =>
      String(row.message).startsWith('18:06:03.361 INFO u.c.UserController#48'),
    );
    expect(torn.map((row) => row.message)).toEqual([
      expect.stringMatching(
        /^\S+ INFO \S+ TraceID: 24b5c62bafb05a6974660c972c0f946a .*\[UserId: 4d2a46c7-71cb-4cf1-b5bb-b68406d9da6f\]$/,
      ),
    ]);
    const outside = rows.filter((row) => {
      const { start = 0, end = 0 } = table.cases[Number(row.case)] ?? {};
      return Number(row.time) < start || Number(row.time) >= end;
    });
    expect(outside).toEqual([]);

    const { instances = [] } = ran.artefact(samples).json<Record<string, string[]>>('axes');
    expect(instances).toContain('ts-contacts-service');
    expect(instances).toHaveLength(47);
    const { services = [] } = ran.artefact(spans).json<Record<string, string[]>>('axes');
    const links = await parquetRows(ran.artefact(spans).path('spans.parquet'));
    // No orphans: every parent lies in the same files.
    expect(links.filter((row) => row.caller === services.indexOf('unknown'))).toEqual([]);
    const roots = new Set(
      links.filter((row) => row.caller === services.indexOf('client')).map((row) => row.callee),
    );
    expect([...roots].map((code) => services[Number(code)])).toEqual(['ts-gateway-service']);
  },
);

test.skipIf(!sample)('microservo-sample: units, services, copies and orphans of real D3 files', async () => {
  const root = join(tempFolder('d3'), 'd3');
  mkdirSync(join(root, 'groundtruth'), { recursive: true });
  for (const folder of ['log', 'metric', 'trace'])
    symlinkSync(join(sample ?? '', folder), join(root, folder));
  // The sample has one failure; a second one, of another class, is made up for the test.
  const labels = JSON.parse(
    readFileSync(join(sample ?? '', 'groundtruth/groundtruth.json'), 'utf8'),
  ) as Record<string, unknown[]>;
  const more: Record<string, unknown> = {
    timestamp: 1_718_651_880,
    service: 'frontend',
    cmdb_id: 'frontend-0',
    failure_type: 'cpu anomaly',
    duration: 60,
  };
  const both = Object.fromEntries(
    Object.entries(labels).map(([name, list]) => [name, [...list, more[name]]]),
  );
  writeFileSync(join(root, 'groundtruth/groundtruth.json'), JSON.stringify(both));

  const dataset = { format: 'microservo', root: 'd3' };
  const cases = stageNode('cases', 2, {
    ...dataset,
    window_ms: 60_000,
    before_ms: 120_000,
    after_ms: 120_000,
  });
  const stages = (['lines', 'samples', 'spans'] as const).map((kind) =>
    stageNode(kind, stageKinds[kind].version, dataset, { cases }),
  );
  const ran = await runStages([cases, ...stages], tempFolder('d3'), { dataRoot: join(root, '..') });
  const { files } = ran.artefact(cases).json<Telemetry>('telemetry');
  expect(files).toMatchObject({
    log: { rows: 49_964, refused: 0 },
    metric: { rows: 18 * 297, refused: 0 },
    trace: { rows: 58_161, refused: 0 },
  });
  const table = ran.artefact(cases).json<CaseTable>('cases');
  expect(table.cases.map(({ id, label }) => [id, table.classes[label]])).toEqual([
    ['2024-06-17T19:14:00Z cartservice', 'pod_failure'],
    ['2024-06-17T19:18:00Z frontend', 'cpu'],
  ]);
  const [, samples, spans] = stages.map((node) => ran.artefact(node));
  const { instances = [], kpis = [] } = samples?.json<Record<string, string[]>>('axes') ?? {};
  expect(instances).toHaveLength(9);
  expect(kpis).toHaveLength(18);
  const { services = [] } = spans?.json<Record<string, string[]>>('axes') ?? {};
  const rows = await parquetRows(spans?.path('spans.parquet') ?? '');
  const links = new Set(
    rows.map((row) => `${services[Number(row.caller)]} -> ${services[Number(row.callee)]}`),
  );
  expect([...links].filter((link) => link.includes('cartservice')).sort()).toEqual([
    'checkoutservice -> cartservice',
    'frontend -> cartservice',
  ]);
  const notices = ran.notices.map(({ code }) => code);
  expect(notices).toEqual(['MED3114', 'MED3104', 'MED3107']);
});
