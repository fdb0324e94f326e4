/**
 * Draws the harmless disturbances of a case. They use the faults' own mechanisms at lesser strength and at any time, so a
 * raised CPU, a grown memory, a restart or an error line is evidence and not proof.
 */
import type { Chatter, Effect } from './effects.ts';
import { RandomStream } from './random.ts';
import type { CaseTimes } from './schedule.ts';
import type { Setup } from './setup.ts';
import type { System } from './system.ts';

export type Disturbances = { readonly effects: readonly Effect[]; readonly chatter: readonly Chatter[] };

type Draft = { effects: Effect[]; chatter: Chatter[] };

type Kind = {
  /** Mean number per twenty minutes at noise 1. */
  readonly mean: number;
  readonly add: (draws: RandomStream, start: number, into: Draft, system: System) => void;
};

function effect(
  kind: Effect['kind'],
  pods: readonly number[],
  start: number,
  length: number,
  amount: number,
  rest: Partial<Pick<Effect, 'ramp' | 'share'>> = {},
): Effect {
  return { kind, pods, start, end: start + length, amount, ramp: 0, share: 1, ...rest };
}

type Count = (draws: RandomStream, replicas: number) => number;
const one: Count = () => 1;
const oneOrAll: Count = (draws, replicas) => (draws.chance(0.3) ? replicas : 1);
const several: Count = (draws, replicas) => 1 + draws.integer(replicas);

/** Pods of one service: the service is drawn first, then how many. */
function podsOf({ services, replicas }: System, draws: RandomStream, count: Count): number[] {
  const service = draws.integer(services.length);
  const wanted = count(draws, replicas);
  return draws.shuffled(range(replicas).map((replica) => service * replicas + replica)).slice(0, wanted);
}

function range(count: number): number[] {
  return Array.from({ length: count }, (_, index) => index);
}

const kinds: readonly Kind[] = [
  // A load spike.
  {
    mean: 0.35,
    add: (draws, start, { effects }) => {
      effects.push(
        effect('load', [], start, draws.between(60, 300), draws.between(0.4, 1.6), {
          ramp: draws.between(5, 60),
        }),
      );
    },
  },
  // A noisy neighbour on one node.
  {
    mean: 0.3,
    add: (draws, start, { effects }, system) => {
      const node = draws.integer(system.nodes);
      const pods = range(system.podCount).filter((pod) => system.podNodes[pod] === node);
      effects.push(effect('steal', pods, start, draws.between(40, 240), draws.between(0.3, 0.85)));
    },
  },
  // A batch job in one or all pods of a service: a report, a rebuilt index, a profiler left on.
  {
    mean: 0.4,
    add: (draws, start, { effects }, system) => {
      const pods = podsOf(system, draws, oneOrAll);
      effects.push(
        effect('stress', pods, start, draws.between(40, 240), draws.between(0.15, 0.85), {
          ramp: draws.between(0, 30),
        }),
      );
    },
  },
  // Memory that grows and is given back: a large export, a refilled cache.
  {
    mean: 0.45,
    add: (draws, start, { effects }, system) => {
      const pods = podsOf(system, draws, oneOrAll);
      const kind = draws.chance(0.5) ? 'memory' : 'cache';
      const length = draws.between(60, 420);
      const ramp = draws.between(0.2, 0.9) * length;
      effects.push(effect(kind, pods, start, length, draws.between(0.05, 0.4), { ramp }));
    },
  },
  // A rolling restart: one pod, or all of a service one after the other.
  {
    mean: 0.3,
    add: (draws, start, { effects }, system) => {
      const pods = podsOf(system, draws, oneOrAll);
      pods.forEach((pod, order) => {
        effects.push(effect('drain', [pod], start + order * 40, draws.between(4, 25), 1));
      });
    },
  },
  // A crash that nobody injected: short, one pod, not announced to the load balancer.
  {
    mean: 0.1,
    add: (draws, start, { effects }, system) => {
      effects.push(effect('kill', [draws.integer(system.podCount)], start, draws.between(2, 12), 1));
    },
  },
  // Jitter on the network of a few pods.
  {
    mean: 0.4,
    add: (draws, start, { effects }, system) => {
      const pods = podsOf(system, draws, several);
      const length = draws.between(30, 200);
      if (draws.chance(0.6)) {
        const share = draws.between(0.1, 0.7);
        effects.push(effect('delay', pods, start, length, draws.lognormal(18, 0.8), { share }));
      } else {
        effects.push(effect('loss', pods, start, length, draws.between(0.01, 0.08)));
      }
    },
  },
  // A sidecar that reloads its configuration refuses some requests and holds others back.
  {
    mean: 0.3,
    add: (draws, start, { effects }, system) => {
      const pods = podsOf(system, draws, several);
      const length = draws.between(20, 120);
      effects.push(effect('abort', pods, start, length, draws.between(0.05, 0.3)));
      if (draws.chance(0.5)) {
        const share = draws.between(0.1, 0.5);
        effects.push(effect('hold', pods, start, length, draws.lognormal(40, 0.8), { share }));
      }
    },
  },
  // Lines that tell nothing about the case.
  {
    mean: 1.5,
    add: (draws, start, { chatter }, system) => {
      const topic = draws.pick(['proxy', 'agent', 'client', 'unavailable', 'slow', 'memory'] as const);
      const pod = draws.integer(system.podCount);
      const end = start + draws.between(5, 120);
      chatter.push({ topic, pod, start, end, lines: 2 + draws.poisson(5) });
    },
  },
];

/** Only where the format shows disks: a backup, an index that is written, a log that is rotated. */
const diskJob: Kind = {
  mean: 0.6,
  add: (draws, start, { effects }, system) => {
    const pods = podsOf(system, draws, one);
    const kind = draws.chance(0.5) ? 'read' : 'write';
    effects.push(effect(kind, pods, start, draws.between(40, 300), draws.lognormal(14, 0.8)));
  },
};

/** A file that is replaced while it is read, a right that is renewed too late. */
const glitch: Kind = {
  mean: 0.6,
  add: (draws, start, { effects }, system) => {
    const pods = podsOf(system, draws, one);
    const kind = draws.chance(0.5) ? 'denied' : 'missing';
    effects.push(effect(kind, pods, start, draws.between(20, 200), draws.between(0.05, 0.35)));
  },
};

export function drawDisturbances(
  { params, system, plan }: Setup,
  index: number,
  times: CaseTimes,
): Disturbances {
  const draws = new RandomStream(params.seed, index, 'disturbance');
  const length = times.recordEnd - times.recordStart;
  const result: Draft = { effects: [], chatter: [] };
  for (const kind of [...kinds, ...(plan.disks ? [diskJob] : []), ...(plan.glitches ? [glitch] : [])]) {
    const count = draws.poisson((kind.mean * params.noise * length) / 1200);
    for (let i = 0; i < count; i++) kind.add(draws, draws.uniform() * length, result, system);
  }
  return result;
}
