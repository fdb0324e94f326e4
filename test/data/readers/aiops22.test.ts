import { expect, test } from 'vitest';
import { lines, type RawFiles, readSet, refusalOf } from '../../support/read-cases.ts';

/** 2022-05-01T10:00:00Z and an hour later, epoch seconds. */
const t0 = 1_651_399_200;
const second = t0 + 3600;

/** The challenge's archive, all columns as documented: a minute of data around each of two failures. */
function archive(folder = 'tar/2022-05-01-cloudbed1/cloudbed-1'): Record<string, string> {
  const times = [t0, second];
  return {
    'groundtruth/groundtruth-2022-05-01.json': JSON.stringify({
      timestamp: [t0, second, second + 600],
      level: ['pod', 'service', 'node'],
      cmdb_id: ['adservice2-0', 'cartservice', 'node-3'],
      failure_type: ['k8s容器cpu负载', 'k8s容器网络丢包', 'node 磁盘空间消耗'],
    }),
    [`${folder}/metric/container/kpi_container_cpu_usage_seconds.csv`]: lines([
      'timestamp,cmdb_id,kpi_name,value',
      ...times.flatMap((t) => [
        `${t},node-6.adservice2-0,container_cpu_usage_seconds,0.5`,
        `${t},node-1.adservice-0,container_cpu_usage_seconds,1.5`,
      ]),
    ]),
    [`${folder}/metric/node/kpi_cloudbed_system_cpu.csv`]: lines([
      'timestamp,cmdb_id,kpi_name,value',
      `${t0},node-1,system.cpu.iowait,0.31`,
    ]),
    [`${folder}/metric/istio/kpi_istio_tcp_sent_bytes.csv`]: lines([
      'timestamp,cmdb_id,kpi_name,value',
      `${t0},cartservice-1.source.cartservice.redis-cart,istio_tcp_sent_bytes.-,1255.0`,
    ]),
    [`${folder}/metric/jvm/kpi_jvm_Memory.csv`]: lines([
      'timestamp,cmdb_id,kpi_name,value',
      `${t0},adservice.ts:8088,java_nio_BufferPool_TotalCapacity.direct,57343.0`,
    ]),
    [`${folder}/metric/service/metric_service.csv`]: lines([
      'service,timestamp,rr,sr,mrt,count',
      `adservice-grpc,${t0},100.0,100.0,2.429508196728182,61`,
    ]),
    [`${folder}/trace/all/trace_jaeger-span.csv`]: lines([
      'timestamp,cmdb_id,span_id,trace_id,duration,type,status_code,operation_name,parent_span',
      ...times.flatMap((t, i) => [
        `${t * 1000 + 361},frontend-0,a${i},t${i},49877,rpc,0,hipstershop.CheckoutService/PlaceOrder,`,
        `${t * 1000 + 362},adservice2-0,b${i},t${i},1000,rpc,0,hipstershop.AdService/GetAds,a${i}`,
      ]),
    ]),
    [`${folder}/log/all/log_filebeat-testbed-log-service.csv`]: lines([
      'log_id,timestamp,cmdb_id,log_name,value',
      ...times.map(
        (t, i) =>
          `GIvpon8B${i},${t},currencyservice-0,log_currencyservice-service_application,"severity: info, message: Getting supported currencies..."`,
      ),
    ]),
    [`${folder}/log/all/log_filebeat-testbed-log-envoy.csv`]: 'log_id\nnever,read\n',
  };
}

const kinds = ['lines', 'samples', 'spans'] as const;

