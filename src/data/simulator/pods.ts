/**
 * How the pods of a case fare over time, in steps of five seconds: load, CPU, queueing, memory, restarts. Latencies of
 * single requests are drawn from these states in `requests.ts`, metrics are read off them in `metrics.ts`.
 *
 * CPU: processor sharing on c = 2 cores, whose mean slowdown is 1 / (1 − x²) at utilisation x; above it the quota
 * throttles, and a request that meets a throttled period stalls. Memory: collectors and page reclaim take time as the
 * limit comes near, and past it the container is killed.
 */
import { type Acts, actOn, drawLoad, makeActs, type Outage, planOutages, stepSeconds } from './acts.ts';
import type { Effect } from './effects.ts';
import { computeFlow, type Flow, makeFlows, type ServiceView } from './flow.ts';
import { RandomStream } from './random.ts';
import type { Setup } from './setup.ts';
import { type Operation, podService, type Service, type System } from './system.ts';

/** Arrays are `[step, pod]` unless noted. */
export type PodTracks = {
  readonly steps: number;
  /** Requests per second from outside, `[step]`. */
  readonly load: Float64Array;
  readonly down: Uint8Array;
  readonly listed: Uint8Array;
  /** Factor on own work. */
  readonly slow: Float32Array;
  /** Probability that a request stalls until the next CPU period, and that a collector pause meets it. */
  readonly stall: Float32Array;
  readonly pause: Float32Array;
  readonly pauseMs: Float32Array;
  readonly delay: Float32Array;
  readonly delayShare: Float32Array;
  readonly loss: Float32Array;
  readonly abort: Float32Array;
  readonly hold: Float32Array;
  readonly holdShare: Float32Array;
  /** MB per second that a fault or a job reads and writes; probability that a request waits for the disk. */
  readonly read: Float32Array;
  readonly write: Float32Array;
  readonly disk: Float32Array;
  /** Probability that a message is sent twice, and that a handler fails for one of three reasons. */
  readonly repeat: Float32Array;
  readonly login: Float32Array;
  readonly denied: Float32Array;
  readonly missing: Float32Array;
  /** Cores in use, cores in use by the kernel, share of throttled periods. */
  readonly cpu: Float32Array;
  readonly kernel: Float32Array;
  readonly throttled: Float32Array;
  /** MiB. */
  readonly rss: Float32Array;
  readonly cache: Float32Array;
  readonly threads: Float32Array;
  /** Mean flow, one per step. */
  readonly flows: readonly Flow[];
  readonly outages: readonly Outage[];
};

const cores = 2;
const collector = { go: 0.35, dotnet: 1, node: 1.1, python: 0.7, java: 0.9 } as const;
/** Acts that `requests.ts` and the metrics meet as they are. */
const passed = [
  'delay',
  'delayShare',
  'loss',
  'abort',
  'hold',
  'holdShare',
  'read',
  'write',
  'repeat',
  'login',
  'denied',
  'missing',
] as const;
/** MB per second that a pod's disk gives. */
const diskRate = 260;
/** Milliseconds that a login which fails takes. */
export const loginStall = 11_000;

