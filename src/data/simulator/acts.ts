/** What the effects amount to at one moment: sums per pod, planned outages, and the load from outside. */
import { type Effect, intensity } from './effects.ts';
import { RandomStream } from './random.ts';
import { podService, type System } from './system.ts';

/** Length of a step of the simulated pods. */
export const stepSeconds = 5;

/** A time without a serving container. `gone`: no container at all, so no metrics either. */
export type Outage = {
  readonly pod: number;
  readonly kind: 'pause' | 'kill' | 'drain' | 'oom' | 'exit';
  /** Seconds since the start of the record: down, container started again, ready again. */
  readonly down: number;
  readonly started: number;
  readonly ready: number;
  /** When the load balancer notices. */
  readonly unlisted: number;
};

export function planOutages(system: System, effect: Effect, draws: RandomStream): Outage[] {
  const { kind } = effect;
  if (kind === 'exit') return effect.pods.flatMap((pod) => planExits(system, effect, pod, draws));
  if (kind !== 'pause' && kind !== 'kill' && kind !== 'drain') return [];
  return effect.pods.map((pod) => {
    const ready = effect.end + podService(system, pod).boot * draws.between(0.8, 1.4);
    const unlisted = kind === 'drain' ? effect.start - 10 : effect.start + draws.between(3, 18);
    return { pod, kind, down: effect.start, started: effect.end, ready, unlisted };
  });
}

/** The container is started again within seconds, later after each end, and ends again while the effect lasts. */
function planExits(system: System, effect: Effect, pod: number, draws: RandomStream): Outage[] {
  const outages: Outage[] = [];
  let down = effect.start;
  for (let wait = 4; down < effect.end; wait = Math.min(80, wait * 2)) {
    const started = down + wait * draws.between(0.8, 1.3);
    const ready = started + podService(system, pod).boot * draws.between(0.8, 1.4);
    outages.push({ pod, kind: 'exit', down, started, ready, unlisted: down + draws.between(2, 8) });
    down = ready + draws.between(15, 50);
  }
  return outages;
}

/** What acts on pods without stopping them. */
export const actNames = [
  'stress',
  'steal',
  'memory',
  'cache',
  'delay',
  'loss',
  'abort',
  'hold',
  'read',
  'write',
  'repeat',
  'login',
  'denied',
  'missing',
] as const;
type ActName = (typeof actNames)[number];

export type Acts = Record<ActName | 'delayShare' | 'holdShare', Float64Array>;

export function makeActs({ podCount }: System): Acts {
  const names = [...actNames, 'delayShare', 'holdShare'] as const;
  return Object.fromEntries(names.map((name) => [name, new Float64Array(podCount)])) as Acts;
}

/** Probabilities of independent causes; other amounts add up. */
const unions: ReadonlySet<string> = new Set<ActName>([
  'abort',
  'loss',
  'steal',
  'repeat',
  'login',
  'denied',
  'missing',
]);
const acting: ReadonlySet<string> = new Set(actNames);

function isAct(kind: string): kind is ActName {
  return acting.has(kind);
}

/**
 * Overwrites `acts` with the sums of the effects on each pod at `time`. A process that allocated memory dies with its
 * container (`killedAt`). Answers whether there is any.
 */
export function actOn(effects: readonly Effect[], time: number, killedAt: Float64Array, acts: Acts): boolean {
  for (const name in acts) acts[name as keyof Acts].fill(0);
  let any = false;
  for (const effect of effects) {
    const { kind } = effect;
    if (!isAct(kind)) continue;
    const amount = effect.amount * intensity(effect, time);
    if (amount === 0) continue;
    any = true;
    for (const pod of effect.pods) {
      if (kind === 'memory' && (killedAt[pod] as number) >= effect.start) continue;
      const array = acts[kind];
      const before = array[pod] as number;
      array[pod] = unions.has(kind) ? 1 - (1 - before) * (1 - amount) : before + amount;
      if (kind === 'delay') acts.delayShare[pod] = Math.max(acts.delayShare[pod] as number, effect.share);
      if (kind === 'hold') acts.holdShare[pod] = Math.max(acts.holdShare[pod] as number, effect.share);
    }
  }
  return any;
}

/** Requests per second from outside, per step. `clock` is the local time of day at the start, in seconds. */
export function drawLoad(
  system: System,
  seed: number,
  index: number,
  effects: readonly Effect[],
  clock: number,
  steps: number,
): Float64Array {
  const draws = new RandomStream(seed, index, 'load');
  const level = system.meanLoad * draws.lognormal(1, 0.12);
  const load = new Float64Array(steps);
  let drift = 0;
  for (let step = 0; step < steps; step++) {
    const time = step * stepSeconds;
    drift = 0.95 * drift + 0.03 * draws.normal();
    let spike = 1;
    for (const effect of effects) {
      if (effect.kind === 'load') spike += effect.amount * intensity(effect, time);
    }
    load[step] = level * dailyShape(clock + time) * Math.exp(drift) * spike;
  }
  return load;
}

/** Load at a local time of day, in seconds, relative to its mean over the day. */
export function dailyShape(clock: number): number {
  const hour = ((clock % 86400) / 3600) % 24;
  const turn = (2 * Math.PI * (hour - 9)) / 24;
  return 1 + 0.4 * Math.sin(turn) + 0.1 * Math.sin(2 * turn);
}
