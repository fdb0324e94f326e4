/** Small sets of extracted events, written by hand, in each published layout. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { gzipSync } from 'node:zlib';

export type SetFiles = Record<string, string>;

const json = (value: unknown) => JSON.stringify(value);

/** As `tvdiag/gaia`: label times, no event times, `raw/`, topology, a key without a label. */
export function gaiaFiles(): SetFiles {
  const label = (index: number, type: string, instance: string, minute: string, part: string) =>
    `${index},2021-07-04,${instance.slice(0, -1)},${instance},"text, with a comma",WARNING,[${type}],2021-07-04 00:${minute}:11.553000,2021-07-04 00:${minute}:22.553000,11,${part}`;
  return {
    'label.csv': `${[
      'index,datetime,service,instance,message,level,anomaly_type,st_time,ed_time,duration,data_type',
      label(10, 'login failure', 'mobservice1', '10', 'train'),
      label(2, 'memory_anomalies', 'dbservice2', '20', 'train'),
      label(3, 'login failure', 'mobservice2', '30', 'test'),
      label(4, 'normal memory freed label', 'webservice1', '40', 'test'),
    ].join('\n')}\n`,
    'raw/metrics.json.gz': json({
      2: [
        ['dbservice2', '0.0.0.4', 'docker_memory', 'up'],
        ['dbservice2', '0.0.0.4', 'docker_cpu', 'down'],
      ],
      10: [['mobservice1', '0.0.0.1', 'docker_cpu', 'up']],
      3: [],
      4: [['dbservice2', '0.0.0.4', 'docker_memory', 'up']],
    }),
    'raw/logs.json': json({
      10: [['mobservice1', '3']],
      2: [['dbservice2', '3']],
      3: [['mobservice2', '7']],
      4: [],
    }),
    'raw/traces.json': json({
      10: [['-1', 'mobservice1', 'http://0.0.0.1:9383/login', 'ERROR']],
      2: [['webservice1', 'dbservice2', 'http://0.0.0.4:9388/db', 'PD']],
      3: [['webservice1', 'mobservice2', 'http://0.0.0.4:9384/login', 'PD']],
      4: [],
      99: [['webservice1', 'dbservice2', 'http://0.0.0.4:9388/db', 'PD']],
    }),
    'raw/nodes.json': json({
      10: ['mobservice1', 'webservice1'],
      2: ['dbservice2'],
      3: ['mobservice2'],
      4: ['x1'],
      99: [],
    }),
    'raw/edges.json': json({ 10: [[1, 0]], 2: [[0, 0]], 3: [], 4: [], 99: [] }),
  };
}

/** As `tvdiag/sockshop`: no times at all, no service column, an unnamed column, metrics without a host. */
export function sockshopFiles(): SetFiles {
  return {
    'label.csv':
      ',Unnamed: 0,index,instance,anomaly_type,data_type\n0,1,1,orders-1,cpu,train\n1,0,0,user-0,memory,test\n',
    'raw/metrics.json': json({ 0: [['user-0', 'mem_usage', 'up']], 1: [['orders-1', 'cpu_usage', 'up']] }),
    'raw/logs.json': json({ 0: [['carts-0', 'carts-0-34']], 1: [['carts-0', 'carts-0-34']] }),
    'raw/traces.json': json({
      0: [['-1', '', 'find/data.cart', 'PD']],
      1: [['orders-1', 'user-0', 'Get', '500']],
    }),
  };
}

/** As `rca-llm-alerts`: events with times, log messages in local time, copies of failures, folders per modality. */
export function microssFiles(): SetFiles {
  const start = (minute: number) => Date.parse(`2021-07-01T10:${minute}:00.000Z`);
  const label = (id: number, origin: number, type: string, minute: number, augmented: string) =>
    `${id},${origin},service_instance,redisservice2,[${type}],2021-07-01 18:${minute}:00.000,2021-07-01 18:${minute}:30.000,30.0,"text",${augmented}`;
  const message = (second: string, text: string) => `2021-07-01 18:10:${second},500 | ERROR | ${text}`;
  return {
    'label.csv': `${[
      'fault_id,orig_fault_id,fault_level,fault_entity,fault_type,fault_st_time,fault_ed_time,fault_duration,fault_message,augmented',
      label(0, 106, 'memory_anomalies', 10, 'False'),
      label(1, 107, 'login failure', 20, 'False'),
      label(2, 107, 'login failure', 40, 'True'),
    ].join('\n')}\n`,
    'metric/metrics.json': json({
      0: [
        [`${start(10) + 61_000}`, 'redisservice2', '0.0.0.2', 'docker_memory', 'up'],
        [`${start(10) + 1000}`, 'redisservice2', null, 'docker_memory', 'up'],
      ],
      1: [[`${start(20) + 500_000}`, 'redisservice2', '0.0.0.2', 'docker_cpu', 'down']],
      2: [[`${start(40) + 1000}`, 'redisservice2', '0.0.0.2', 'docker_cpu', 'down']],
    }),
    'trace/traces.json.gz': json({
      0: [[`${start(10) + 2000}`, 'webservice1', 'redisservice2', 'http://0.0.0.2:9387/get', '500']],
      1: [[`${start(20) + 2000}`, 'webservice1', 'redisservice2', 'http://0.0.0.2:9387/get', 'PD']],
      2: [],
    }),
    'log/logs.json': json({
      0: [['webservice1', '7', [message('40', 'late'), message('30', 'early')], 2, message('40', 'late')]],
      1: [['webservice1', '8', ['no time'], 1, null]],
      2: [],
    }),
    'log/drain-templates.csv': 'id,template,count\n7,"<:TIME:> ERROR, downstream",2\n8,no time,1\n',
  };
}

/** Writes a set below `dataRoot/set`; a path that ends in `.gz` is packed. Answers the data root. */
export function writeSet(dataRoot: string, files: SetFiles): string {
  for (const [path, text] of Object.entries(files)) {
    const target = join(dataRoot, 'set', path);
    mkdirSync(dirname(target), { recursive: true });
    writeFileSync(target, path.endsWith('.gz') ? gzipSync(text) : text);
  }
  return dataRoot;
}
