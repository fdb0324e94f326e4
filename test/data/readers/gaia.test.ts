import { expect, test } from 'vitest';
import { lines, readSet, refusalOf } from '../../support/read-cases.ts';

/** 2021-07-05 10:00:00 by the clock of the strings (UTC+8), epoch milliseconds; a second failure two hours later. */
const t0 = Date.UTC(2021, 6, 5, 2);
const second = t0 + 2 * 3_600_000;

/** `2021-07-05 10:00:00.500` for t0 + 0.5 s. */
const local = (time: number, digits = 3) => {
  const text = new Date(time + 8 * 3_600_000).toISOString();
  return `${text.slice(0, 10)} ${text.slice(11, 19)}${digits ? `.${text.slice(20, 23)}${'0'.repeat(digits - 3)}` : ''}`;
};
const logged = (time: number) => local(time).replace('.', ',');

/** As the run table has it: a date, the instance, and a quoted message that ends with a line break. */
const ran = (time: number, instance: string, text: string) =>
  `${local(time).slice(0, 10)},${instance},"${logged(time)} | WARNING | 0.0.0.4 | 172.17.0.3 | ${instance} | ${text}\n"`;

const memory = (start: number, instance: string) =>
  ran(
    start + 600_900,
    instance,
    `[memory_anomalies] trigger a high memory program, start at ${local(start, 6)} and lasts 600 seconds and use 1g memory`,
  );
const moving = (start: number, instance: string) =>
  ran(
    start + 600_100,
    instance,
    `trigger the file moving program, start with ${local(start, 6)}, last for 600 seconds`,
  );
const login = (time: number) =>
  ran(
    time,
    'mobservice1',
    '48ccc1781d26a064 | wait for 11 seconds for follow-up operations to simulate the login failure of the QR code expired',
  );

const runTable = (...rows: string[]) => lines(['datetime,service,message', ...rows]);

/** The published form. */
function published(): Record<string, string> {
  const times = [t0 - 60_000, t0, t0 + 60_000, second];
  const metric = (value: number) =>
    lines(['timestamp,value', ...times.map((t, i) => `${t + 236},${i === 2 ? 'NaN' : value + i}`)]);
  return {
    'run/run/run_table_2021-07.csv': runTable(memory(t0, 'dbservice1'), moving(second, 'webservice2')),
    'metric/metric/dbservice1_0.0.0.4_docker_diskio_reads_2021-07-01_2021-07-15.csv': metric(1),
    'metric/metric/webservice2_0.0.0.3_docker_memory_stats_pgpgout_2021-07-01_2021-07-15.csv': metric(10),
    'metric/metric/system_0.0.0.1_system_cpu_nice_pct_2021-07-01_2021-07-15.csv': metric(20),
    'metric/metric/zookeeper_0.0.0.1_zookeeper_mntr_latency_avg_2021-07-01_2021-07-15.csv': metric(30),
    'trace/trace/trace_table_dbservice1_2021-07.csv': lines([
      'timestamp,host_ip,service_name,trace_id,span_id,parent_id,start_time,end_time,url,status_code,message',
      ...times.flatMap((t, i) => [
        `${local(t, 0)},0.0.0.3,webservice2,t${i},a${i},,${local(t, 6)},${local(t + 30, 6)},http://0.0.0.3:1/login?user=Q,200,"request, from outside"`,
        `${local(t, 0)},0.0.0.4,dbservice1,t${i},b${i},a${i},${local(t, 6)},${local(t, 6)},http://0.0.0.4:9388/db_login_methods?uuid=a30&user_id=To,200,request call function 1 dbservice1.db_login_methods`,
      ]),
    ]),
    'business/business/business_table_dbservice2_2021-07.csv': lines([
      'datetime,service,message',
      ...times.map(
        (t) =>
          `2021-07-05 00:00:00,dbservice2,"${logged(t)} | INFO | 0.0.0.2 | 172.17.0.2 | dbservice2 | 12ef1025e43ec0ef | token generate success\ntoken=MTYy"`,
      ),
      '2021-07-05 00:00:00,dbservice2,NaN',
    ]),
  };
}

