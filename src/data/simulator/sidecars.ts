/** What each pod's sidecar counts: messages, bytes and time per edge of the call graph, scrape by scrape. */
import type { SimulatedCase } from './case.ts';
import type { Flow } from './flow.ts';
import type { PodTracks } from './pods.ts';
import { RandomStream } from './random.ts';
import { bornBefore, Counter, planScrapes, type Scrape } from './scrape.ts';
import type { System } from './system.ts';

/** One read of one edge at one side. Counters since the start of the pod. */
export type EdgeReading = {
  readonly pod: number;
  readonly side: 'source' | 'destination';
  readonly edge: number;
  /** Seconds since the start of the record. */
  readonly mark: number;
  /** Calls answered and failed. */
  readonly ok: number;
  readonly failed: number;
  /** Sum of latencies in milliseconds, bytes of requests and responses. */
  readonly time: number;
  readonly sent: number;
  readonly received: number;
};

/** `visits`: calls served by the service behind which a store stands. */
export type StoreReading = { readonly pod: number; readonly mark: number; readonly visits: number };

export interface SidecarReader {
  edge(reading: EdgeReading): void;
  store(reading: StoreReading): void;
}

/** Tells all reads, pod after pod, edge after edge, in order of time. `store`: the service that keeps a store, or -1. */
export function readSidecars(simulated: SimulatedCase, store: number, reader: SidecarReader): void {
  const { setup, index, tracks, seconds } = simulated;
  const { system, params } = setup;
  // The upper half of the index space keeps these draws apart from those of the containers.
  const draws = new RandomStream(params.seed, index | 0x40000000, 'metrics');
  const uptime = draws.between(600, 1800);
  const share = shares(system, tracks);
  const counters = Array.from({ length: 5 }, () => new Counter(tracks.steps));
  for (let pod = 0; pod < system.podCount; pod++) {
    const own = system.serviceOf[pod] as number;
    const scrapes = planScrapes(pod, tracks.outages, seconds, setup.scrape, draws);
    system.edges.forEach((edge, at) => {
      if (edge.caller === own) readEdge(pod, 'source', at, scrapes);
      if (edge.callee === own) readEdge(pod, 'destination', at, scrapes);
    });
    if (own === store) readStore(pod, scrapes);
  }

  function counter(which: number, pod: number, rate: (flow: Flow) => number): (time: number) => number {
    const sums = (counters[which] as Counter).fill(
      (step) => rate(tracks.flows[step] as Flow) * (share[step * system.podCount + pod] as number),
    );
    const before = sums.early() * uptime;
    return (time) => {
      // The sidecar goes with the pod, also when only its image is replaced.
      const born = bornBefore(pod, tracks.outages, time, (kind) => kind === 'oom' || kind === 'exit');
      return born > 0 ? sums.at(time) - sums.at(born) : sums.at(time) + before;
    };
  }

  function readEdge(
    pod: number,
    side: 'source' | 'destination',
    at: number,
    scrapes: readonly Scrape[],
  ): void {
    const value = (array: Float64Array): number => array[at] as number;
    const ok = counter(0, pod, (flow) => value(flow.ok));
    const failed = counter(
      1,
      pod,
      (flow) =>
        value(side === 'source' ? flow.failed : flow.tried) - (side === 'source' ? 0 : value(flow.ok)),
    );
    const time = counter(2, pod, (flow) => value(flow.time));
    const sent = counter(3, pod, (flow) => value(flow.sent));
    const received = counter(4, pod, (flow) => value(flow.received));
    for (const { mark, asOf } of scrapes) {
      reader.edge({
        pod,
        side,
        edge: at,
        mark,
        ok: Math.round(ok(asOf)),
        failed: Math.round(failed(asOf)),
        time: time(asOf),
        sent: sent(asOf),
        received: received(asOf),
      });
    }
  }

  function readStore(pod: number, scrapes: readonly Scrape[]): void {
    const served = system.served[store] ?? [];
    const visits = counter(0, pod, (flow) =>
      served.reduce((sum, operation) => sum + (flow.served[operation] as number), 0),
    );
    for (const { mark, asOf } of scrapes) reader.store({ pod, mark, visits: visits(asOf) });
  }
}

/** `[step, pod]`: the part of its service's requests that a pod serves. */
export function shares({ podCount, replicas }: System, tracks: PodTracks): Float32Array {
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
