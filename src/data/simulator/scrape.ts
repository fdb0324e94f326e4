/**
 * How a metric is read: once in a while the monitoring asks every pod, and gets what the node's agent measured up to half that
 * time before, or sometimes the value of last time. Both are plain in real D3 data.
 */

import { type Outage, stepSeconds } from './acts.ts';
import type { RandomStream } from './random.ts';

/** One read of one pod. Seconds since the start of the record. */
export type Scrape = {
  /** The time written beside the value. */
  readonly mark: number;
  /** The time the value is from. */
  readonly asOf: number;
};

/** Reads of `pod` every `every` seconds of the record; a pod whose container is gone is not read. */
export function planScrapes(
  pod: number,
  outages: readonly Outage[],
  seconds: number,
  every: number,
  draws: RandomStream,
): Scrape[] {
  const scrapes: Scrape[] = [];
  let asOf = 0;
  for (let mark = 0; mark < seconds; mark += every) {
    const stale = draws.chance(0.12);
    const lag = draws.between(0, Math.min(25, (25 / 60) * every));
    const gone = outages.some(
      (item) => item.pod === pod && item.kind !== 'pause' && mark >= item.down && mark < item.started,
    );
    if (gone) continue;
    const born = bornBefore(pod, outages, mark);
    if (!stale || asOf < born) asOf = Math.max(0, born, mark - lag);
    scrapes.push({ mark, asOf });
  }
  return scrapes;
}

/** When the present container of `pod` started: 0 if before the record. A paused container keeps its counters. */
export function bornBefore(
  pod: number,
  outages: readonly Outage[],
  time: number,
  keeps: (kind: Outage['kind']) => boolean = (kind) => kind === 'pause',
): number {
  let born = 0;
  for (const item of outages) {
    if (item.pod === pod && !keeps(item.kind) && item.started <= time) born = Math.max(born, item.started);
  }
  return born;
}

/** The running integral of a rate per second, from steps to any time. It can be filled again. */
export class Counter {
  readonly #sums: Float64Array;
  readonly #rates: Float64Array;

  constructor(steps: number) {
    this.#sums = new Float64Array(steps + 1);
    this.#rates = new Float64Array(steps);
  }

  fill(rate: (step: number) => number): this {
    const sums = this.#sums;
    const rates = this.#rates;
    for (let step = 0; step < rates.length; step++) {
      const now = rate(step);
      rates[step] = now;
      sums[step + 1] = (sums[step] as number) + now * stepSeconds;
    }
    return this;
  }

  /** The integral from 0 to `time` seconds. */
  at(time: number): number {
    const last = this.#rates.length - 1;
    const step = Math.min(last, Math.floor(time / stepSeconds));
    const rest = Math.min(stepSeconds, time - step * stepSeconds);
    return (this.#sums[step] as number) + (this.#rates[step] as number) * rest;
  }

  /** Mean rate over the first two minutes: what a counter grew by before the record. */
  early(): number {
    const steps = Math.min(this.#rates.length, 120 / stepSeconds);
    return (this.#sums[steps] as number) / (steps * stepSeconds);
  }
}
