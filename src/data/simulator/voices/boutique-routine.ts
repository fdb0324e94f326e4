/** Lines of Online Boutique that no request causes: starts and stops, collectors, agents, proxies, and background chatter. */

import { type Outage, stepSeconds } from '../acts.ts';
import type { Chatter } from '../effects.ts';
import type { PodTracks } from '../pods.ts';
import { RandomStream } from '../random.ts';
import type { Setup } from '../setup.ts';
import { type Language, podService } from '../system.ts';
import { type Line, level } from './voice.ts';

/** Unordered lines of the whole record. `recordStart` is in epoch seconds. */
export function boutiqueRoutine(
  { system, params: { seed } }: Setup,
  index: number,
  tracks: PodTracks,
  chatter: readonly Chatter[],
  recordStart: number,
  seconds: number,
): Line[] {
  const { podCount, podNames, services } = system;
  const draws = new RandomStream(seed, index, 'housekeeping');
  const lines: Line[] = [];
  const say = (pod: number, time: number, message: string): void => {
    if (time < 0 || time >= seconds) return;
    lines.push({ time: time * 1000, pod, trace: -1, level: level.unknown, message });
  };
  const stamp = (time: number): string =>
    `${new Date((recordStart + time) * 1000).toISOString().slice(0, -1)}${String(draws.integer(1000)).padStart(3, '0')}Z`;

  for (const outage of tracks.outages) tellOutage(outage);
  for (const item of chatter) tellChatter(item);
  for (let pod = 0; pod < podCount; pod++) {
    routine(pod);
    strain(pod);
  }
  return lines;

  function reconnected(time: number): string {
    return `${stamp(time)}\tinfo\txdsproxy\tconnected to upstream XDS server: istiod.istio-system.svc:15012`;
  }

  function streamClosed(time: number): string {
    return `${stamp(time)}\twarning\tenvoy config\tgRPC config stream closed: 14, keepalive ping failed to receive ACK within timeout`;
  }

  function alive(pod: number, time: number): boolean {
    return !tracks.outages.some((item) => item.pod === pod && time >= item.down && time < item.started);
  }

  function tellOutage({ pod, kind, down, started, ready }: Outage): void {
    const { language } = podService(system, pod);
    if (kind === 'drain') {
      say(pod, down - 1.2, `${stamp(down - 1.2)}\tinfo\tAgent draining Proxy`);
      say(pod, down - 1, `${stamp(down - 1)}\tinfo\tGraceful termination period is 5s, starting...`);
      for (const text of farewell[language]) say(pod, down - draws.between(0.1, 0.9), text);
    }
    if (kind === 'oom' && draws.chance(0.5)) {
      for (const text of exhausted[language]) say(pod, down - 0.2, text);
    }
    if (kind !== 'pause' && kind !== 'exit' && draws.chance(0.5)) {
      say(pod, started + 0.2, `${stamp(started + 0.2)}\tinfo\tFLAG: --concurrency="2"`);
      say(
        pod,
        started + 0.4,
        `${stamp(started + 0.4)}\tinfo\tads\tADS: new connection for node:${podNames[pod]}`,
      );
      say(pod, started + 0.6, `${stamp(started + 0.6)}\tinfo\tcache\tgenerated new workload certificate`);
    }
    welcome[language].forEach((text, order) => {
      say(pod, ready - 0.5 + order * 0.05, text);
    });
  }

  function tellChatter({ topic, pod, start, end, lines: count }: Chatter): void {
    for (let i = 0; i < count; i++) {
      const time = draws.between(start, end);
      if (!alive(pod, time)) continue;
      const other = draws.pick(services).name;
      switch (topic) {
        case 'proxy':
          say(pod, time, draws.chance(0.4) ? streamClosed(time) : reconnected(time));
          break;
        case 'agent':
          say(pod, time, exportFailed(draws.chance(0.4) ? 'i/o timeout' : 'connection refused'));
          break;
        case 'client':
          say(pod, time, 'severity:error,error:invalid request: product not specified,message:request error');
          break;
        case 'unavailable':
          say(
            pod,
            time,
            `severity:warning,error:health probe of ${other}: rpc error: code = Unavailable desc = upstream connect error or disconnect/reset before headers. reset reason: connection ${draws.pick(['termination', 'failure'])}`,
          );
          break;
        case 'slow':
          say(
            pod,
            time,
            draws.chance(0.5)
              ? `severity:warning,message:slow upstream call: ${other} took ${250 + draws.integer(900)}ms`
              : `severity:error,error:warm-up of ${other}: rpc error: code = DeadlineExceeded desc = context deadline exceeded,message:request error`,
          );
          break;
        case 'memory':
          say(pod, time, collectorLine(podService(system, pod).language, 30 + draws.integer(60)));
          break;
      }
    }
  }

  /** Agents report every half minute, proxies reconnect every few hours. */
  function routine(pod: number): void {
    const { language } = podService(system, pod);
    for (let time = draws.between(0, 30); time < seconds; time += 30) {
      if (!alive(pod, time)) continue;
      if (language === 'go') {
        say(pod, time, 'level:debug,message:gathering metrics');
        const count = 1 + draws.integer(60);
        say(
          pod,
          time + 0.4,
          `level:debug,message:sent request with ${count} transactions, ${count * 4} spans, 0 errors, ${draws.integer(4)} metricsets`,
        );
      } else if (language === 'python' && draws.chance(0.7)) {
        say(pod, time, 'Failed to export traces, error code: StatusCode.UNIMPLEMENTED');
      }
      if (draws.chance(1 / 480)) {
        say(pod, time, reconnected(time));
      }
    }
  }

  /** A bad network also meets what no request waits for: configuration streams, agents, the cart's redis. */
  function isolate(pod: number, at: number, time: number): void {
    const late = (tracks.delay[at] as number) * (tracks.delayShare[at] as number);
    const chance = 0.22 * (tracks.loss[at] as number) + Math.min(0.07, late / 2500);
    if (chance === 0 || !draws.chance(chance)) return;
    const { name } = podService(system, pod);
    const kinds = name === 'cartservice' ? 4 : 3;
    switch (draws.integer(kinds)) {
      case 0:
        say(pod, time, streamClosed(time));
        break;
      case 1:
        say(pod, time, exportFailed('i/o timeout'));
        break;
      case 2:
        say(pod, time, `${stamp(time)}\twarning\tdns\tlookup istiod.istio-system.svc: i/o timeout`);
        break;
      case 3:
        say(pod, time, 'fail: Redis timeout performing HGET, socket unread for 1000ms');
        break;
    }
  }

  /** What runtimes say when they are short of CPU or memory. */
  function strain(pod: number): void {
    const { language } = podService(system, pod);
    for (let step = 0; step < tracks.steps; step++) {
      const at = step * podCount + pod;
      if (tracks.down[at]) continue;
      const time = (step + draws.uniform()) * stepSeconds;
      isolate(pod, at, time);
      const late = (tracks.slow[at] as number) > 3 ? 0.1 : 0;
      if (draws.chance(0.0002 + late + 0.2 * (tracks.stall[at] as number))) {
        say(pod, time, starved(language, 120 + draws.integer(900)));
      }
      const disk = tracks.disk[at] as number;
      if (disk > 0 && draws.chance(0.35 * disk)) {
        say(pod, time, slowDisk(language, 60 + draws.integer(900)));
      }
      if (draws.chance(0.0002 + 0.5 * (tracks.pause[at] as number))) {
        say(pod, time, collectorLine(language, Math.round(draws.exponential(tracks.pauseMs[at] || 20)) + 5));
      }
    }
  }
}

