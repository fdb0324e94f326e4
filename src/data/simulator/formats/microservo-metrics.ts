/** D3's KPIs: 18 of the containers, 10 of the sidecars. Counters stay cumulative and start anew with the container. */
import type { SimulatedCase } from '../case.ts';
import type { RawFile, RawFolder } from '../output.ts';
import { type Readings, readPods } from '../readings.ts';
import { readSidecars } from '../sidecars.ts';
import { type Edge, podService, type Service } from '../system.ts';

const header = 'timestamp,cmdb_id,kpi_name,value\n';
const mib = 1048576;

type Value = (readings: Readings, at: number, service: Service) => number;

/** Value and decimals of each KPI of a container. */
const containerKpis: Readonly<Record<string, readonly [Value, number]>> = {
  container_cpu_cfs_periods_total: [(r, at) => Math.round(r.periods[at] as number), 0],
  container_cpu_cfs_throttled_periods_total: [(r, at) => Math.round(r.throttled[at] as number), 0],
  container_cpu_cfs_throttled_seconds_total: [(r, at) => Math.round(r.throttled[at] as number) * 0.062, 3],
  container_cpu_load_average_10s: [() => 0, 0],
  container_cpu_system_seconds_total: [(r, at) => r.kernel[at] as number, 2],
  container_cpu_usage_seconds_total: [(r, at) => r.usage[at] as number, 3],
  container_cpu_user_seconds_total: [
    (r, at) => Math.max(0, (r.usage[at] as number) - (r.kernel[at] as number)) * 0.97,
    2,
  ],
  container_memory_cache: [(r, at) => r.cache[at] as number, 0],
  container_memory_mapped_file: [(r, at) => r.mapped[at] as number, 0],
  container_memory_rss: [(r, at) => r.rss[at] as number, 0],
  container_memory_usage_bytes: [usedMemory, 0],
  container_memory_working_set_bytes: [(r, at) => usedMemory(r, at) - (r.inactive[at] as number), 0],
  container_spec_cpu_period: [() => 100_000, 0],
  container_spec_cpu_quota: [(_r, _at, service) => Math.round(service.cores * 100_000), 0],
  container_spec_cpu_shares: [(_r, _at, service) => service.shares, 0],
  container_spec_memory_limit_bytes: [(_r, _at, service) => service.limit * mib, 0],
  container_threads: [(r, at) => r.threads[at] as number, 0],
  container_threads_max: [() => 0, 0],
};

function usedMemory(readings: Readings, at: number): number {
  return (readings.rss[at] as number) + (readings.cache[at] as number) + (readings.slab[at] as number);
}

const istioKpis = [
  'istio_request_bytes_sum',
  'istio_request_duration_milliseconds_sum',
  'istio_request_messages_total',
  'istio_requests_total',
  'istio_response_bytes_sum',
  'istio_response_messages_total',
  'istio_tcp_connections_closed_total',
  'istio_tcp_connections_opened_total',
  'istio_tcp_received_bytes_total',
  'istio_tcp_sent_bytes_total',
] as const;

/** Values of a container KPI: pod, seconds since the start of the record, value as printed. For tests. */
export function containerSeries(simulated: SimulatedCase, kpi: string, pod: number): [number, number][] {
  const found = containerKpis[kpi];
  if (!found) throw new RangeError(`no KPI ${kpi}`);
  const [value, digits] = found;
  const readings = readPods(simulated);
  const service = podService(simulated.setup.system, pod);
  const scale = 10 ** digits;
  return [...readings.order]
    .filter((at) => readings.pod[at] === pod)
    .map((at) => [readings.mark[at] as number, Math.round(value(readings, at, service) * scale) / scale]);
}

export function writeMetrics(folder: RawFolder, simulated: SimulatedCase): void {
  writeContainers(folder, simulated);
  writeIstio(folder, simulated);
}

function writeContainers(folder: RawFolder, simulated: SimulatedCase): void {
  const { setup, times } = simulated;
  const { system } = setup;
  const readings = readPods(simulated);
  for (const [kpi, [value, digits]] of Object.entries(containerKpis)) {
    const file = folder.file(`metric/container/kpi_${kpi}.csv`, 'metric', header);
    const middles = system.podNames.map((name) => `,observe.${name},${kpi},`);
    for (const at of readings.order) {
      const pod = readings.pod[at] as number;
      file.integer(times.recordStart + (readings.mark[at] as number));
      file.text(middles[pod] as string);
      file.float(value(readings, at, podService(system, pod)), digits);
      file.row();
    }
  }
}

function writeIstio(folder: RawFolder, simulated: SimulatedCase): void {
  const { setup, times } = simulated;
  const { services, edges, podNames } = setup.system;
  const files = new Map(
    istioKpis.map((kpi) => [kpi, folder.file(`metric/istio/kpi_${kpi}.csv`, 'other', header)]),
  );
  if (!setup.system.sidecars) return;
  const cart = services.findIndex((item) => item.language === 'dotnet');
  const put = (
    kpi: (typeof istioKpis)[number],
    mark: number,
    entity: string,
    suffix: string,
    value: number,
    digits = 0,
  ): void => {
    const file = files.get(kpi) as RawFile;
    file.integer(times.recordStart + mark);
    file.text(entity);
    file.text(kpi);
    file.text(suffix);
    file.byte(44);
    file.float(value, digits);
    file.row();
  };
  const names = edges.map(({ caller, callee }: Edge) => {
    return `${(services[caller] as Service).name}.${(services[callee] as Service).name}`;
  });
  readSidecars(simulated, cart, {
    edge({ pod, side, edge, mark, ok, failed, time, sent, received }) {
      const entity = `,${podNames[pod]}.${side}.${names[edge]},`;
      const all = Math.max(1, ok + failed);
      for (const code of [0, 14] as const) {
        const count = code === 0 ? ok : failed;
        if (code === 14 && count === 0) continue;
        const part = count / all;
        const suffix = code === 0 ? '.grpc.200.0' : '.grpc.200.14';
        const duration = side === 'destination' && code === 14 ? 0.1 : 1;
        put('istio_requests_total', mark, entity, suffix, count);
        put('istio_request_bytes_sum', mark, entity, suffix, Math.round(sent * part));
        const answer = code === 0 ? Math.round(received) : count * 150;
        put('istio_response_bytes_sum', mark, entity, suffix, answer);
        put('istio_request_duration_milliseconds_sum', mark, entity, suffix, time * part * duration, 2);
      }
      put('istio_request_messages_total', mark, entity, '', all);
      put('istio_response_messages_total', mark, entity, '', ok);
    },
    store({ pod, mark, visits }) {
      const entity = `,${podNames[pod]}.source.cartservice.redis-cart,`;
      put('istio_tcp_connections_opened_total', mark, entity, '.-', 2);
      put('istio_tcp_received_bytes_total', mark, entity, '.-', Math.round(visits * 128));
      put('istio_tcp_sent_bytes_total', mark, entity, '.-', Math.round(visits * 90));
    },
  });
}