const kinds = ['lines', 'samples', 'spans'] as const;

test('as published: instance and KPI from the name of the file, times of strings in UTC+8', async () => {
  const read = await readSet('gaia', published(), {}, {}, kinds);
  expect(read.table.cases.map(({ id, instance, injected }) => [id, instance, injected])).toEqual([
    ['2021-07-05T02:00:00Z dbservice', 'dbservice1', t0],
    ['2021-07-05T04:00:00Z webservice', 'webservice2', second],
  ]);
  expect(Object.values(read.classes)).toEqual(['memory', 'file']);
  expect(read.files).toMatchObject({
    log: { rows: 5, refused: 1 },
    metric: { rows: 8, refused: 0, range: [t0 - 60_000 + 236, second + 236] },
    trace: { rows: 8, refused: 0, range: [t0 - 60_000, second] },
  });
  expect(read.axes('samples')).toEqual({
    instances: ['dbservice1', 'webservice2'],
    kpis: ['docker_diskio_reads', 'docker_memory_stats_pgpgout'],
  });
  const samples = await read.rows('samples');
  // The NaN of 10:01 is a gap.
  expect(samples.map(({ case: k, instance, kpi, value }) => [k, instance, kpi, value])).toEqual([
    [0, 0, 0, 1],
    [0, 0, 0, 2],
    [0, 1, 1, 10],
    [0, 1, 1, 11],
    [1, 0, 0, 4],
    [1, 1, 1, 13],
  ]);
  const [line] = await read.rows('lines');
  expect(line).toMatchObject({
    instance: 'dbservice2',
    message:
      'INFO | 0.0.0.2 | 172.17.0.2 | dbservice2 | 12ef1025e43ec0ef | token generate success token=MTYy',
  });
  const { services = [], operations = [] } = read.axes('spans');
  expect(operations).toEqual(['http://0.0.0.3:1/login', 'http://0.0.0.4:9388/db_login_methods']);
  const links = (await read.rows('spans')).filter(({ case: k }) => k === 1);
  // A span that ends when it starts takes no time; it is a span.
  expect(
    links.map(({ caller, callee, duration_us }) => [
      services[Number(caller)],
      services[Number(callee)],
      duration_us,
    ]),
  ).toEqual([
    ['client', 'webservice2', 30_000],
    ['webservice2', 'dbservice1', 0],
  ]);
  expect(read.notices).toEqual([
    'MED3136 2 metric files left aside, for example system_0.0.0.1_system_cpu_nice_pct_2021-07-01_2021-07-15.csv; `metrics: all` would take them',
    'MED3133 run table: 2 of 2 lines are injections, 0 are empty, 0 are something else',
    'MED3101 log: 1 row of 5 refused, for example business/business_table_dbservice2_2021-07.csv: no readable time',
    'MED3114 2 cases; records in their intervals: log 4, metric 8, trace 8',
    'MED3106 metric: 2 of 8 values are not numbers and count as missing',
  ]);
});

test('hosts and ZooKeeper are instances by name and address where all metrics are read', async () => {
  const read = await readSet('gaia', published(), { metrics: 'all' }, {}, ['samples']);
  expect(read.axes('samples').instances).toEqual([
    'dbservice1',
    'system_0.0.0.1',
    'webservice2',
    'zookeeper_0.0.0.1',
  ]);
  expect(read.files.metric).toMatchObject({ rows: 16, refused: 0 });
});

