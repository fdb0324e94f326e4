/** `table(…)`: columns named in the `.med` file, in any form, times of every kind; and what is wrong said by name. */
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { stageKinds } from '../../../src/catalog/stages.ts';
import { type Diagnostic, MedxError } from '../../../src/diagnostics/diagnostic.ts';
import type { SpanAxes } from '../../../src/stages/contracts.ts';
import { resolveText } from '../../spec/support.ts';
import { convertFolder } from '../../support/convert.ts';
import { lines, rawFiles, second, t0, writeRaw } from '../../support/microservo.ts';
import { parquetRows } from '../../support/parquet.ts';
import { type ReadRecords, readRecords, sourceParams } from '../../support/read-records.ts';
import { runStages, stageNode } from '../../support/run-stages.ts';
import { sharedPath } from '../../support/shared.ts';
import { tempFolder } from '../../support/temp.ts';

const labels = (more = '') =>
  `labels: rows(files: "faults.csv", time: "start", service: "svc", type: "kind"${more})`;

/** The tiny D3 files under names of our own. */
const asTable = (end: string, trace = '') => `table("d3", ${labels(', instance: "pod"')},
  log: rows(files: "log/*.${end}", time: "timestamp", instance: "cmdb_id", message: "message", id: ["log_id"]),
  metric: rows(files: "metric/container/*.${end}", time: "timestamp", unit: s, instance: "cmdb_id", kpi: "kpi_name", value: "value"),
  trace: rows(files: "trace/**.${end}", time: "timestamp", unit: us, trace: "trace_id", span: "span_id", parent: "parent_span",
    service: "cmdb_id", operation: "operation_name", duration: "duration"${trace}),
  instance_to_service: pod)`;

const faults = lines([
  'kind,start,svc,pod',
  `cpu,2024-03-22T10:00:00Z,cartservice,cartservice-0`,
  `cpu,2024-03-22T18:00:00+08:00,cartservice,cartservice-1`,
  `memory,${second},frontend,frontend-0`,
]);

function writeFiles(files: Readonly<Record<string, string>>): string {
  const root = tempFolder('table');
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, 'd3', path)), { recursive: true });
    writeFileSync(join(root, 'd3', path), text);
  }
  return root;
}

const root = tempFolder('table-d3');
let plain: ReadRecords;

beforeAll(async () => {
  writeRaw(root, rawFiles());
  plain = await readRecords(root, 'microservo("d3")');
  writeFileSync(join(root, 'd3/faults.csv'), faults);
});

test.each(['csv', 'csv.zst', 'ndjson.gz', 'parquet'] as const)(
  'the data of a dedicated reader, described as a table, gives the same records: %s',
  async (form) => {
    const to = tempFolder('table-form');
    await convertFolder(root, to, form, (path) => !/istio|faults/.test(path));
    const found = await readRecords(to, asTable(form));
    expect(found.records).toEqual(plain.records);
    expect(found.counts).toEqual(plain.counts);
    expect(found.cases).toEqual(plain.cases);
    expect(found.notices.filter((text) => text.startsWith('MED312'))).toEqual([
      'MED3121 log: times are read by their form; of numbers, 10 digits are seconds, 13 milliseconds, 16 microseconds, 19 nanoseconds. `unit: …` fixes it',
    ]);
  },
);