function exportFailed(reason: string): string {
  return `level:error,message:trace export failed: ${reason}, will retry in 8s`;
}

const farewell: Readonly<Record<Language, readonly string[]>> = {
  go: ['severity:info,message:received signal terminated, shutting down'],
  dotnet: ['info: Microsoft.Hosting.Lifetime[0]', '      Application is shutting down...'],
  node: ['severity:info,message:SIGTERM received, closing server'],
  python: ['severity:INFO,message:stopping server, grace period 5 s'],
  java: ['*** shutting down gRPC ads server since JVM is shutting down'],
};

const welcome: Readonly<Record<Language, readonly string[]>> = {
  go: [
    'severity:info,message:Tracing enabled.',
    'severity:info,message:Profiling disabled.',
    'severity:info,message:starting grpc server at :7000',
  ],
  dotnet: [
    'info: Microsoft.Hosting.Lifetime[0]',
    '      Now listening on: http://[::]:7070',
    '      Application started. Press Ctrl+C to shut down.',
    '      Hosting environment: Production',
  ],
  node: [
    'severity:info,message:Profiler disabled.',
    'severity:info,message:Starting gRPC server on port 7000...',
    'severity:info,message:server listening',
  ],
  python: [
    'severity:INFO,message:initializing service',
    'severity:INFO,message:Profiler disabled.',
    'severity:INFO,message:listening on port: 8080',
  ],
  java: ['INFO Stackdriver profiler disabled.', 'INFO Ad Service started, listening on 9555'],
};

