/** What the effects amount to at one moment: sums per pod, planned outages, and the load from outside. */
import { type Effect, intensity } from './effects.ts';
import { RandomStream } from './random.ts';
import { meanLoad, podCount, podService } from './system.ts';

/** Length of a step of the simulated pods. */
export const stepSeconds = 5;

/** A time without a serving container. `gone`: no container at all, so no metrics either. */
export type Outage = {
  readonly pod: number;
  readonly kind: 'pause' | 'kill' | 'drain' | 'oom';
  /** Seconds since the start of the record: down, container started again, ready again. */
  readonly down: number;
  readonly started: number;
  readonly ready: number;
  /** When the load balancer notices. */
  readonly unlisted: number;
};

export function planOutages(effect: Effect, draws: RandomStream): Outage[] {
  const { kind } = effect;
  if (kind !== 'pause' && kind !== 'kill' && kind !== 'drain') return [];
  return effect.pods.map((pod) => {
    const ready = effect.end + podService(pod).boot * draws.between(0.8, 1.4);
    const unlisted = kind === 'drain' ? effect.start - 10 : effect.start + draws.between(3, 18);
    return { pod, kind, down: effect.start, started: effect.end, ready, unlisted };
  });
}

export type Acts = Record<
  'stress' | 'steal' | 'memory' | 'cache' | 'delay' | 'delayShare' | 'loss' | 'abort' | 'hold' | 'holdShare',
  Float64Array
>;

/** Sums the effects on each pod at `time`. A process that allocated memory dies with its container (`killedAt`). */
export function actOn(effects: readonly Effect[], time: number, killedAt: Float64Array): Acts {
  const each = () => new Float64Array(podCount);
  const acts: Acts = {
    stress: each(),
    steal: each(),
    memory: each(),
    cache: each(),
    delay: each(),
    delayShare: each(),
    loss: each(),
    abort: each(),
    hold: each(),
    holdShare: each(),
  };
  for (const effect of effects) {
    const { kind } = effect;
    if (kind === 'pause' || kind === 'kill' || kind === 'drain' || kind === 'load') continue;
    const amount = effect.amount * intensity(effect, time);
    if (amount === 0) continue;
    for (const pod of effect.pods) {
      if (kind === 'memory' && (killedAt[pod] as number) >= effect.start) continue;
      const array = acts[kind];
      const before = array[pod] as number;
      const unions = kind === 'abort' || kind === 'loss' || kind === 'steal';
      array[pod] = unions ? 1 - (1 - before) * (1 - amount) : before + amount;
      if (kind === 'delay') acts.delayShare[pod] = Math.max(acts.delayShare[pod] as number, effect.share);
      if (kind === 'hold') acts.holdShare[pod] = Math.max(acts.holdShare[pod] as number, effect.share);
    }
  }
  return acts;
}

/** Requests per second from outside, per step. */
export function drawLoad(
  seed: number,
  index: number,
  effects: readonly Effect[],
  recordStart: number,
  steps: number,
): Float64Array {
  const draws = new RandomStream(seed, index, 'load');
  const level = meanLoad * draws.lognormal(1, 0.12);
  const load = new Float64Array(steps);
  let drift = 0;
  for (let step = 0; step < steps; step++) {
    const time = step * stepSeconds;
    drift = 0.95 * drift + 0.03 * draws.normal();
    let spike = 1;
    for (const effect of effects) {
      if (effect.kind === 'load') spike += effect.amount * intensity(effect, time);
    }
    load[step] = level * dailyShape(recordStart + time) * Math.exp(drift) * spike;
  }
  return load;
}

export function dailyShape(epochSeconds: number): number {
  const hour = ((epochSeconds % 86400) / 3600) % 24;
  const turn = (2 * Math.PI * (hour - 9)) / 24;
  return 1 + 0.4 * Math.sin(turn) + 0.1 * Math.sin(2 * turn);
}
