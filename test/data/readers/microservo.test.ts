import { expect, test } from 'vitest';
import { lines, readSet, refusalOf } from '../../support/read-cases.ts';

/** 2024-03-22T10:00:00Z and the same time a day later, epoch seconds. */
const t0 = 1_711_101_600;
const second = t0 + 86_400;

/** A day's folder as the data set's description has it: pods in spans, roots that repeat their id, `value` for the text. */
function described(day: string, t: number): Record<string, string> {
  return {
    [`${day}/metric/container/kpi_container_threads.csv`]: lines([
      'timestamp,cmdb_id,kpi_name,value',
      `${t},observe.cartservice-0,container_threads,7`,
      `${t},observe.cartservice-1,container_threads,9`,
    ]),
    [`${day}/trace/trace_jaeger.csv`]: lines([
      'timestamp,cmdb_id,span_id,trace_id,duration,type,status_code,operation_name,parent_span',
      `${t}000000,frontend-0,a,t${t},90,request,0,/Home,a`,
      `${t}000500,cartservice-1,b,t${t},40,request,0,/GetCart,a`,
    ]),
    [`${day}/log/${day}_log.csv`]: lines([
      'log_id,timestamp,date,cmdb_id,value',
      `x${t},${t},2024-03-22T10:00:00Z,frontend-0,view cart`,
    ]),
  };
}

const header = '故障类型,对应服务,起始时间戳,截止时间戳,持续时间';

test('a folder per day, in the forms of the description: one set, durations by argument', async () => {
  const files = {
    ...described('2024-03-22', t0),
    ...described('2024-03-23', second),
    '2024-03-22/ground_truth.csv': lines([
      header,
      `cpu anomaly,"('cartservice', 'frontend')",${t0},${t0 + 60},60`,
    ]),
    '2024-03-23/groundtruth.json': JSON.stringify({
      timestamp: [second, second],
      service: ['frontend', 'frontend'],
      cmdb_id: ['frontend-0', 'frontend-1'],
      failure_type: ['http/grpc requestdelay', 'http/grpc requestdelay'],
      duration: [60, 60],
    }),
  };
  const read = await readSet('microservo', files, { duration_unit: 'ms' }, {}, ['lines', 'samples', 'spans']);
  expect(read.classes).toEqual({
    '2024-03-22T10:00:00Z cartservice': 'cpu',
    '2024-03-23T10:00:00Z frontend': 'http/grpc',
  });
  expect(read.table.cases.map(({ day }) => day)).toEqual(['2024-03-22', '2024-03-23']);
  expect(read.records).toEqual({ log: [1, 1], metric: [2, 2], trace: [2, 2] });
  expect((await read.rows('lines')).map(({ message }) => message)).toEqual(['view cart', 'view cart']);
  const { services = [] } = read.axes('spans');
  const spans = await read.rows('spans');
  expect(
    spans.map(({ caller, callee, duration_us }) => [
      services[Number(caller)],
      services[Number(callee)],
      duration_us,
    ]),
  ).toEqual(
    expect.arrayContaining([
      ['client', 'frontend', 90_000],
      ['frontend', 'cartservice', 40_000],
    ]),
  );
  expect((await read.rows('samples')).map(({ value }) => value)).toEqual([8, 8]);
});

test('labels by the local clock or in milliseconds, by argument', async () => {
  const files = {
    ...described('2024-03-22', t0),
    ...described('2024-03-23', second),
    'ground_truth.csv': lines([
      header,
      ...[t0, second].map(
        (t, i) => `${i ? 'memory overload' : 'network loss'},frontend,${(t + 8 * 3600) * 1000},,60`,
      ),
    ]),
  };
  expect(await refusalOf(readSet('microservo', files))).toMatch(/set `unit: ms`/);
  expect(await refusalOf(readSet('microservo', files, { unit: 'ms' }))).toMatch(/set `time_zone: "\+08:00"`/);
  const read = await readSet('microservo', files, { unit: 'ms', time_zone: '+08:00' });
  expect(Object.values(read.classes)).toEqual(['network', 'memory']);
});
