/** Lines of a system like MicroSS that no request causes: starts, strain of CPU, memory and disk, background chatter. */
import { stepSeconds } from '../acts.ts';
import type { Chatter } from '../effects.ts';
import type { PodTracks } from '../pods.ts';
import { RandomStream } from '../random.ts';
import type { Setup } from '../setup.ts';
import { type Level, type Line, level } from './voice.ts';

/** Unordered lines of the whole record. */
export function microssRoutine(
  { system, params: { seed } }: Setup,
  index: number,
  tracks: PodTracks,
  chatter: readonly Chatter[],
  seconds: number,
): Line[] {
  const { podCount, services } = system;
  const draws = new RandomStream(seed, index, 'housekeeping');
  const lines: Line[] = [];
  const say = (pod: number, time: number, how: Level, message: string): void => {
    if (time >= 0 && time < seconds) lines.push({ time: time * 1000, pod, trace: -1, level: how, message });
  };
  for (const { pod, ready } of tracks.outages) {
    say(pod, ready - 0.4, level.info, 'register the service to zookeeper successfully');
    say(pod, ready - 0.2, level.info, 'Booting worker with pid: 9');
  }
  for (const item of chatter) gossip(item);
  for (let pod = 0; pod < podCount; pod++) strain(pod);
  return lines;

  function alive(pod: number, time: number): boolean {
    return !tracks.outages.some((item) => item.pod === pod && time >= item.down && time < item.started);
  }

  function gossip({ topic, pod, start, end, lines: count }: Chatter): void {
    for (let i = 0; i < count; i++) {
      const time = draws.between(start, end);
      const other = draws.pick(services).name;
      if (!alive(pod, time)) continue;
      switch (topic) {
        case 'proxy':
        case 'agent':
          say(pod, time, level.warning, 'zookeeper session was lost, connect again');
          break;
        case 'client':
          say(pod, time, level.error, "get a error 'uuid' is missing in the request");
          break;
        case 'unavailable':
          say(pod, time, level.error, 'an error occurred in the downstream service');
          break;
        case 'slow':
          say(pod, time, level.warning, `the health check of ${other} took ${250 + draws.integer(900)} ms`);
          break;
        case 'memory':
          say(pod, time, level.warning, `gc generation 2 took ${30 + draws.integer(60)} ms`);
          break;
      }
    }
  }

  function strain(pod: number): void {
    for (let step = 0; step < tracks.steps; step++) {
      const at = step * podCount + pod;
      if (tracks.down[at]) continue;
      const time = (step + draws.uniform()) * stepSeconds;
      const late = (tracks.slow[at] as number) > 3 ? 0.1 : 0;
      if (draws.chance(0.0002 + late + 0.2 * (tracks.stall[at] as number))) {
        say(pod, time, level.warning, `worker thread woke up ${120 + draws.integer(900)} ms late`);
      }
      if (draws.chance(0.0002 + 0.5 * (tracks.pause[at] as number))) {
        const ms = Math.round(draws.exponential(tracks.pauseMs[at] || 20)) + 5;
        say(pod, time, level.warning, `gc generation 2 took ${ms} ms`);
      }
      const disk = tracks.disk[at] as number;
      if (disk > 0 && draws.chance(0.35 * disk)) {
        say(pod, time, level.warning, `flush of the log took ${60 + draws.integer(900)} ms`);
      }
    }
  }
}
