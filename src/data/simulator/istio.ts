/** The ten Istio KPIs of D3: counters of each pod's sidecar, per edge of the call graph and status. */
import { type Edge, edges, type Flow } from './flow.ts';
import type { PodTracks } from './pods.ts';
import { RandomStream } from './random.ts';
import { bornBefore, Counter, decimal, planScrapes, type Scrape } from './scrape.ts';
import { operations, podCount, podName, replicas, serviceIndex, services } from './system.ts';

export const istioKpis = [
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
export type IstioKpi = (typeof istioKpis)[number];

const cart = serviceIndex('cartservice');
const cartOperations = operations.flatMap((item, index) => (item.service === cart ? [index] : []));

/** Rows `timestamp,cmdb_id,kpi_name,value` per KPI, ordered by pod, then time. `recordStart` is in epoch seconds. */
export function istioRows(
  seed: number,
  index: number,
  tracks: PodTracks,
  recordStart: number,
  seconds: number,
): ReadonlyMap<IstioKpi, string> {
  // The upper half of the index space keeps these draws apart from those of the container KPIs.
  const draws = new RandomStream(seed, index | 0x40000000, 'metrics');
  const parts = new Map<IstioKpi, string[]>(istioKpis.map((kpi) => [kpi, []]));
  const put = (kpi: IstioKpi, text: string): void => {
    (parts.get(kpi) as string[]).push(text);
  };
  const uptime = draws.between(600, 1800);
  const share = shares(tracks);
  for (let pod = 0; pod < podCount; pod++) {
    const own = Math.floor(pod / replicas);
    const scrapes = planScrapes(pod, tracks.outages, seconds, draws);
    edges.forEach(({ caller, callee }, at) => {
      if (caller === own) readEdge(pod, 'source', at, scrapes);
      if (callee === own) readEdge(pod, 'destination', at, scrapes);
    });
    if (own === cart) readRedis(pod, scrapes);
  }
  return new Map([...parts].map(([kpi, list]) => [kpi, list.join('')]));

  function reader(pod: number, rate: (flow: Flow) => number): (time: number) => number {
    const counter = new Counter(
      tracks.steps,
      (step) => rate(tracks.flows[step] as Flow) * (share[step * podCount + pod] as number),
    );
    const before = counter.early() * uptime;
    return (time) => {
      // The sidecar goes with the pod, also when only its image is replaced.
      const born = bornBefore(pod, tracks.outages, time, (kind) => kind === 'oom');
      return born > 0 ? counter.at(time) - counter.at(born) : counter.at(time) + before;
    };
  }

  function readEdge(
    pod: number,
    side: 'source' | 'destination',
    at: number,
    scrapes: readonly Scrape[],
  ): void {
    const { caller, callee } = edges[at] as Edge;
    const value = (array: Float64Array): number => array[at] as number;
    const from = (services[caller] as { name: string }).name;
    const to = (services[callee] as { name: string }).name;
    const ok = reader(pod, (flow) => value(flow.ok));
    const failed = reader(
      pod,
      (flow) =>
        value(side === 'source' ? flow.failed : flow.tried) - (side === 'source' ? 0 : value(flow.ok)),
    );
    const time = reader(pod, (flow) => value(flow.time));
    const sent = reader(pod, (flow) => value(flow.sent));
    const received = reader(pod, (flow) => value(flow.received));
    for (const { mark, asOf } of scrapes) {
      const stamp = `${recordStart + mark},${podName(pod)}.${side}.${from}.${to}`;
      const good = Math.round(ok(asOf));
      const bad = Math.round(failed(asOf));
      const all = Math.max(1, good + bad);
      for (const [code, count] of [
        ['0', good],
        ['14', bad],
      ] as const) {
        if (code === '14' && count === 0) continue;
        const part = count / all;
        const duration = side === 'destination' && code === '14' ? 0.1 : 1;
        put('istio_requests_total', `${stamp},istio_requests_total.grpc.200.${code},${count}.0\n`);
        put(
          'istio_request_bytes_sum',
          `${stamp},istio_request_bytes_sum.grpc.200.${code},${Math.round(sent(asOf) * part)}.0\n`,
        );
        put(
          'istio_response_bytes_sum',
          `${stamp},istio_response_bytes_sum.grpc.200.${code},${code === '0' ? Math.round(received(asOf)) : count * 150}.0\n`,
        );
        put(
          'istio_request_duration_milliseconds_sum',
          `${stamp},istio_request_duration_milliseconds_sum.grpc.200.${code},${decimal(time(asOf) * part * duration, 2)}\n`,
        );
      }
      put('istio_request_messages_total', `${stamp},istio_request_messages_total,${all}.0\n`);
      put('istio_response_messages_total', `${stamp},istio_response_messages_total,${good}.0\n`);
    }
  }

  function readRedis(pod: number, scrapes: readonly Scrape[]): void {
    const visits = (flow: Flow): number =>
      cartOperations.reduce((sum, operation) => sum + (flow.served[operation] as number), 0);
    const count = reader(pod, visits);
    for (const { mark, asOf } of scrapes) {
      const stamp = `${recordStart + mark},${podName(pod)}.source.cartservice.redis-cart`;
      put('istio_tcp_connections_opened_total', `${stamp},istio_tcp_connections_opened_total.-,2.0\n`);
      put(
        'istio_tcp_received_bytes_total',
        `${stamp},istio_tcp_received_bytes_total.-,${Math.round(count(asOf) * 128)}.0\n`,
      );
      put(
        'istio_tcp_sent_bytes_total',
        `${stamp},istio_tcp_sent_bytes_total.-,${Math.round(count(asOf) * 90)}.0\n`,
      );
    }
  }
}

/** `[step, pod]`: the part of its service's requests that a pod serves. */
function shares(tracks: PodTracks): Float32Array {
  const result = new Float32Array(tracks.steps * podCount);
  for (let step = 0; step < tracks.steps; step++) {
    for (let first = 0; first < podCount; first += replicas) {
      const base = step * podCount + first;
      let serving = 0;
      for (let i = 0; i < replicas; i++) {
        if (tracks.listed[base + i] && !tracks.down[base + i]) serving++;
      }
      for (let i = 0; i < replicas; i++) {
        if (tracks.listed[base + i] && !tracks.down[base + i]) result[base + i] = 1 / serving;
      }
    }
  }
  return result;
}