test('the archive: pods are instances, Chinese types classes, nodes counted and left out', async () => {
  const read = await readSet('aiops22', archive(), {}, {}, kinds);
  expect(read.classes).toEqual({
    '2022-05-01T10:00:00Z adservice': 'cpu',
    '2022-05-01T11:00:00Z cartservice': 'network',
  });
  expect(read.table.cases.map(({ instance }) => instance)).toEqual(['adservice2-0', 'cartservice']);
  expect(read.files).toMatchObject({
    log: { rows: 2, refused: 0 },
    metric: { rows: 4, refused: 0 },
    trace: { rows: 4, refused: 0 },
  });
  expect(read.axes('samples').instances).toEqual(['adservice-0', 'adservice2-0']);
  expect(read.axes('spans').services).toEqual(['adservice2-0', 'client', 'frontend-0', 'unknown']);
  const spans = await read.rows('spans');
  expect(spans.map(({ duration_us, caller_us }) => [duration_us, caller_us])).toEqual(
    expect.arrayContaining([
      [49_877, null],
      [1000, 49_877],
    ]),
  );
  const [line] = await read.rows('lines');
  expect(line?.message).toBe('severity: info, message: Getting supported currencies...');
  expect(read.notices).toEqual([
    'MED3136 4 metric files left aside, for example kpi_istio_tcp_sent_bytes.csv; `metrics` (container, node, istio, jvm, service) would take them',
    "MED3135 1 failure of whole nodes left out (node 磁盘空间消耗), as in the authors' selection; `node_failures: keep` takes them",
    'MED3114 2 cases; records in their intervals: log 2, metric 4, trace 4',
  ]);
});

test('services as instances, more metrics, milliseconds, node failures: by argument', async () => {
  const options = {
    instances: 'services',
    metrics: ['container', 'node', 'istio', 'jvm', 'service'],
    duration_unit: 'ms',
    node_failures: 'keep',
  };
  const files = archive();
  const folder = 'tar/2022-05-01-cloudbed1/cloudbed-1';
  files[`${folder}/log/all/log_filebeat-testbed-log-service.csv`] += `x,${second + 600},adservice-0,n,late\n`;
  const read = await readSet('aiops22', files, options, {}, kinds);
  expect(read.classes['2022-05-01T11:10:00Z node-3']).toBe('disk');
  expect(read.axes('samples')).toEqual({
    instances: ['adservice', 'cartservice', 'node-1'],
    kpis: [
      'container_cpu_usage_seconds',
      'istio_tcp_sent_bytes.- source',
      'java_nio_BufferPool_TotalCapacity.direct',
      'service_count',
      'service_mrt',
      'service_rr',
      'service_sr',
      'system.cpu.iowait',
    ],
  });
  const samples = await read.rows('samples');
  // Two pods of one service are averaged.
  expect(samples.find(({ instance, kpi }) => instance === 0 && kpi === 0)?.value).toBe(1);
  expect(read.files.metric).toMatchObject({ rows: 8, refused: 0 });
  const spans = await read.rows('spans');
  expect(Math.max(...spans.map(({ duration_us }) => Number(duration_us)))).toBe(49_877_000);
});

test('CSV labels, and those of OpenRCA in its own words', async () => {
  const files = archive();
  delete files['groundtruth/groundtruth-2022-05-01.json'];
  const csv: RawFiles = {
    ...files,
    'groundtruth/groundtruth-k8s-1-2022-05-01.csv': lines([
      'timestamp,level,cmdb_id,failure_type',
      `${t0},pod,adservice2-0,k8s容器读io负载`,
      `${second},service,cartservice,k8s容器进程中止`,
      `soon,service,cartservice,k8s容器进程中止`,
      `${second},service,cartservice,gremlins`,
    ]),
  };
  const read = await readSet('aiops22', csv);
  expect(Object.values(read.classes)).toEqual(['io', 'process']);
  expect(read.table.refused.map(({ id, reason }) => `${id}: ${reason}`)).toEqual([
    'groundtruth/groundtruth-k8s-1-2022-05-01.csv, line 4: the time `soon` is no number',
    'groundtruth/groundtruth-k8s-1-2022-05-01.csv, line 5: the failure type `gremlins` belongs to no class',
  ]);
  const market = Object.fromEntries(
    Object.entries(files)
      .filter(([path]) => /container|log-service|span/.test(path))
      .map(([path, text]) => [
        `cloudbed-1/telemetry/2022_05_01/${
          { metric: 'metric/metric_container', log: 'log/log_service', trace: 'trace/trace_span' }[
            /(metric|log|trace)\//.exec(path)?.[1] ?? ''
          ]
        }.csv`,
        text,
      ]),
  );
  const record = lines([
    'level,component,timestamp,datetime,reason',
    `pod,adservice2-0,${t0}.0,2022-05-01 18:00:00,container network packet retransmission `,
    `service,cartservice,${second}.0,2022-05-01 19:00:00,container memory load`,
    `node,node-2,${second}.0,2022-05-01 19:00:00,node CPU spike`,
  ]);
  const openrca = await readSet('aiops22', { ...market, 'cloudbed-1/record.csv': record });
  expect(Object.values(openrca.classes)).toEqual(['network', 'memory']);
  expect(openrca.files).toMatchObject({ log: { rows: 2 }, metric: { rows: 4 }, trace: { rows: 4 } });
});

