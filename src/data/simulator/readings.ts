/** What the monitoring reads off the pods' tracks: CPU, memory and threads of each container, scrape by scrape. */
import { stepSeconds } from './acts.ts';
import type { SimulatedCase } from './case.ts';
import { RandomStream } from './random.ts';
import { bornBefore, Counter, planScrapes } from './scrape.ts';
import { podService } from './system.ts';

const names = [
  /** Seconds since the start of the record: written beside the value, and that the value is from. */
  'mark',
  'asOf',
  /** Counters since the start of the container: CPU periods, seconds of CPU. */
  'periods',
  'throttled',
  'usage',
  'kernel',
  /** Bytes. */
  'rss',
  'cache',
  'mapped',
  'slab',
  'inactive',
  'threads',
] as const;

/** One entry per read, pod after pod and in order of time within a pod; `order` sorts them by time, then pod. */
export type Readings = Readonly<Record<(typeof names)[number], Float64Array>> & {
  readonly count: number;
  readonly pod: Uint8Array;
  readonly order: Uint32Array;
};

const mib = 1048576;
const page = 4096;

export function readPods({ setup, index, tracks, seconds }: SimulatedCase): Readings {
  const { system, scrape, params } = setup;
  const { podCount } = system;
  const draws = new RandomStream(params.seed, index, 'metrics');
  const room = podCount * Math.ceil(seconds / scrape);
  const columns = Object.fromEntries(names.map((name) => [name, new Float64Array(room)])) as Record<
    (typeof names)[number],
    Float64Array
  >;
  const pods = new Uint8Array(room);
  let count = 0;
  const counters = Array.from({ length: 4 }, () => new Counter(tracks.steps));
  for (let pod = 0; pod < podCount; pod++) readPod(pod);
  const { mark } = columns;
  const order = orderByTime(mark, count, scrape, seconds);
  return { ...columns, count, pod: pods, order };

  function readPod(pod: number): void {
    const service = podService(system, pod);
    const of = (array: Float32Array, step: number): number => array[step * podCount + pod] as number;
    // The deployment is some minutes old when the record starts.
    const uptime = draws.between(600, 1800);
    const [usage, kernel, periods, throttled] = counters as [Counter, Counter, Counter, Counter];
    usage.fill((step) => of(tracks.cpu, step));
    kernel.fill((step) => of(tracks.kernel, step));
    // A CPU period (100 ms) counts when something ran in it.
    const active = (step: number) => 10 * (1 - Math.exp(-0.35 - 12 * of(tracks.cpu, step)));
    periods.fill(active);
    throttled.fill((step) => active(step) * of(tracks.throttled, step));
    const read = (counter: Counter, time: number, born: number): number =>
      born > 0 ? counter.at(time) - counter.at(born) : counter.at(time) + counter.early() * uptime;
    const mapped = service.cache * draws.between(0.75, 0.95);
    for (const { mark, asOf } of planScrapes(pod, tracks.outages, seconds, scrape, draws)) {
      const step = Math.min(tracks.steps - 1, Math.floor(asOf / stepSeconds));
      const born = bornBefore(pod, tracks.outages, asOf);
      const cache = bytes(of(tracks.cache, step));
      pods[count] = pod;
      columns.mark[count] = mark;
      columns.asOf[count] = asOf;
      columns.usage[count] = read(usage, asOf, born);
      columns.kernel[count] = read(kernel, asOf, born);
      columns.periods[count] = read(periods, asOf, born);
      columns.throttled[count] = read(throttled, asOf, born);
      columns.rss[count] = bytes(of(tracks.rss, step) * (1 + 0.004 * draws.normal()));
      columns.cache[count] = cache;
      // Next to nothing runs in a container that was replaced.
      const idle = of(tracks.rss, step) < 1;
      columns.slab[count] = bytes(idle ? 1.5 : 6.2 + 0.05 * draws.normal());
      columns.mapped[count] = Math.min(cache, bytes(idle ? 0 : mapped));
      columns.inactive[count] = bytes(0.06 * of(tracks.cache, step));
      columns.threads[count] = Math.max(1, of(tracks.threads, step));
      count++;
    }
  }
}

/** Whole pages. */
function bytes(mibs: number): number {
  return Math.max(0, Math.round((mibs * mib) / page)) * page;
}

/** Entries are in order of pods; a counting sort by read keeps that order within a read. */
function orderByTime(marks: Float64Array, count: number, scrape: number, seconds: number): Uint32Array {
  const starts = new Uint32Array(Math.ceil(seconds / scrape) + 1);
  const readOf = (at: number) => Math.round((marks[at] as number) / scrape);
  for (let at = 0; at < count; at++) {
    const next = readOf(at) + 1;
    starts[next] = (starts[next] as number) + 1;
  }
  for (let read = 1; read < starts.length; read++) {
    starts[read] = (starts[read] as number) + (starts[read - 1] as number);
  }
  const order = new Uint32Array(count);
  for (let at = 0; at < count; at++) {
    const read = readOf(at);
    const place = starts[read] as number;
    order[place] = at;
    starts[read] = place + 1;
  }
  return order;
}
