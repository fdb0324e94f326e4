/** Stages `lines`, `samples` and `spans` on the tiny dataset: every record by hand, and what must not be lost. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { stageKinds } from '../../src/catalog/stages.ts';
import { openDatabase } from '../../src/data/database.ts';
import { microservo } from '../../src/data/readers/microservo.ts';
import { writeLines } from '../../src/data/windows/lines.ts';
import { writeSamples } from '../../src/data/windows/samples.ts';
import { writeSpans } from '../../src/data/windows/spans.ts';
import { MedxError } from '../../src/diagnostics/diagnostic.ts';
import type { CaseTable } from '../../src/stages/contracts.ts';
import { caseParams, lines, type RawFiles, rawFiles, settings, t0, writeRaw } from '../support/microservo.ts';
import { parquetRows } from '../support/parquet.ts';
import { runStages, stageNode } from '../support/run-stages.ts';
import { tempFolder } from '../support/temp.ts';

async function read(kind: 'lines' | 'samples' | 'spans', files: RawFiles, folder = tempFolder('records')) {
  const cases = stageNode('cases', 2, caseParams);
  const node = stageNode(kind, stageKinds[kind].version, settings, { cases });
  const ran = await runStages([cases, node], join(folder, 'store'), { dataRoot: writeRaw(folder, files) });
  const artefact = ran.artefact(node);
  const path = artefact.path(`${kind}.parquet`);
  return {
    rows: await parquetRows(path),
    bytes: readFileSync(path),
    axes: artefact.has('axes') ? artefact.json<Record<string, string[]>>('axes') : {},
    notices: ran.notices
      .filter(({ code }) => code !== 'MED3114')
      .map(({ code, message }) => `${code} ${message}`),
  };
}

test('lines: by case and time, white space folded, copies of a row left out', async () => {
  const files = rawFiles();
  files['log/log-2.csv'] = lines([
    'log_id,timestamp,date,cmdb_id,message',
    `id0-1,${t0 - 60 + 1}.5,x,frontend-0,"view  cart, user -1"`,
    `,${t0 + 2},x,frontend-1,"two`,
    'lines"',
    `,${t0 + 2},x,frontend-1,"two\tlines "`,
  ]);
  const { rows, notices } = await read('lines', files);
  expect(rows.filter((row) => row.case === 0)).toEqual(
    [
      [0, t0 - 120 + 1.5, 'frontend-0', 'view cart, user -2'],
      [1, t0 - 60 + 1.5, 'frontend-0', 'view cart, user -1'],
      [2, t0 + 1.5, 'frontend-0', 'view cart, user 0'],
      // Without an id nothing tells a copy from a repetition: both stay.
      [2, t0 + 2, 'frontend-1', 'two lines'],
      [2, t0 + 2, 'frontend-1', 'two lines'],
      [3, t0 + 60 + 1.5, 'frontend-0', 'view cart, user 1'],
    ].map(([window, time, instance, message]) => ({
      case: 0,
      window,
      time: Number(time) * 1000,
      instance,
      message,
      level: '',
    })),
  );
  expect(rows.filter((row) => row.case === 1)).toHaveLength(4);
  expect(notices).toEqual(['MED3104 log: 1 copy of rows left out']);
});

test('samples: pods averaged per service, gaps counted, counters as they are', async () => {
  const files = rawFiles();
  files['metric/container/kpi_container_all.csv'] += lines([
    `${t0},observe.frontend-0,container_threads_max,NaN`,
    `${t0},observe.frontend-0,container_threads_max,`,
  ]);
  const { rows, axes, notices } = await read('samples', files);
  expect(axes).toEqual({
    instances: ['cartservice', 'frontend'],
    kpis: ['container_cpu_usage_seconds_total', 'container_threads'],
  });
  const cart = rows.filter((row) => row.case === 0 && row.instance === 0);
  expect(cart.map(({ kpi, time, value }) => [kpi, Number(time) / 1000 - t0, value])).toEqual([
    [0, -120, (96 + 192) / 2],
    [0, -60, (98 + 196) / 2],
    [0, 0, 150],
    [0, 60, (102 + 204) / 2],
  ]);
  expect(rows).toHaveLength(2 * (4 + 8));
  expect(notices).toEqual(['MED3106 metric: 2 of 34 values are not numbers and count as missing']);
});

test('spans: caller and callee by parent within the trace; roots, orphans and copies', async () => {
  const files = rawFiles();
  const [header = '', ...spans] = (files['trace/trace.csv'] ?? '').trim().split('\n');
  const orphan = `,${t0 * 1e6 + 900},frontend,c1,t03,77,request,0,/Lost,gone`;
  const selfRoot = `,${t0 * 1e6 + 950},frontend,r1,t99,55,request,0,/Home,r1`;
  // The same span id in another trace is another span.
  const elsewhere = `,${t0 * 1e6 + 960},emailservice,a03,t98,66,request,0,/Mail,`;
  files['trace/trace.csv'] = lines([header, ...spans, orphan, selfRoot, elsewhere, spans[6] ?? '']);
  const { rows, axes, notices } = await read('spans', files);
  expect(axes).toEqual({
    services: ['cartservice', 'client', 'emailservice', 'frontend', 'unknown'],
    operations: ['/GetCart', '/Home', '/Lost', '/Mail'],
    instances: ['cartservice-0', 'emailservice', 'frontend'],
    statuses: ['0'],
  });
  const name = (code: unknown) => axes.services?.[Number(code)];
  const inWindow = rows.filter((row) => row.case === 0 && row.window === 2);
  expect(
    inWindow.map((row) => [
      name(row.caller),
      name(row.callee),
      axes.operations?.[Number(row.operation)],
      row.duration_us,
      row.caller_us,
    ]),
  ).toEqual([
    ['client', 'emailservice', '/Mail', 66, null],
    ['client', 'frontend', '/Home', 55, null],
    ['client', 'frontend', '/Home', 9000, null],
    ['frontend', 'cartservice', '/GetCart', 4000, 9000],
    ['unknown', 'frontend', '/Lost', 77, null],
  ]);
  expect(notices).toEqual([
    'MED3104 trace: 1 copy of rows left out',
    'MED3107 trace: the parent of 1 of 19 spans is not in the files; their caller is `unknown`',
  ]);
});

test('a parent that began before the case is still found', async () => {
  const files = rawFiles();
  const [header = '', ...spans] = (files['trace/trace.csv'] ?? '').trim().split('\n');
  const parent = `,${(t0 - 125) * 1e6},frontend,p1,tx,9000000,request,0,/Slow,`;
  const child = `,${(t0 - 118) * 1e6},cartservice-1,p2,tx,100,request,0,/GetCart,p1`;
  files['trace/trace.csv'] = lines([header, ...spans, child, parent]);
  const { rows } = await read('spans', files);
  expect(rows.filter((row) => row.caller_us === 9_000_000)).toMatchObject([
    { case: 0, window: 0, duration_us: 100 },
  ]);
});

test('the same files give the same bytes, in whatever order their rows are', async () => {
  for (const kind of ['lines', 'samples', 'spans'] as const) {
    const files = rawFiles();
    const once = await read(kind, files);
    const turned: RawFiles = Object.fromEntries(
      Object.entries(files).map(([path, text]) => {
        if (!path.endsWith('.csv')) return [path, text];
        const [header = '', ...rows] = text.trim().split('\n');
        return [path, lines([header, ...rows.reverse()])];
      }),
    );
    expect((await read(kind, files)).bytes.equals(once.bytes)).toBe(true);
    expect((await read(kind, turned)).rows).toEqual(once.rows);
  }
});

test('a stage whose modality the dataset lacks says so', async () => {
  const files = rawFiles();
  delete files['trace/trace.csv'];
  const error = await read('spans', files).catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(MedxError);
  expect((error as MedxError).diagnostics[0]).toMatchObject({
    code: 'MED3010',
    message: 'the dataset has no trace records in its cases',
    fix: 'use a model without trace, or add the files',
  });
});

test('the same bytes with one thread or two, with much memory or little', async () => {
  // 40,000 lines of some 100 characters: five row groups over two overlapping cases.
  const folder = tempFolder('spill');
  const rows = Array.from({ length: 40_000 }, (_, i) => {
    const time = t0 - 120 + ((i * 7919) % 240_000) / 1000;
    return `${i},id${i},${time},x,frontend-${i % 3},"order ${(i * 31) % 1009} of ${'item '.repeat(i % 40)}"`;
  });
  const files = { ...rawFiles(), 'log/log.csv': lines([',log_id,timestamp,date,cmdb_id,message', ...rows]) };
  const found = microservo.find(join(writeRaw(folder, files), 'd3'), {});
  const table: CaseTable = {
    simulated: false,
    classes: ['a', 'b'],
    windows: 4,
    windowMs: 60_000,
    cases: [t0 - 120, t0 - 60].map((start, c) => ({
      id: `${c}`,
      injected: 0,
      start: start * 1000,
      end: (start + 240) * 1000,
      label: c,
      service: '',
      instance: '',
      day: '',
      group: 0,
    })),
    refused: [],
  };
  const write = async (name: string, threads: number, memoryMb: number) => {
    const db = await openDatabase({ folder: join(folder, name), threads, memoryMb });
    const path = join(folder, `${name}.parquet`);
    await writeLines(db, microservo.relation(found, 'log', {}), table, path);
    db.close();
    return readFileSync(path);
  };
  const one = await write('one', 1, 256);
  expect((await write('two', 2, 256)).equals(one)).toBe(true);
  expect((await write('little', 2, 48)).equals(one)).toBe(true);
});

test('samples and spans have the same bytes whatever the order of the rows, with one thread or two', async () => {
  const folder = tempFolder('passes');
  const minutes = Array.from({ length: 12 }, (_, m) => t0 - 240 + m * 60);
  const samples = minutes.flatMap((time, m) =>
    [0, 1, 2].map((pod) => `${time},observe.frontend-${pod},container_threads,${(m * 7 + pod) / 3}`),
  );
  // Every fourth span is written twice, every fifth has no parent in the file.
  const spans = Array.from({ length: 400 }, (_, i) => {
    const parent = i % 10 === 0 ? '' : i % 5 === 0 ? `gone${i}` : `s${i - (i % 10)}`;
    const time = (t0 - 100 + Math.floor(i / 2)) * 1e6 + i;
    const row = `${i},${time},${i % 3 ? 'cartservice' : 'frontend'},s${i},t${Math.floor(i / 10)},${(i * 7919) % 1013},request,0,op${i % 4},${parent}`;
    return i % 4 ? [row] : [row, row];
  }).flat();
  const files = {
    ...rawFiles(),
    'metric/container/kpi_container_threads.csv': lines(['timestamp,cmdb_id,kpi_name,value', ...samples]),
    'trace/trace.csv': lines([
      ',timestamp,cmdb_id,span_id,trace_id,duration,type,status_code,operation_name,parent_span',
      ...spans,
    ]),
  };
  const found = microservo.find(join(writeRaw(folder, files), 'd3'), {});
  const rows = [t0 - 120, t0 - 60, t0].map((start, c) => ({
    ...{ id: `${c}`, injected: 0, start: start * 1000, end: (start + 120) * 1000, label: c },
    ...{ service: '', instance: '', day: '', group: 0 },
  }));
  const table: CaseTable = {
    ...{ simulated: false, classes: ['a', 'b', 'c'], windows: 2, windowMs: 60_000 },
    ...{ cases: rows, refused: [] },
  };
  for (const [kind, write] of [
    ['metric', writeSamples],
    ['trace', writeSpans],
  ] as const) {
    const writeWith = async (name: string, threads: number) => {
      const db = await openDatabase({ folder: join(folder, kind, name), threads });
      const path = join(folder, `${kind}-${name}.parquet`);
      const counts = await write(db, microservo.relation(found, kind, {}), table, path);
      db.close();
      return { counts, bytes: readFileSync(path) };
    };
    const one = await writeWith('one', 1);
    for (const [name, threads] of [
      ['turned', 1],
      ['two', 2],
    ] as const) {
      if (name === 'turned') turnRows(folder, files);
      const other = await writeWith(name, threads);
      expect(other.counts).toEqual(one.counts);
      expect(other.bytes.equals(one.bytes)).toBe(true);
    }
    if (kind === 'trace') expect(one.counts.copies).toBe(100);
    if ('orphans' in one.counts) expect(one.counts.orphans).toBeGreaterThan(0);
  }
});

/** Writes the telemetry again with its rows in another order. */
function turnRows(folder: string, files: RawFiles): void {
  const turned = Object.entries(files).map(([path, text]): [string, string] => {
    if (!/^(metric|trace)/.test(path)) return [path, text];
    const [header = '', ...rows] = text.trim().split('\n');
    return [path, lines([header, ...rows.toSorted((a, b) => spread(a) - spread(b))])];
  });
  writeRaw(folder, Object.fromEntries(turned));
}

/** A number that has nothing to do with the time of a row. */
function spread(text: string): number {
  let sum = 7;
  for (const char of text) sum = (sum * 31 + char.charCodeAt(0)) % 1_000_003;
  return sum;
}