/** `clock` is the local time of day at the start of the record, in seconds. */
export function trackPods(
  { system, params: { seed } }: Setup,
  index: number,
  effects: readonly Effect[],
  clock: number,
  seconds: number,
): PodTracks {
  const { services, operations, replicas, podCount, serviceOf } = system;
  const draws = new RandomStream(seed, index, 'pods');
  const steps = Math.ceil(seconds / stepSeconds);
  const size = steps * podCount;
  const track = () => new Float32Array(size);
  const load = drawLoad(system, seed, index, effects, clock, steps);
  const outages = effects.flatMap((effect) => planOutages(system, effect, draws));
  const outagesOf = Array.from({ length: podCount }, (_, pod) => outages.filter((item) => item.pod === pod));
  const tracks = {
    steps,
    load,
    down: new Uint8Array(size),
    listed: new Uint8Array(size),
    slow: track(),
    stall: track(),
    pause: track(),
    pauseMs: track(),
    delay: track(),
    delayShare: track(),
    loss: track(),
    abort: track(),
    hold: track(),
    holdShare: track(),
    read: track(),
    write: track(),
    disk: track(),
    repeat: track(),
    login: track(),
    denied: track(),
    missing: track(),
    cpu: track(),
    kernel: track(),
    throttled: track(),
    rss: track(),
    cache: track(),
    threads: track(),
    flows: makeFlows(system, steps),
    outages,
  };
  // Deployments differ from case to case: versions, images, hosts.
  const pace = services.map(() => draws.lognormal(1, 0.12));
  const bulk = Array.from({ length: podCount }, () => draws.lognormal(1, 0.06));
  const wander = new Float64Array(podCount);
  const acts = makeActs(system);
  const killedAt = new Float64Array(podCount).fill(-1);
  const view: ServiceView = {
    refuse: new Float64Array(services.length),
    slow: new Float64Array(services.length).fill(1),
    extra: new Float64Array(services.length),
    late: new Float64Array(services.length),
  };

  for (let step = 0; step < steps; step++) {
    const time = step * stepSeconds;
    const any = actOn(effects, time, killedAt, acts);
    const base = step * podCount;
    for (let pod = 0; pod < podCount; pod++) {
      tracks.listed[base + pod] = 1;
      for (const item of outagesOf[pod] as Outage[]) {
        if (time >= item.down && time < item.ready) tracks.down[base + pod] = 1;
        if (time >= item.unlisted && time < item.ready) tracks.listed[base + pod] = 0;
      }
    }
    if (any) for (const name of passed) tracks[name].set(acts[name], base);
    look(system, tracks, base, view);
    computeFlow(system, load[step] as number, view, tracks.flows[step] as Flow);
    for (let pod = 0; pod < podCount; pod++) {
      wander[pod] = 0.9 * (wander[pod] as number) + 0.07 * draws.normal();
      settle(pod, step, acts, pace[serviceOf[pod] as number] as number, bulk[pod] as number);
    }
  }
  return tracks;

  function settle(pod: number, step: number, acts: Acts, factor: number, size: number): void {
    const at = step * podCount + pod;
    const time = step * stepSeconds;
    const service = podService(system, pod);
    const number = serviceOf[pod] as number;
    const own = outagesOf[pod] as Outage[];
    const out = own.find((item) => time >= item.down && time < item.ready);
    if (out && time < out.started) {
      tracks.slow[at] = 1;
      tracks.rss[at] = 0.035;
      tracks.cache[at] = out.kind === 'pause' ? service.cache * 0.5 : 0;
      tracks.threads[at] = 1;
      return;
    }
    const last = own.findLast((item) => time >= item.started);
    const age = last ? time - last.started : Number.POSITIVE_INFINITY;
    const flow = tracks.flows[step] as Flow;
    const share = out ? 0 : shareOf(step, pod);
    let demand = 0;
    let visits = 0;
    for (const index of system.served[number] as readonly number[]) {
      const rate = (flow.served[index] as number) * share;
      visits += rate;
      demand += (rate * (operations[index] as Operation).work * factor) / 1000;
    }
    const cold = 1 + 2.5 * Math.exp(-age / 15);
    demand *= cold * Math.exp(wander[pod] as number);
    const boot = out || age < 15 ? 0.6 : 0;

    const disk = (acts.read[pod] as number) + (acts.write[pod] as number);
    // Memory first: it costs CPU.
    const wanted = (acts.memory[pod] as number) * service.limit;
    const rss =
      service.rss * size * (age < 60 ? 0.75 + age / 240 : 1) * (1 + 0.02 * (wander[pod] as number)) +
      0.25 * Math.min(visits, 60) +
      wanted;
    const cache =
      service.cache * size * (1 + 0.02 * (wander[pod] as number)) +
      (acts.cache[pod] as number) * service.limit +
      // What is read or written stays in the page cache for a while.
      Math.min(0.3 * service.limit, 1.2 * disk);
    const pressure = Math.max(0, Math.min(1, ((rss + 0.3 * cache) / service.limit - 0.3) / 0.6));
    const collecting = collector[service.language] * pressure ** 1.3;
    if (rss > service.limit && !out) killForMemory(pod, time, service);
    tracks.rss[at] = Math.min(rss, service.limit);
    tracks.cache[at] = Math.max(0, Math.min(cache, service.limit - rss * 0.9));

    const quota = service.cores;
    const stress = (acts.stress[pod] as number) * quota;
    const busy = demand + service.idle + boot + 0.5 * collecting + (wanted > 0 ? 0.08 : 0) + 0.0016 * disk;
    const room = quota * (1 - Math.min(0.95, acts.steal[pod] as number));
    const use = Math.min(0.98, (busy + stress) / room);
    const throttled = Math.max(0, Math.min(0.9, ((busy + stress) / quota - 0.75) / 0.45));
    const used = Math.min(room, busy + stress);
    tracks.cpu[at] = used;
    const packets = visits * 2 * (1 + 2 * (acts.loss[pod] as number));
    tracks.kernel[at] = Math.min(
      used * 0.8,
      used * 0.22 + packets * 0.0006 + 0.1 * collecting + 0.0012 * disk,
    );
    tracks.throttled[at] = throttled;
    tracks.slow[at] = (factor * cold) / (1 - use ** cores);
    tracks.stall[at] = 0.5 * throttled;
    tracks.pause[at] = Math.min(0.6, 0.45 * collecting);
    tracks.pauseMs[at] = 12 + 90 * collecting;
    tracks.disk[at] = Math.min(0.55, (0.5 * disk) / diskRate);
    const waiting = (visits * (flow.latency[number] as number)) / 1000;
    const spawn = service.language === 'go' ? 0.1 : 1;
    tracks.threads[at] = Math.round(
      service.threads * (out ? 0.4 : 1) + spawn * Math.min(40, waiting) + 0.6 * (wander[pod] as number) * 5,
    );
  }

  function shareOf(step: number, pod: number): number {
    const first = pod - (pod % replicas);
    let listed = 0;
    for (let other = first; other < first + replicas; other++) {
      listed += tracks.listed[step * podCount + other] as number;
    }
    return tracks.listed[step * podCount + pod] && listed ? 1 / listed : 0;
  }

  function killForMemory(pod: number, time: number, service: Service): void {
    killedAt[pod] = time;
    const started = time + draws.between(2, 8);
    const ready = started + service.boot * draws.between(0.8, 1.5);
    const down = time + stepSeconds;
    const outage: Outage = { pod, kind: 'oom', down, started, ready, unlisted: time + 10 };
    outages.push(outage);
    outagesOf[pod]?.push(outage);
  }
}