test('as converted by the authors: columns instead of names, numbers instead of strings', async () => {
  const times = [t0, second];
  const read = await readSet(
    'gaia',
    {
      '2021-07-05/groundtruth.csv': lines([
        'service,instance,anomaly_type,st_time,ed_time',
        `dbservice,dbservice1,[normal memory freed label],${local(t0, 6)},${local(t0 + 600_000, 6)}`,
        `mobservice,mobservice1,[login failure],${local(second, 6)},${local(second + 11_000, 6)}`,
        `mobservice,mobservice1,[gremlins],${local(second, 6)},`,
        `mobservice,mobservice1,[login failure],yesterday,`,
      ]),
      '2021-07-05/docker_cpu.csv': lines([
        'timestamp,cmdb_id,kpi_name,value',
        ...times.map((t, i) => `${i ? t : t / 1000},host.dbservice1,docker_cpu_total_pct,0.5`),
      ]),
      '2021-07-05/log.csv': lines([
        ',datetime,service,message',
        ...times.map((t, i) => `${i},2021-07-05,dbservice1,"${local(t, 0)},120 | INFO | a text"`),
      ]),
      '2021-07-05/trace.csv': lines([
        'timestamp,service_name,span_id,parent_id,st_time,ed_time',
        ...times.flatMap((t, i) => [
          `${t / 1000},webservice1,a${i},0,${t / 1000},${t / 1000 + 0.25}`,
          `${t / 1000},dbservice1,b${i},a${i},${t / 1000},${t / 1000 + 0.125}`,
        ]),
      ]),
    },
    {},
    {},
    kinds,
  );
  expect(Object.values(read.classes)).toEqual(['memory', 'login']);
  expect(read.table.refused.map(({ reason }) => reason)).toEqual([
    'the failure type `[gremlins]` belongs to no class',
    'st_time `yesterday` cannot be read',
  ]);
  expect(read.axes('samples')).toEqual({ instances: ['dbservice1'], kpis: ['docker_cpu_total_pct'] });
  expect(read.records).toEqual({ log: [1, 1], metric: [1, 1], trace: [2, 2] });
  const spans = await read.rows('spans');
  expect(spans.map(({ duration_us, caller_us }) => [duration_us, caller_us]).slice(0, 2)).toEqual(
    expect.arrayContaining([
      [250_000, null],
      [125_000, 250_000],
    ]),
  );
});

