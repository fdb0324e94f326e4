/**
 * A system like MicroSS, which data set D2 observes: five Python services with two instances each on four hosts, and the
 * login by QR code that runs through all of them. Names of hosts, services and functions are those of D2's files.
 */
import {
  buildSystem,
  type Call,
  findOperation,
  type Operation,
  type Service,
  type System,
} from '../system.ts';

function service(name: string, rss: number, threads: number, weight: number): Service {
  const rest = { cores: 2, shares: 1024, cache: 24, limit: 2048, idle: 0.01, boot: 6 };
  return { name, language: 'python', rss, threads, weight, ...rest };
}

const services: readonly Service[] = [
  service('webservice', 118, 14, 2),
  service('mobservice', 96, 11, 2),
  service('logservice', 104, 12, 2),
  service('redisservice', 82, 9, 2),
  service('dbservice', 131, 16, 2),
];

/** Host of each instance, as the names of D2's metric files have it: `dbservice1_0.0.0.4_…`. */
const hosts: Readonly<Record<string, readonly [number, number]>> = {
  webservice: [1, 3],
  mobservice: [1, 4],
  logservice: [3, 2],
  redisservice: [1, 2],
  dbservice: [4, 2],
};

function call(to: string): Call {
  return { to, times: 1, optional: false };
}

function operation(
  name: string,
  key: string,
  work: number,
  calls: readonly Call[],
  bytes: readonly [number, number],
): Operation {
  // Its clients wait long: the failed login of D2 takes eleven seconds.
  const index = services.findIndex((item) => item.name === name);
  return { key, name: key, service: index, work, timeout: 15_000, bytes, calls };
}

const operations: readonly Operation[] = [
  operation(
    'webservice',
    'web_service_resource',
    7,
    [call('set_key_value_into_redis'), call('mob_info_to_redis'), call('login_query_redis_info')],
    [310, 620],
  ),
  operation('webservice', 'web_login_state', 3, [call('get_value_from_redis')], [180, 240]),
  operation(
    'mobservice',
    'mob_info_to_redis',
    6,
    [call('get_value_from_redis'), call('set_key_value_into_redis')],
    [210, 130],
  ),
  operation(
    'logservice',
    'login_query_redis_info',
    5,
    [call('get_value_from_redis'), call('login_model_implement')],
    [200, 260],
  ),
  operation('logservice', 'login_model_implement', 6, [call('db_login_methods')], [240, 200]),
  operation('dbservice', 'db_login_methods', 9, [call('keys_existence_check')], [260, 340]),
  operation('redisservice', 'set_key_value_into_redis', 1.6, [], [150, 40]),
  operation('redisservice', 'get_value_from_redis', 1.4, [], [90, 160]),
  operation('redisservice', 'keys_existence_check', 1.3, [], [90, 40]),
];

export function micross(): System {
  return buildSystem({
    name: 'micross',
    services,
    operations,
    requestMix: [
      { operation: findOperation(operations, 'web_service_resource'), share: 0.8 },
      { operation: findOperation(operations, 'web_login_state'), share: 0.2 },
    ],
    entry: 0,
    replicas: 2,
    nodes: 4,
    meanLoad: 12,
    sidecars: false,
    podName: (name, replica) => `${name}${replica + 1}`,
    podNode: (index, replica) =>
      ((hosts[(services[index] as Service).name] ?? [1, 1])[replica] as number) - 1,
  });
}