/** What callers meet at each service, averaged over its listed pods. Slowness is that of the step before. */
function look(
  { services, replicas, podCount }: System,
  tracks: Omit<PodTracks, 'flows'>,
  base: number,
  view: ServiceView,
): void {
  for (let service = 0; service < services.length; service++) {
    let listed = 0;
    let refuse = 0;
    let slow = 0;
    let extra = 0;
    let late = 0;
    for (let pod = service * replicas; pod < (service + 1) * replicas; pod++) {
      if (!tracks.listed[base + pod]) continue;
      listed++;
      refuse += tracks.down[base + pod] ? 1 : (tracks.abort[base + pod] as number);
      const past = base >= podCount ? base - podCount + pod : -1;
      slow += past < 0 ? 1 : tracks.slow[past] || 1;
      if (past >= 0) {
        extra += 40 * (tracks.stall[past] as number);
        extra += (tracks.pause[past] as number) * (tracks.pauseMs[past] as number);
      }
      extra += (tracks.hold[base + pod] as number) * (tracks.holdShare[base + pod] as number);
      extra += loginStall * (tracks.login[base + pod] as number);
      late += (tracks.delay[base + pod] as number) * (tracks.delayShare[base + pod] as number);
      late += 220 * (tracks.loss[base + pod] as number);
    }
    view.refuse[service] = listed ? refuse / listed : 1;
    view.slow[service] = listed ? slow / listed : 1;
    view.extra[service] = listed ? extra / listed : 0;
    view.late[service] = listed ? late / listed : 0;
  }
}
