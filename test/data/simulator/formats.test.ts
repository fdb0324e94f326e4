/** The raw text of each format: names, headers, units and zones as the data sets have them, and the same events in all. */
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { simulateCase } from '../../../src/data/simulator/case.ts';
import { aiops22Format } from '../../../src/data/simulator/formats/aiops22.ts';
import { RawFolder } from '../../../src/data/simulator/output.ts';
import { defaultSettings } from '../../../src/data/simulator/settings.ts';
import { setUp } from '../../../src/data/simulator/setup.ts';
import { type SimulatedSet, simulatedLayouts, writeSimulated } from '../../support/simulated.ts';
import { tempFolder } from '../../support/temp.ts';

const dataRoot = tempFolder('formats');

type Written = Pick<SimulatedSet, 'root'>;

function filesOf({ root }: Written): string[] {
  return readdirSync(root, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(root.length + 1))
    .sort();
}

function textOf({ root }: Written, name: string): string {
  const bytes = readFileSync(join(root, name));
  return (name.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString('utf8');
}

/** Data lines of all files whose path matches, without headers. Only for files without line breaks in cells. */
function rowsOf(set: Written, pattern: RegExp): string[] {
  return filesOf(set)
    .filter((name) => pattern.test(name))
    .flatMap((name) => textOf(set, name).trimEnd().split('\n').slice(1));
}

function header(set: Written, pattern: RegExp): string[] {
  const headers = filesOf(set)
    .filter((name) => pattern.test(name))
    .map((name) => textOf(set, name).split('\n', 1)[0] ?? '');
  return [...new Set(headers)];
}

function within(set: SimulatedSet, times: readonly number[]): void {
  expect(times.length).toBeGreaterThan(0);
  const outside = times.filter((time) => !set.cases.some(({ start, end }) => time >= start && time < end));
  expect(outside).toEqual([]);
}

/** Epoch milliseconds of `2021-07-04 00:37:11,553` or `….553000`, a local time of UTC+8. */
function fromLocal(text: string): number {
  return Date.parse(`${text.slice(0, 19).replace(' ', 'T')}.${text.slice(20, 23) || '000'}+08:00`);
}

describe('every format and layout', () => {
  test.each(simulatedLayouts)('$format $layout: the same bytes again, plain and packed', async (which) => {
    const set = await writeSimulated(dataRoot, which);
    const again = await writeSimulated(tempFolderOf('again'), which);
    const digest = (one: SimulatedSet) => {
      const hash = createHash('sha256');
      for (const name of filesOf(one)) hash.update(name).update(readFileSync(join(one.root, name)));
      return hash.digest('hex');
    };
    expect(digest(again)).toBe(digest(set));
    const packed = await writeSimulated(dataRoot, { ...which, packing: 'gzip' });
    const plain = (name: string) => name.replace(/\.gz$/, '');
    expect(filesOf(packed).map(plain)).toEqual(filesOf(set));
    for (const name of filesOf(packed)) {
      if (name === 'dataset.json') continue;
      expect(textOf(packed, name) === textOf(set, plain(name)), name).toBe(true);
    }
    expect(set.summary.lines).toBe(set.cases.reduce((sum, { lines }) => sum + lines, 0));
    const spans = which.format === 'gaia' ? 'served' : 'spans';
    expect(set.summary.spans).toBe(set.cases.reduce((sum, one) => sum + one[spans], 0));
    expect(set.summary.samples).toBeGreaterThan(1000);
  });

  const made = new Map<string, number>();
  function tempFolderOf(name: string): string {
    made.set(name, (made.get(name) ?? 0) + 1);
    return join(dataRoot, `${name}-${made.get(name)}`);
  }
});

describe('D3, the labels of the authors', () => {
  test('one row per injection, headers in Chinese, seconds', async () => {
    const set = await writeSimulated(dataRoot, { format: 'microservo', layout: 'authors' });
    const [head, ...rows] = textOf(set, 'groundtruth/ground_truth.csv').trimEnd().split('\n');
    expect(head).toBe('故障类型,对应服务,起始时间戳,截止时间戳,持续时间');
    const cells = rows.map((row) => row.split(','));
    expect(cells.map(([, service, start]) => [service, Number(start) * 1000])).toEqual(
      set.cases.map(({ service, injected }) => [service, injected]),
    );
    for (const [, , start, end, length] of cells) expect(Number(end) - Number(start)).toBe(Number(length));
  });
});

describe('D1', () => {
  test('archive: names, headers and units', async () => {
    const set = await writeSimulated(dataRoot, { format: 'aiops22', layout: 'archive' });
    const day = 'tar/2022-05-01-cloudbed1/cloudbed-1';
    const names = filesOf(set);
    expect(names).toContain(`${day}/trace/all/trace_jaeger-span.csv`);
    expect(names).toContain(`${day}/log/all/log_filebeat-testbed-log-service.csv`);
    expect(names).toContain(`${day}/metric/container/kpi_container_cpu_usage_seconds.csv`);
    expect(names).toContain(`${day}/metric/service/metric_service.csv`);
    expect(names.filter((name) => /metric\/(istio|jvm|node)\/kpi_/.test(name)).length).toBeGreaterThan(8);
    expect(header(set, /metric\/(container|istio|jvm|node)\//)).toEqual(['timestamp,cmdb_id,kpi_name,value']);
    expect(header(set, /metric_service/)).toEqual(['service,timestamp,rr,sr,mrt,count']);
    expect(header(set, /trace_jaeger/)).toEqual([
      'timestamp,cmdb_id,span_id,trace_id,duration,type,status_code,operation_name,parent_span',
    ]);
    expect(header(set, /log-service/)).toEqual(['log_id,timestamp,cmdb_id,log_name,value']);

    const pod = '[a-z]+(2-0|-[012])';
    const spans = rowsOf(set, /trace_jaeger/);
    const span = new RegExp(
      `^\\d{13},${pod},[0-9a-f]{16},[0-9a-f]{32},\\d+,(rpc,(0|4|13|14),hipstershop|http,(200|500),/hipstershop)\\.[A-Za-z]+/[A-Za-z]+,([0-9a-f]{16})?$`,
    );
    expect(spans.filter((row) => !span.test(row))).toEqual([]);
    within(
      set,
      spans.map((row) => Number(row.split(',')[0])),
    );
    expect(new Set(spans.map((row) => row.split(',')[1])).size).toBe(40);

    const lines = rowsOf(set, /log-service/);
    const line = new RegExp(`^[\\w-]{20},\\d{10},${pod},log_[a-z]+-service_application,.+$`);
    expect(lines.filter((row) => !line.test(row))).toEqual([]);
    within(
      set,
      lines.map((row) => Number(row.split(',')[1]) * 1000),
    );
    expect(new Set(lines.map((row) => row.slice(0, 20))).size).toBe(lines.length);

    const samples = rowsOf(set, /metric\/container\//);
    expect(samples).toHaveLength(set.summary.samples);
    const sample = new RegExp(`^\\d{10},node-[1-6]\\.${pod},container_[\\w.]+(/dev/vda)?,\\d+\\.\\d+$`);
    expect(samples.filter((row) => !sample.test(row))).toEqual([]);
    const marks = samples.map((row) => Number(row.split(',')[0]) * 1000);
    within(set, marks);
    expect(marks.filter((mark) => mark % 60_000 !== 0)).toEqual([]);
  });

  test('labels: columns of JSON, CSV and record.csv agree, in the original texts', async () => {
    const options = { format: 'aiops22', cases: 6 } as const;
    const json = await writeSimulated(dataRoot, { ...options, layout: 'archive' });
    const csv = await writeSimulated(dataRoot, { ...options, layout: 'archive_csv' });
    const openrca = await writeSimulated(dataRoot, { ...options, layout: 'openrca' });
    const table = JSON.parse(textOf(json, 'groundtruth/groundtruth-2022-05-01.json')) as Record<
      string,
      unknown[]
    >;
    expect(Object.keys(table)).toEqual(['timestamp', 'level', 'cmdb_id', 'failure_type']);
    const columns = Object.values(table);
    const rows = (table.timestamp ?? []).map((_, at) =>
      columns.map((column) => String(column[at])).join(','),
    );
    expect(
      textOf(csv, 'groundtruth/groundtruth-k8s-1-2022-05-01.csv').trimEnd().split('\n').slice(1),
    ).toEqual(rows);
    expect(textOf(openrca, 'cloudbed-1/record.csv').trimEnd().split('\n').slice(1)).toEqual(rows);
    expect(rows).toHaveLength(6);
    for (const [at, row] of rows.entries()) {
      const { injected, service, instances } = json.cases[at] ?? { injected: 0, service: '', instances: [] };
      const [time, level, entity, type] = row.split(',');
      expect(Number(time) * 1000).toBe(injected);
      expect(entity).toBe(level === 'service' ? service : instances[0]);
      expect(type).toMatch(
        /^k8s容器(cpu负载|内存负载|读io负载|写io负载|网络延迟|网络丢包|网络资源包重复发送|网络资源包损坏|进程中止)$/,
      );
    }
  });

  test('openrca: other names, the same rows', async () => {
    const archive = await writeSimulated(dataRoot, { format: 'aiops22', layout: 'archive' });
    const openrca = await writeSimulated(dataRoot, { format: 'aiops22', layout: 'openrca' });
    const day = 'cloudbed-1/telemetry/2022_05_01';
    const groups = ['container', 'mesh', 'node', 'runtime', 'service'];
    expect(filesOf(openrca)).toEqual(
      [
        'SIMULATED.txt',
        'cloudbed-1/record.csv',
        `${day}/log/log_service.csv`,
        ...groups.map((group) => `${day}/metric/metric_${group}.csv`),
        `${day}/trace/trace_span.csv`,
        'dataset.json',
      ].sort(),
    );
    for (const [there, here] of [
      [/trace_jaeger/, /trace_span/],
      [/log-service/, /log_service/],
      [/metric\/container/, /metric_container/],
      [/metric\/istio/, /metric_mesh/],
    ] as const) {
      expect(rowsOf(openrca, here).sort()).toEqual(rowsOf(archive, there).sort());
    }
  });

  test('a record that crosses midnight of UTC+8 is divided among two days', async () => {
    const midnight = Date.parse('2022-05-02T00:00:00+08:00');
    const setup = setUp(
      defaultSettings({ format: 'aiops22', rate: 0.1, before_ms: 120_000, after_ms: 32 * 60_000 }),
    );
    const simulated = simulateCase(setup, 30);
    expect(simulated.times.recordStart * 1000).toBeLessThan(midnight - 300_000);
    expect(simulated.times.recordEnd * 1000).toBeGreaterThan(midnight + 300_000);
    const root = join(dataRoot, 'midnight');
    const folder = new RawFolder(root, 'plain');
    aiops22Format.open(folder, setup, 'openrca').write(simulated);
    await folder.close();
    const of = (part: string) => rowsOf({ root }, new RegExp(part));
    for (const [day, inside] of [
      ['2022_05_01', (time: number) => time < midnight],
      ['2022_05_02', (time: number) => time >= midnight],
    ] as const) {
      const times = [
        ...of(`${day}/trace`).map((row) => Number(row.split(',')[0])),
        ...of(`${day}/log`).map((row) => Number(row.split(',')[1]) * 1000),
        ...of(`${day}/metric/metric_container`).map((row) => Number(row.split(',')[0]) * 1000),
      ];
      expect(times.length).toBeGreaterThan(1000);
      expect(times.filter((time) => !inside(time))).toEqual([]);
    }
    expect(of('trace_span')).toHaveLength(simulated.spans.length);
    expect(of('log_service')).toHaveLength(simulated.lines.length);
    expect(new Set(of('log_service').map((row) => row.slice(0, 20))).size).toBe(simulated.lines.length);
  });
});

describe('D2', () => {
  test('as published: names, headers, local strings and UTC epochs', async () => {
    const set = await writeSimulated(dataRoot, { format: 'gaia', layout: 'published' });
    const names = filesOf(set);
    expect(names).toContain('trace/trace/trace_table_mobservice1_2021-07.csv');
    expect(names).toContain('business/business/business_table_webservice2_2021-07.csv');
    expect(names).toContain('run/run/run_table_2021-07.csv');
    expect(names).toContain(
      'metric/metric/dbservice1_0.0.0.4_docker_diskio_read_bytes_2021-07-01_2021-07-15.csv',
    );
    expect(header(set, /^metric/)).toEqual(['timestamp,value']);
    expect(header(set, /^trace/)).toEqual([
      'timestamp,host_ip,service_name,trace_id,span_id,parent_id,start_time,end_time,url,status_code,message',
    ]);
    expect(header(set, /^(business|run)/)).toEqual(['datetime,service,message']);

    const docker = rowsOf(set, /_docker_/);
    expect(docker).toHaveLength(set.summary.samples);
    expect(docker.filter((row) => !/^\d{13},\d+\.\d+$/.test(row))).toEqual([]);
    within(
      set,
      docker.map((row) => Number(row.split(',')[0])),
    );

    const local = '2021-07-0\\d \\d\\d:\\d\\d:\\d\\d';
    const span = new RegExp(
      `^${local},0\\.0\\.0\\.\\d,[a-z]+service[12],[0-9a-f]{16},[0-9a-f]{16},([0-9a-f]{16})?,${local}\\.\\d{6},${local}\\.\\d{6},http://0\\.0\\.0\\.\\d:\\d{4}/\\w+,(200|500),.+$`,
    );
    const spans = rowsOf(set, /^trace/);
    expect(spans).toHaveLength(set.summary.spans);
    expect(spans.filter((row) => !span.test(row))).toEqual([]);
    within(
      set,
      spans.map((row) => fromLocal(row.split(',')[6] ?? '')),
    );
    const ids = new Set(spans.map((row) => row.split(',')[4]));
    const orphans = spans.filter((row) => row.split(',')[5] !== '' && !ids.has(row.split(',')[5]));
    expect(orphans).toEqual([]);

    const message = new RegExp(
      `^2021-07-0\\d,([a-z]+service[12]),"(${local},\\d{3}) \\| (INFO|WARNING|ERROR) \\| 0\\.0\\.0\\.\\d \\| 172\\.17\\.0\\.\\d \\| \\1 \\| .+"$`,
    );
    const lines = rowsOf(set, /^business/);
    expect(lines).toHaveLength(set.summary.lines);
    expect(lines.filter((row) => !message.test(row))).toEqual([]);
    within(
      set,
      lines.map((row) => fromLocal(message.exec(row)?.[2] ?? '')),
    );
    // A line of a request carries the id of its trace.
    const traces = new Set(spans.map((row) => row.split(',')[3]));
    const named = lines.flatMap((row) => / \| ([0-9a-f]{16}) \| /.exec(row)?.[1] ?? []);
    expect(named.length).toBeGreaterThan(lines.length / 2);
    expect(named.filter((id) => !traces.has(id))).toEqual([]);
  });

  test('the run table tells of every injection among other messages', async () => {
    const set = await writeSimulated(dataRoot, { format: 'gaia', layout: 'published', cases: 12 });
    const text = textOf(set, 'run/run/run_table_2021-07.csv');
    expect(text).toContain('upload business logs on 2021-07-04 successfully\n"');
    const starts: number[] = [];
    for (const [, written, level, said] of text.matchAll(
      /"(2021-07-\d\d [\d:]{8},\d{3}) \| (\w+) \| 0\.0\.0\.\d \| 172\.17\.0\.\d \| \w+ \| (.+)\n"/g,
    )) {
      if (level === 'INFO') continue;
      const start = /start (?:at|with) (2021-07-\d\d [\d:.]{15})/.exec(said ?? '')?.[1];
      // Two kinds of messages are written when the fault is over and say when it began.
      if (start) expect(fromLocal(written ?? '')).toBeGreaterThanOrEqual(fromLocal(start) + 600_000);
      starts.push(fromLocal(start ?? written ?? ''));
      expect(said).toMatch(
        /^([0-9a-f]{16} \| wait for 11 seconds|\[memory_anomalies\]|\[normal memory freed label\]|trigger the file moving program|trigger an access permission denied)/,
      );
    }
    expect(starts.sort()).toEqual(set.cases.map(({ injected }) => injected).sort());
  });

  test('converted: a folder per day, seconds, labels with both times', async () => {
    const set = await writeSimulated(dataRoot, { format: 'gaia', layout: 'converted' });
    const day = '2021-07-04';
    expect(filesOf(set)).toEqual(
      [
        `${day}/docker_metric.csv`,
        `${day}/groundtruth.csv`,
        `${day}/log.csv`,
        `${day}/trace.csv`,
        'SIMULATED.txt',
        'dataset.json',
      ].sort(),
    );
    expect(header(set, /docker/)).toEqual(['timestamp,cmdb_id,kpi_name,value']);
    expect(header(set, /log\.csv/)).toEqual([',datetime,service,message']);
    expect(header(set, /trace\.csv/)).toEqual(['timestamp,service_name,span_id,parent_id,st_time,ed_time']);
    const [head, ...labels] = textOf(set, `${day}/groundtruth.csv`).trimEnd().split('\n');
    expect(head).toBe('service,instance,anomaly_type,st_time,ed_time');
    expect(labels.map((row) => [row.split(',')[1], fromLocal(row.split(',')[3] ?? '')])).toEqual(
      set.cases.map(({ instances, injected }) => [instances[0], injected]),
    );
    within(
      set,
      rowsOf(set, /docker/).map((row) => Number(row.split(',')[0]) * 1000),
    );
    within(
      set,
      rowsOf(set, /trace\.csv/).map((row) => Number(row.split(',')[4]) * 1000),
    );
    expect(rowsOf(set, /docker/)[0]).toMatch(/^\d{10},0\.0\.0\.\d\.[a-z]+service[12],docker_\w+,/);
  });
});

describe('the same events in every format', () => {
  test('spans, lines and labels agree as far as each can say them', async () => {
    const [d3, d1, d2] = await Promise.all([
      writeSimulated(dataRoot, { format: 'microservo' }),
      writeSimulated(dataRoot, { format: 'microservo', as: 'aiops22', layout: 'openrca' }),
      writeSimulated(dataRoot, { format: 'microservo', as: 'gaia', layout: 'published' }),
    ]);
    expect(d1.cases).toEqual(d3.cases);
    expect(d2.cases).toEqual(d3.cases);

    // Span: time in ms, duration in µs.
    type Span = readonly [id: string, time: number, duration: number];
    const inD3 = rowsOf(d3, /trace\.csv/).map((row): Span => {
      const [, time, , id, , duration] = row.split(',');
      return [id ?? '', Math.floor(Number(time) / 1000), Number(duration)];
    });
    const inD1 = rowsOf(d1, /trace_span/).map((row): Span => {
      const [time, , id, , duration] = row.split(',');
      return [id ?? '', Number(time), Number(duration)];
    });
    expect(inD1).toEqual(inD3);
    const all = new Map(inD3.map(([id, ...rest]) => [id, rest]));
    const micros = (text: string) => fromLocal(text) * 1000 + Number(text.slice(23, 26));
    const inD2 = rowsOf(d2, /^trace/).map((row): Span => {
      const [, , , , id, , start = '', end = ''] = row.split(',');
      return [id ?? '', Math.floor(micros(start) / 1000), micros(end) - micros(start)];
    });
    expect(inD2).toHaveLength(d3.cases.reduce((sum, { served }) => sum + served, 0));
    expect(inD2.filter(([id, ...rest]) => String(all.get(id)) !== String(rest))).toEqual([]);

    // Lines: the second, the pod, and the words.
    const words = (text: string) =>
      text
        .replace(/^"|"$/g, '')
        .replace(/""/g, '"')
        .replace(/[\s,:]+/g, ' ')
        .trim();
    const lines3 = rowsOf(d3, /log\.csv/).map((row) => {
      const [, , time, , pod, ...rest] = row.split(',');
      return `${Math.floor(Number(time))} ${pod} ${words(rest.join(','))}`;
    });
    const lines1 = rowsOf(d1, /log_service/).map((row) => {
      const [, time, pod, , ...rest] = row.split(',');
      return `${time} ${pod} ${words(rest.join(','))}`;
    });
    expect(lines1).toEqual(lines3);
    const lines2 = rowsOf(d2, /^business/).map((row) => {
      const [, pod, ...rest] = row.split(',');
      const message = words(rest.join(','));
      const time = fromLocal(rest.join(',').slice(1)) / 1000;
      return `${Math.floor(time)} ${pod} ${message.replace(/^.*?\| [a-z]+-\d \|( [0-9a-f]{16} \|)?/, '').trim()}`;
    });
    expect(lines2.map((line) => line.replace(/ +/g, ' ')).sort()).toEqual([...lines3].sort());
  });
});