test('levels of lines and status of spans in columns of their own', async () => {
  const at = Date.parse('2024-03-22T10:00:00Z');
  const later = at + 3_600_000;
  const to = writeFiles({
    'faults.csv': lines(['kind,start,svc', `cpu,${at},cart`, `memory,${later},cart`]),
    'l.csv': lines([
      't,pod,text,severity',
      ...[`${at},cart-0,no stock,ERROR`, `${at},cart-0,sold,`, `${later},cart-0,sold,`],
    ]),
    's.csv': lines([
      't,tr,sp,pa,svc,op,us,code',
      `${at},a,1,,cart-0,get,5,200`,
      `${at},a,2,1,cart-1,get,4,503`,
    ]),
  });
  const params =
    sourceParams(`table("d3", labels: rows(files: "faults.csv", time: "start", service: "svc", type: "kind"),
    log: rows(files: "l.csv", time: "t", unit: ms, instance: "pod", message: "text", level: "severity"),
    trace: rows(files: "s.csv", time: "t", unit: ms, trace: "tr", span: "sp", parent: "pa", service: "svc", operation: "op",
      duration: "us", status: "code"), instance_to_service: pod)`);
  const window = { window_ms: 60_000, before_ms: 120_000, after_ms: 120_000 };
  const cases = stageNode('cases', stageKinds.cases.version, { ...params, ...window });
  const [read, spans] = (['lines', 'spans'] as const).map((kind) =>
    stageNode(kind, stageKinds[kind].version, params, { cases }),
  );
  if (!read || !spans) throw new Error('two stages');
  const ran = await runStages([cases, read, spans], join(to, 'store'), { dataRoot: to });
  const rows = await parquetRows(ran.artefact(read).path('lines.parquet'));
  expect(rows.filter((row) => row.case === 0).map(({ message, level }) => [message, level])).toEqual([
    ['no stock', 'ERROR'],
    ['sold', ''],
  ]);
  const { instances, statuses } = ran.artefact(spans).json<SpanAxes>('axes');
  const found = await parquetRows(ran.artefact(spans).path('spans.parquet'));
  const told = found
    .filter((row) => row.case === 0)
    .map((row) => [
      ...[instances[Number(row.instance)], statuses[Number(row.status)]],
      ...[row.trace, row.depth, Number(row.time) - at],
    ]);
  expect(told.sort()).toEqual([
    ['cart-0', '200', 0, 0, 0],
    ['cart-1', '503', 0, 1, 0],
  ]);
});

test('times in every form are the same times', async () => {
  const stamp = (ms: number, hours: number) => new Date(ms + hours * 3_600_000).toISOString().slice(0, 23);
  const forms: readonly ((ms: number) => string)[] = [
    (ms) => String(ms / 1000),
    (ms) => String(ms),
    (ms) => `${ms}000`,
    (ms) => `${ms}000000`,
    (ms) => `${stamp(ms, 0)}Z`,
    (ms) => `${stamp(ms, -5)}-05:00`,
    (ms) => `${stamp(ms, 3)} +0300`,
    (ms) => stamp(ms, 8).replace('T', ' '),
    (ms) => `"${stamp(ms, 8).replace('T', ' ').replace('.', ',')}"`,
  ];
  const at = [t0, second].flatMap((start) => [-90, 30, 90].map((s) => (start + s) * 1000 + 250));
  const files = Object.fromEntries(
    forms.map((form, i) => [
      `log-${i}.csv`,
      lines(['when,who,what', ...at.map((ms) => `${form(ms)},frontend-0,same text`)]),
    ]),
  );
  const source = (file: string) =>
    `table("d3", ${labels()}, log: rows(files: "${file}", time: "when", instance: "who", message: "what"), time_zone: "+08:00")`;
  const dataRoot = writeFiles({ ...files, 'faults.csv': faults });
  const found: unknown[] = [];
  for (const file of Object.keys(files))
    found.push((await readRecords(dataRoot, source(file), undefined, ['log'])).records.log);
  expect(found).toEqual(forms.map(() => found[0]));
});

test('texts without an offset in a named zone, on either side of its summer time', async () => {
  const times = (write: (utc: string, berlin: string) => string) => [
    write('2024-03-31T00:59:00Z', '2024-03-31 01:59:00'),
    write('2024-03-31T01:01:00Z', '2024-03-31 03:01:00'),
  ];
  const set = (write: (utc: string, berlin: string) => string) =>
    writeFiles({
      'faults.csv': lines(['kind,start,svc', ...times((...t) => `a,${write(...t)},s`), 'b,1711850000,s']),
      'log.csv': lines([
        'when,who,what',
        ...times((...t) => `${write(...t)},s-0,text`),
        '1711850000,s-0,text',
      ]),
    });
  const read = (dataRoot: string) =>
    readRecords(
      dataRoot,
      `table("d3", ${labels()}, log: rows(files: "log.csv", time: "when", instance: "who", message: "what"), time_zone: "Europe/Berlin")`,
      undefined,
      ['log'],
    );
  const [local, absolute] = [await read(set((_, berlin) => berlin)), await read(set((utc) => utc))];
  expect(local.records.log).toBe(absolute.records.log);
  expect(local.cases).toEqual(absolute.cases);
  expect(local.cases.map(({ id }) => id)).toContain('2024-03-31T01:01:00Z s');
});