test('the run table: what each message says, and what is no injection', async () => {
  const files = published();
  const day = 86_400_000;
  files['run/run/run_table_2021-07.csv'] = runTable(
    memory(t0, 'dbservice1'),
    moving(second, 'webservice2'),
    ran(t0 + day, 'dbservice1', '[normal memory freed label] lasts ten minutes'),
    ran(t0 + 2 * day, 'dbservice1', 'trigger an access permission denied exception, will lasts an hour'),
    ran(
      t0 + 3 * day,
      'webservice2',
      `[cpu_anomalies] trigger a parallel fast sorting program , start at ${local(t0 + 3 * day, 6)} and lasts 1631517.6494772434 seconds`,
    ),
    ran(t0, 'dbservice1', 'upload trace logs on 2021-07-04 successfully'),
    `2021-07-05,dbservice1,(Background on this error at: http://sqlalche.me/e/14/e3q8)`,
    '2021-07-05,dbservice1,',
    ran(t0, 'dbservice1', '[memory_anomalies] trigger a high memory program, start at noon'),
  );
  const read = await readSet('gaia', files);
  expect(read.notices).toContainEqual(
    expect.stringMatching(
      /^MED3133 run table: 4 of 9 lines are injections, 1 are empty, 2 are something else, for example `2021-07-05 10:00:00,000 \| WARNING .*upload trace/,
    ),
  );
  expect(read.table.refused.map(({ id, reason }) => `${id}: ${reason}`)).toEqual([
    'run/run/run_table_2021-07.csv, line 10: it is said to last 1631518 s (19 days)',
    expect.stringMatching(/line 16: `.*start at noon` cannot be read$/),
    '2021-07-06T02:00:00Z dbservice: no log, metric or trace record within its interval from 2021-07-06T01:58:00.000Z on',
    '2021-07-07T02:00:00Z dbservice: no log, metric or trace record within its interval from 2021-07-07T01:58:00.000Z on',
  ]);
});

test('login failures come by the thousand: one an hour, none within another injection, the rest counted', async () => {
  const files = published();
  const minute = 60_000;
  files['run/run/run_table_2021-07.csv'] = runTable(
    memory(t0, 'dbservice1'),
    ...[-30, -10, 5, 9.9, 31, 60, 119, 121].map((after) => login(t0 + after * minute)),
    moving(second, 'webservice2'),
  );
  const read = await readSet('gaia', files, {}, { before_ms: 3_600_000, after_ms: 3_600_000 });
  expect(read.notices).toContain(
    'MED3134 run table: 3 of 8 login failures become cases; 3 lie within another injection, 2 start within 60 min of the one before (`login_gap`)',
  );
  const logins = read.table.cases.filter(({ service }) => service === 'mobservice');
  expect(logins.map(({ injected }) => (injected - t0) / minute)).toEqual([-30, 31, 119]);
  const all = await readSet('gaia', files, { login_gap: 0 }, { before_ms: 3_600_000, after_ms: 3_600_000 });
  expect(all.table.cases.filter(({ service }) => service === 'mobservice')).toHaveLength(5);
});

test('a label file is taken before the run table, which `labels` can turn round', async () => {
  const files = {
    ...published(),
    'label.csv': lines([
      'index,service,instance,anomaly_type,st_time,ed_time,duration,data_type',
      `0,logservice,logservice1,[login failure],${local(t0, 6)},${local(t0 + 11_000, 6)},11,train`,
      `1,logservice,logservice1,[file moving program],${local(second, 6)},${local(second + 600_000, 6)},600,test`,
    ]),
  };
  const read = await readSet('gaia', files);
  expect(Object.values(read.classes)).toEqual(['login', 'file']);
  expect(read.notices).toContain('MED3132 labels are label.csv; left aside: run/run/run_table_2021-07.csv');
  const turned = await readSet('gaia', files, { labels: 'run_table' });
  expect(Object.values(turned.classes)).toEqual(['memory', 'file']);
});

test('both forms in one folder would count twice', async () => {
  const files = { ...published(), 'new/log.csv': 'datetime,service,message\n' };
  expect(await refusalOf(readSet('gaia', files))).toBe(
    'MED3044 |  | log files lie here in two forms, which would count twice | for example business/business/business_table_dbservice2_2021-07.csv and new/log.csv | name the folder of one form as the root of the dataset',
  );
});

test('metrics are in no zone: labels that move with logs and traces are told the zone to meet them', async () => {
  expect(await refusalOf(readSet('gaia', published(), { time_zone: 'UTC' }))).toMatch(
    /^MED3006 \| {2}\| no label falls into the metric records .*set `time_zone: "\+08:00"`$/,
  );
});

/** Two days of steady records, with the gap of a night, as in a month of data: every range overlaps every label. */
function steady(): Record<string, string> {
  const files = published();
  const times = Array.from({ length: 48 * 6 }, (_, i) => t0 - 20 * 3_600_000 + i * 600_000).filter(
    (_, i) => i < 100 || i > 150,
  );
  const [metric = '', business = '', trace = ''] = ['diskio', 'business_table', 'trace_table'].map(
    (part) => Object.keys(files).find((path) => path.includes(part)) ?? '',
  );
  files[metric] = lines(['timestamp,value', ...times.map((t) => `${t},1`)]);
  files[business] = lines([
    'datetime,service,message',
    ...times.map((t) => `2021-07-05,dbservice2,"${logged(t)} | INFO | text"`),
  ]);
  files[trace] = lines([
    'timestamp,service_name,trace_id,span_id,parent_id,start_time,end_time,url',
    ...times.map((t, i) => `${local(t, 0)},dbservice1,t${i},s${i},,${local(t, 6)},${local(t + 5, 6)},u`),
  ]);
  return files;
}

test('strings read by the wrong clock are hours beside the metrics: a warning that names the argument', async () => {
  const wrong = await readSet(
    'gaia',
    steady(),
    { time_zone: 'UTC' },
    { before_ms: 600_000, after_ms: 600_000 },
  );
  expect(wrong.notices).toContain(
    'MED3130 the log and trace records seem to be 8 h late against the metric records: moved by that, their gaps and ends agree; set `time_zone: "+08:00"`',
  );
  const right = await readSet('gaia', steady(), {}, { before_ms: 600_000, after_ms: 600_000 });
  expect(right.notices.filter((text) => /MED313[01]/.test(text))).toEqual([]);
  expect(await refusalOf(readSet('gaia', steady(), { time_zone: 'China' }))).toMatch(/^MED3040/);
});
