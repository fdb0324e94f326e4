import { expect, test } from 'vitest';
import { lines, readSet } from '../../support/read-cases.ts';

/** 2022-08-22T03:53:54Z, epoch seconds, and ten minutes later. */
const t0 = 1_661_140_434;
const second = t0 + 600;

test("Nezha's Online Boutique: services log JSON themselves, tables beside the pods' metrics are left", async () => {
  const fault = (time: string, pod: string, type: string) => ({
    inject_time: time,
    inject_timestamp: '1',
    inject_pod: pod,
    inject_type: type,
  });
  const times = [t0, second];
  const inner = (text: string) => JSON.stringify({ message: text, severity: 'info' });
  const outer = (text: string) =>
    JSON.stringify({ log: `${text}\n`, stream: 'stdout', time: 'x' }).replaceAll('"', '""');
  const day = 'rca_data/2022-08-22';
  const read = await readSet(
    'nezha',
    {
      [`${day}/2022-08-22-fault_list.json`]: JSON.stringify({
        '03': [fault('2022-08-22 03:53:54', 'frontend-579b9bff58-t2dbm', 'cpu_contention')],
        '04': [fault('2022-08-22 04:03:54', 'cartservice-579f59597d-wc2lz', 'network_delay')],
      }),
      [`${day}/log/03_53_log.csv`]: lines([
        'Timestamp,TimeUnixNano,Node,PodName,Container,TraceID,SpanID,Log',
        ...times.map(
          (t, i) =>
            `x,${t}000000000,n,frontend-579b9bff58-t2dbm,server,t${i},s${i},"${outer(i ? 'plain text' : inner('Serving product page complete'))}"`,
        ),
      ]),
      [`${day}/metric/frontend-579b9bff58-t2dbm_metric.csv`]: lines([
        'Time,TimeStamp,PodName,CpuUsage(m),CpuUsageRate(%)',
        ...times.map((t) => `x,${t},frontend-579b9bff58-t2dbm,10,${t === t0 ? 'NaN' : 99}`),
      ]),
      [`${day}/metric/front_service.csv`]: lines([
        'Time,TimeStamp,ServiceName,SuccessRate(%),LatencyP50(s)',
        ...times.map((t) => `x,${t},Frontend,100,0.24`),
      ]),
      [`${day}/metric/dependency.csv`]: 'Source,Target,Weight\nfrontend,cartservice,1\n',
      [`${day}/metric/source_50.csv`]: 'time,timestamp,frontend_cartservice\nx,1661140280,0.004\n',
      [`${day}/trace/03_53_trace.csv`]: lines([
        'TraceID,SpanID,ParentID,PodName,OperationName,StartTimeUnixNano,EndTimeUnixNano,Duration',
        ...times.map(
          (t, i) => `t${i},s${i},root,frontend-579b9bff58-t2dbm,/product,${t}000000000,${t}005000000,5000`,
        ),
      ]),
    },
    {},
    {},
    ['lines', 'samples'],
  );
  expect(read.classes).toEqual({
    '2022-08-22T03:53:54Z frontend': 'cpu_contention',
    '2022-08-22T04:03:54Z cartservice': 'network_delay',
  });
  expect(read.files).toMatchObject({
    log: { rows: 2, refused: 0 },
    metric: { rows: 4, refused: 0 },
    trace: { rows: 2, refused: 0 },
  });
  expect((await read.rows('lines')).map(({ message }) => message)).toEqual([
    'Serving product page complete',
    'plain text',
  ]);
  expect(read.axes('samples').instances).toEqual(['Frontend', 'frontend']);
});