describe('labels that miss the telemetry: the error names the setting to mend', () => {
  const hour = 3600;
  /** Five minutes of samples per hour on an hour that labels then name. */
  const set = (
    label: (s: number) => string,
    sample: (s: number) => string,
    times = [t0, t0 + hour, t0 + 2 * hour],
  ) =>
    writeFiles({
      'faults.csv': lines(['kind,start,svc', ...times.map((s, i) => `${i ? 'b' : 'a'},${label(s)},s`)]),
      'metric.csv': lines([
        'pod,t,kpi,value',
        ...times.flatMap((s) => [-60, 0, 60].map((more) => `s-0,${sample(s + more)},cpu,1`)),
      ]),
    });
  const read = (dataRoot: string, label = '', metric = '', more = '') =>
    refusalOf(
      readRecords(
        dataRoot,
        `table("d3", ${labels(label)}, metric: rows(files: "metric.csv", time: "t", instance: "pod", kpi: "kpi", value: "value"${metric})${more})`,
      ),
    );
  const local = (s: number, hours: number) =>
    new Date((s + hours * hour) * 1000).toISOString().slice(0, 19).replace('T', ' ');

  test('a zone, where it moves one side alone', async () => {
    const [late] = await read(
      set((s) => local(s, 8), String),
      '',
      '',
      ', time_zone: "UTC"',
    );
    expect(late).toMatch(/^MED3006.*8.0 h after the telemetry.*; set `time_zone: "\+08:00"`$/);
    const [early] = await read(
      set(String, (s) => local(s, 8)),
      '',
      '',
      ', time_zone: "UTC"',
    );
    expect(early).toMatch(/^MED3006.*8.0 h before the telemetry.*; set `time_zone: "\+08:00"`$/);
  });

  test('no zone where texts bear an offset of their own, or where it moves both sides', async () => {
    const offset = set((s) => `${local(s, 8)}Z`, String);
    expect((await read(offset, '', '', ', time_zone: "UTC"'))[0]).toMatch(/in local time, not UTC$/);
    const both = set(
      (s) => local(s, 8),
      (s) => local(s, 0),
    );
    expect((await read(both, '', '', ', time_zone: "UTC"'))[0]).toMatch(/in local time, not UTC$/);
  });

  test('a unit, on the side whose times are of no likely year', async () => {
    const ms = (s: number) => `${s}000`;
    const [label] = await read(set(ms, String), ', unit: s');
    expect(label).toMatch(/^MED3006.*the labels are in milliseconds: set `unit: ms` in `labels: …\(…\)`$/);
    const [metric] = await read(set(String, String), '', ', unit: us');
    expect(metric).toMatch(/^MED3006.*the metric records are in seconds: set `unit: s` in `metric: …\(…\)`$/);
  });
});

test('a wide table, its KPIs by name or all that is left', async () => {
  const wide = ['pod,t,cpu,mem,note'];
  const long = ['pod,t,kpi,value'];
  for (const start of [t0, second])
    for (let m = -2; m < 3; m++) {
      wide.push(`cart-0,${start + 60 * m},${m},,text`, `cart-1,${start + 60 * m},${3 * m},NaN,text`);
      long.push(`cart-0,${start + 60 * m},cpu,${m}`, `cart-1,${start + 60 * m},cpu,${3 * m}`);
    }
  const dataRoot = writeFiles({ 'wide.csv': lines(wide), 'long.csv': lines(long), 'faults.csv': faults });
  const read = async (metric: string) =>
    (
      await readRecords(
        dataRoot,
        `table("d3", ${labels()}, metric: ${metric}, instance_to_service: pattern("^(.*)-\\\\d+$"))`,
        undefined,
        ['metric'],
      )
    ).records.metric;
  const expected = await read(
    'rows(files: "long.csv", time: "t", instance: "pod", kpi: "kpi", value: "value")',
  );
  expect(
    await read('wide(files: "wide.csv", time: "t", unit: s, instance: "pod", kpis: ["cpu", "mem"])'),
  ).toBe(expected);
  expect(await read('wide(files: "wide.csv", time: "t", instance: "pod", skip: ["note"])')).toBe(expected);
});

async function refusalOf(work: Promise<unknown>): Promise<readonly string[]> {
  const error = await work.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof MedxError)) throw error ?? new Error('nothing was refused');
  return error.diagnostics.map(({ code, place, message, notes, fix }: Diagnostic) =>
    [code, place, message, ...(notes ?? []), fix].filter((part) => part !== undefined).join(' | '),
  );
}

