/** Days and local times of D1 and D2: both were observed in China. */
import type { SimulatedCase } from '../case.ts';

/** Seconds east of UTC. */
const east = 8 * 3600;

/** `2022-05-01` */
export function dayOf(epochSeconds: number): string {
  return new Date((epochSeconds + east) * 1000).toISOString().slice(0, 10);
}

/** The days that a record touches, with the seconds since its start at which each begins and ends. */
export function daysOf({ times, seconds }: SimulatedCase): [day: string, from: number, to: number][] {
  const days: [string, number, number][] = [];
  for (let from = 0; from < seconds; ) {
    const now = times.recordStart + from;
    const midnight = (Math.floor((now + east) / 86400) + 1) * 86400 - east;
    const to = Math.min(seconds, midnight - times.recordStart);
    days.push([dayOf(now), from, to]);
    from = to;
  }
  return days;
}

/** `2021-07-04 00:37:11`, local time without its fraction. */
export function localText(epochSeconds: number): string {
  const iso = new Date((epochSeconds + east) * 1000).toISOString();
  return `${iso.slice(0, 10)} ${iso.slice(11, 19)}`;
}

/** Epoch seconds of the first moment of a day. */
export function midnightOf(day: string): number {
  return Date.parse(`${day}T00:00:00Z`) / 1000 - east;
}