const exhausted: Readonly<Record<Language, readonly string[]>> = {
  go: ['fatal error: runtime: out of memory', 'runtime stack:', 'goroutine 1 [running]:'],
  dotnet: ['Out of memory.', 'Unhandled exception. System.OutOfMemoryException: Array dimensions exceeded.'],
  node: [
    '<--- Last few GCs --->',
    'FATAL ERROR: Reached heap limit Allocation failed - JavaScript heap out of memory',
  ],
  python: ['Traceback (most recent call last):', 'MemoryError'],
  java: ['java.lang.OutOfMemoryError: Java heap space'],
};

function collectorLine(language: Language, ms: number): string {
  switch (language) {
    case 'go':
      return `level:debug,message:gc forced, pause ${ms}ms`;
    case 'dotnet':
      return `warn: Runtime[12] GC generation 2 blocked for ${ms} ms`;
    case 'node':
      return `[1:0x5a1c0]   ${ms * 7919} ms: Mark-sweep (reduce) ${60 + (ms % 90)}.1 MB, ${ms}.4 / 0.0 ms  allocation failure`;
    case 'python':
      return `severity:WARNING,message:gc generation 2 took ${ms} ms`;
    case 'java':
      return `WARN GC(${ms % 97}) Pause Full (Allocation Failure) ${ms}ms`;
  }
}

function starved(language: Language, ms: number): string {
  switch (language) {
    case 'go':
      return `level:warning,message:ticker fired ${ms}ms late`;
    case 'dotnet':
      return `warn: Microsoft.AspNetCore.Server.Kestrel[22] the heartbeat has been running for ${ms} ms, possibly thread pool starvation.`;
    case 'node':
      return `severity:warn,message:event loop delayed by ${ms}ms`;
    case 'python':
      return `severity:WARNING,message:worker thread woke up ${ms}ms late`;
    case 'java':
      return `WARN grpc-default-executor delayed by ${ms}ms`;
  }
}

function slowDisk(language: Language, ms: number): string {
  switch (language) {
    case 'go':
      return `level:warning,message:log write took ${ms}ms`;
    case 'dotnet':
      return `warn: Microsoft.Extensions.Logging.Console[3] a write to the log took ${ms} ms`;
    case 'node':
      return `severity:warn,message:fs.write completed after ${ms}ms`;
    case 'python':
      return `severity:WARNING,message:flush of the log handler took ${ms} ms`;
    case 'java':
      return `WARN appender File blocked for ${ms}ms`;
  }
}