test('what cannot be read is said with its place and a way to mend it', async () => {
  const log = (more: string) =>
    `table("d3", ${labels()}, log: rows(files: "log/*.csv", time: "timestamp", instance: "cmdb_id", ${more})`;
  expect(await refusalOf(readRecords(root, log('message: "mesage")')))).toEqual([
    expect.stringMatching(
      /^MED3004 \| log\/log.csv \| 1 column missing: mesage \| found the columns .* \| did you mean `message`\?$/,
    ),
  ]);
  expect(
    await refusalOf(
      readRecords(root, log('message: "message"), time_zone: "Shanghai", instance_to_service: pattern("(")')),
    ),
  ).toEqual([
    expect.stringMatching(
      /^MED3040 \| `time_zone` is "Shanghai", which is no time zone \| expected "UTC", an offset/,
    ),
    expect.stringMatching(/^MED3017 \| `instance_to_service` is `\(` \(Invalid regular expression/),
  ]);
  expect(
    await refusalOf(
      readRecords(
        root,
        log(
          'message: "message"), trace: rows(files: "spans*.csv", time: "t", trace: "t", span: "s", parent: "p", service: "s", operation: "o", duration: "d")',
        ),
      ),
    ),
  ).toEqual([
    expect.stringMatching(/^MED3021 \| `trace`: no file fits `spans\*.csv` \| the folder has faults.csv, /),
  ]);
  const noZone = writeFiles({
    'faults.csv': faults,
    'log/log.csv': `timestamp,cmdb_id,message\n2024-03-22 10:00:00,frontend-0,a\n`,
  });
  expect(await refusalOf(readRecords(noZone, log('message: "message")')))).toEqual([
    expect.stringMatching(
      /^MED3009 \| no row of the log files can be read; 1 row refused \| log\/log.csv: the time `timestamp` has no time zone: `2024-03-22 10:00:00`; declare one, such as `time_zone: "\+08:00"`/,
    ),
  ]);
});

test('mistakes in the file are found before anything is read', () => {
  const text = (from: string) => `med 1\ndataset d {\n  from = ${from}\n}\n`;
  const say = (from: string) => {
    try {
      resolveText(text(from));
      return '';
    } catch (error) {
      return String(error);
    }
  };
  expect(say('table("d3", labels: rows(files: "a", time: "t", service: "s", kind: "k"))')).toMatch(
    /MED1208.*kind/,
  );
  expect(say('table("d3", labels: wide(files: "a"))')).toMatch(/MED1207.*wide/);
  expect(say('table("d3")')).toMatch(/MED1209.*labels/);
  expect(say('table("d3", labels: "faults.csv")')).toMatch(
    /MED1202: `labels` takes `rows\(…\)`, found the text/,
  );
});

const nezha = sharedPath('data/nezha-trainticket/rca_data/2023-01-30');

test.skipIf(!nezha)(
  'nezha-trainticket as a table: the spans of its own reader, and as many log lines',
  async () => {
    const to = tempFolder('table-nezha');
    mkdirSync(join(to, 'd'));
    symlinkSync(nezha ?? '', join(to, 'd/2023-01-30'));
    const window = { window_ms: 60_000, before_ms: 120_000, after_ms: 180_000 };
    const own = await readRecords(to, 'nezha("d")', window, ['trace']);
    // Its labels are lists within hours: a table of them is made here.
    const faults = own.cases.map(({ injected, service, label }) => `${injected},${service},${label}`);
    writeFileSync(join(to, 'd/faults.csv'), lines(['time,service,type', ...faults]));
    const found = await readRecords(
      to,
      `table("d", labels: rows(files: "faults.csv", time: "time", unit: ms, service: "service", type: "type"),
      log: rows(files: "2023-01-30/log/*", time: "TimeUnixNano", unit: ns, instance: "PodName", message: "Log", field: "log",
        id: ["Timestamp", "PodName", "TraceID", "SpanID"]),
      trace: rows(files: "2023-01-30/trace/*", time: "StartTimeUnixNano", unit: ns, trace: "TraceID", span: "SpanID", parent: "ParentID",
        service: "PodName", operation: "OperationName", duration: "Duration"),
      instance_to_service: pattern("^(.*)-[^-]+-[^-]+$"))`,
      window,
      ['trace'],
    );
    expect(found.records.trace).toBe(own.records.trace);
    expect(found.cases.map(({ injected, service }) => [injected, service])).toEqual(
      own.cases.map(({ injected, service }) => [injected, service]),
    );
    expect(found.counts.log).toMatchObject({ rows: own.counts.log?.rows, refused: 0 });
  },
);
