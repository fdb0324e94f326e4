/**
 * What the monitoring reads of a pod's disk and network, in step with `readPods`: bytes and operations, read off the flow
 * of requests and what faults and jobs read and write. D3 does not show them.
 */
import { stepSeconds } from './acts.ts';
import type { SimulatedCase } from './case.ts';
import { RandomStream } from './random.ts';
import type { Readings } from './readings.ts';
import { bornBefore, Counter } from './scrape.ts';
import { shares } from './sidecars.ts';
import { type Edge, podService } from './system.ts';

const names = [
  /** Counters since the start of the container: MB and operations of the disk, MB and packets of the network. */
  'readMb',
  'writeMb',
  'reads',
  'writes',
  'receivedMb',
  'sentMb',
  'received',
  'sent',
  /** Share of requests that waited for the disk. */
  'busy',
] as const;

/** One entry per entry of the readings. */
export type DeviceReadings = Readonly<Record<(typeof names)[number], Float64Array>>;

/** Bytes of a full packet, and KB of one operation of the disk. */
const packet = 1400;
const block = 64;

export function readDevices(simulated: SimulatedCase, readings: Readings): DeviceReadings {
  const { setup, index, tracks } = simulated;
  const { system, params } = setup;
  const { podCount, edges } = system;
  const draws = new RandomStream(params.seed, index, 'devices');
  const share = shares(system, tracks);
  const columns = Object.fromEntries(names.map((name) => [name, new Float64Array(readings.count)])) as Record<
    (typeof names)[number],
    Float64Array
  >;
  for (let at = 0; at < readings.count; ) {
    const pod = readings.pod[at] as number;
    let end = at;
    while (end < readings.count && readings.pod[end] === pod) end++;
    readPod(pod, at, end);
    at = end;
  }
  return columns;

  function readPod(pod: number, from: number, to: number): void {
    const own = system.serviceOf[pod] as number;
    const { cache } = podService(system, pod);
    const uptime = draws.between(600, 1800);
    const stray = Float64Array.from({ length: tracks.steps }, () => draws.exponential(1));
    const of = (array: Float32Array, step: number): number => array[step * podCount + pod] as number;
    const part = (step: number): number => share[step * podCount + pod] as number;
    // Bytes per second of requests and responses at the pod, as callee and as caller.
    const traffic = (step: number, incoming: boolean): number => {
      const flow = tracks.flows[step];
      if (!flow) return 0;
      let bytes = 0;
      edges.forEach(({ caller, callee }: Edge, edge) => {
        const [sent, received] = [flow.sent[edge] as number, flow.received[edge] as number];
        if (callee === own) bytes += incoming ? sent : received;
        if (caller === own) bytes += incoming ? received : sent;
      });
      return bytes * part(step) * 1.6;
    };
    const packets = (step: number, incoming: boolean): number => {
      const flow = tracks.flows[step];
      if (!flow) return 0;
      let calls = 0;
      edges.forEach(({ caller, callee }: Edge, edge) => {
        if (callee === own || caller === own) calls += flow.tried[edge] as number;
      });
      return calls * part(step) * 2.2 + traffic(step, incoming) / packet;
    };
    // Lost messages are sent again, some are sent twice: what leaves grows, and with it what is acknowledged.
    const again = (step: number): number => 1 + of(tracks.loss, step) + of(tracks.repeat, step);
    const alive = (step: number): number => (tracks.down[step * podCount + pod] ? 0 : 1);
    const counters = {
      readMb: count(
        (step) => alive(step) * (of(tracks.read, step) + 0.0004 * cache * (stray[step] as number)),
      ),
      writeMb: count(
        (step) =>
          alive(step) * (of(tracks.write, step) + 0.004 * (stray[step] as number)) +
          (0.00004 * traffic(step, true)) / 8,
      ),
      receivedMb: count((step) => (traffic(step, true) / 1e6) * (1 + 0.3 * of(tracks.repeat, step))),
      sentMb: count((step) => (traffic(step, false) / 1e6) * again(step)),
      received: count((step) => packets(step, true) * (1 + 0.5 * (again(step) - 1))),
      sent: count((step) => packets(step, false) * again(step)),
    };
    const kept = (kind: string): boolean => kind === 'pause';
    for (let at = from; at < to; at++) {
      const asOf = readings.asOf[at] as number;
      const born = bornBefore(pod, tracks.outages, asOf, kept);
      const read = (counter: Counter): number =>
        born > 0 ? counter.at(asOf) - counter.at(born) : counter.at(asOf) + counter.early() * uptime;
      for (const [name, counter] of Object.entries(counters)) {
        columns[name as keyof typeof counters][at] = read(counter);
      }
      columns.reads[at] = Math.round(((columns.readMb[at] as number) * 1024) / block);
      columns.writes[at] = Math.round(((columns.writeMb[at] as number) * 1024) / block);
      columns.busy[at] = of(tracks.disk, Math.min(tracks.steps - 1, Math.floor(asOf / stepSeconds)));
    }
  }

  function count(rate: (step: number) => number): Counter {
    return new Counter(tracks.steps).fill(rate);
  }
}

/**
 * What a counter grew by since the read before, per second; since its start after a new container. A stale read repeats
 * what the fresh one said, and the first of a record says what the next will.
 */
export function growth(readings: Readings, counter: Float64Array, at: number): number {
  const { pod, asOf } = readings;
  const own = pod[at];
  let now = at;
  while (now > 0 && pod[now - 1] === own && asOf[now - 1] === asOf[now]) now--;
  if (now === 0 || pod[now - 1] !== own) {
    if (pod[now + 1] !== own || now + 1 >= readings.count) return 0;
    now++;
    while (now + 1 < readings.count && pod[now + 1] === own && asOf[now] === asOf[now - 1]) now++;
  }
  const seconds = (asOf[now] as number) - (asOf[now - 1] as number);
  if (seconds <= 0) return 0;
  const grown = (counter[now] as number) - (counter[now - 1] as number);
  return Math.max(0, grown >= 0 ? grown : (counter[now] as number)) / seconds;
}