test('several cloudbeds are never mixed', async () => {
  const named = (k: number) => {
    const files = archive(`2022-05-01-cloudbed${k}`);
    const labels = files['groundtruth/groundtruth-2022-05-01.json'] ?? '';
    delete files['groundtruth/groundtruth-2022-05-01.json'];
    return { ...files, [`groundtruth/groundtruth-k8s-${k}-2022-05-01.json`]: labels };
  };
  const both = { ...named(1), ...named(2) };
  expect(await refusalOf(readSet('aiops22', both))).toBe(
    'MED3041 |  | the folder holds 2 cloudbeds: 1, 2 | each is a system of its own with the same names of pods; their telemetry must not be mixed | choose one: aiops22(…, cloudbed: 1)',
  );
  const one = await readSet('aiops22', both, { cloudbed: 2 });
  expect(one.files).toMatchObject({ log: { rows: 2 }, metric: { rows: 4 }, trace: { rows: 4 } });
  expect(one.notices[0]).toBe('MED3137 cloudbed 2 is read; 4 files of cloudbed 1 left aside');
  expect(await refusalOf(readSet('aiops22', both, { cloudbed: 3 }))).toMatch(/^MED3042 .*cloudbed 3/);
  // Labels that name no cloudbed might be of either.
  const nameless = { ...both, ...archive('2022-05-01-cloudbed1') };
  expect(await refusalOf(readSet('aiops22', nameless, { cloudbed: 1 }))).toMatch(
    /^MED3043 .* 1 file does not say which cloudbed/,
  );
});

test('labels by another clock or in another unit: the message says which argument, and it mends', async () => {
  const files = archive();
  const path = 'groundtruth/groundtruth-2022-05-01.json';
  const moved = (change: (t: number) => number) => {
    const table = JSON.parse(files[path] ?? '') as { timestamp: number[] };
    return { ...files, [path]: JSON.stringify({ ...table, timestamp: table.timestamp.map(change) }) };
  };
  const local = moved((t) => t + 8 * 3600);
  expect(await refusalOf(readSet('aiops22', local))).toMatch(/set `time_zone: "\+08:00"`/);
  expect((await readSet('aiops22', local, { time_zone: 'Asia/Shanghai' })).table.cases).toHaveLength(2);
  const ms = moved((t) => t * 1000);
  expect(await refusalOf(readSet('aiops22', ms))).toMatch(/set `unit: ms`/);
  expect((await readSet('aiops22', ms, { unit: 'ms' })).table.cases).toHaveLength(2);
  expect(await refusalOf(readSet('aiops22', ms, { time_zone: 'Peking' }))).toMatch(/^MED3040/);
});

test('every row is read or refused', async () => {
  const files = archive();
  const folder = 'tar/2022-05-01-cloudbed1/cloudbed-1';
  files[`${folder}/metric/container/kpi_container_cpu_usage_seconds.csv`] += lines([
    `${t0},node-1.adservice-0,container_cpu_usage_seconds`,
    `noon,node-1.adservice-0,container_cpu_usage_seconds,1`,
    `${t0},node-1.adservice-0,container_threads,NaN`,
  ]);
  files[`${folder}/trace/all/trace_jaeger-span.csv`] += `${t0}000,frontend-0,z,t,fast,rpc,0,x,\n`;
  const read = await readSet('aiops22', files);
  expect(read.files).toMatchObject({ metric: { rows: 7, refused: 2 }, trace: { rows: 5, refused: 1 } });
  delete files[`${folder}/log/all/log_filebeat-testbed-log-service.csv`];
  files[`${folder}/log/all/log_filebeat-testbed-log-service.csv`] = 'log_id,timestamp,cmdb_id\n1,2,3\n';
  expect(await refusalOf(readSet('aiops22', files))).toBe(
    `MED3004 | ${folder}/log/all/log_filebeat-testbed-log-service.csv | 1 column missing: value | found the columns log_id, timestamp, cmdb_id | check the header row and the format of the dataset`,
  );
});
