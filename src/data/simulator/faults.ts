/** Draws the injected fault of a case: class, mechanism, target, strength, and the label rows that tell of it. */
import type { SimulatorParams } from '../../catalog/simulator.ts';
import type { Effect, EffectKind } from './effects.ts';
import { RandomStream } from './random.ts';
import { type CaseTimes, classOf, type FaultClass } from './schedule.ts';
import { podName, replicas, services } from './system.ts';

export type Fault = {
  readonly class: FaultClass;
  /** Spelt as in D3's labels; the reader maps it to the class. */
  readonly failureType: string;
  readonly service: string;
  /** Affected pods, one label row each. */
  readonly pods: readonly number[];
  /** Seconds. */
  readonly duration: number;
  readonly effects: readonly Effect[];
};

/** One row of `groundtruth.json`. */
export type LabelRow = {
  readonly timestamp: number;
  readonly service: string;
  readonly cmdb_id: string;
  readonly failure_type: string;
  readonly duration: number;
};

type Mechanism = {
  readonly kind: EffectKind;
  readonly failureType: string;
  readonly share: number;
  /** Full amount before `severity`. */
  readonly draw: (draws: RandomStream) => number;
  /** Highest amount that means anything. */
  readonly most: number;
  /** Seconds of ramp-up. */
  readonly ramp: readonly [number, number];
};

const mechanisms: Readonly<Record<FaultClass, readonly Mechanism[]>> = {
  cpu: [
    {
      kind: 'stress',
      failureType: 'cpu anomaly',
      share: 1,
      draw: (draws) => draws.between(0.45, 1.2),
      most: 2,
      ramp: [0, 90],
    },
  ],
  memory: [
    {
      kind: 'memory',
      failureType: 'memory overload',
      share: 1,
      draw: (draws) => draws.between(0.15, 1.05),
      most: 1.3,
      ramp: [10, 200],
    },
  ],
  network: [
    {
      kind: 'delay',
      failureType: 'network delay',
      share: 0.6,
      draw: (draws) => draws.lognormal(60, 0.7),
      most: 300,
      ramp: [0, 20],
    },
    {
      kind: 'loss',
      failureType: 'network loss',
      share: 0.4,
      draw: (draws) => draws.between(0.08, 0.45),
      most: 0.9,
      ramp: [0, 20],
    },
  ],
  'http/grpc': [
    {
      kind: 'abort',
      failureType: 'http/grpc request abscence',
      share: 0.55,
      draw: (draws) => draws.between(0.3, 1),
      most: 1,
      ramp: [0, 5],
    },
    {
      kind: 'hold',
      failureType: 'http/grpc requestdelay',
      share: 0.45,
      draw: (draws) => draws.lognormal(80, 0.7),
      most: 400,
      ramp: [0, 5],
    },
  ],
  pod_failure: [
    { kind: 'pause', failureType: 'pod-failure', share: 0.5, draw: () => 1, most: 1, ramp: [0, 0] },
    { kind: 'kill', failureType: 'pod anomaly', share: 0.5, draw: () => 1, most: 1, ramp: [0, 0] },
  ],
};

/** How often a service is the target. Requests to the frontend come from outside, so its sidecar is never the target. */
const targetWeights: Readonly<Record<string, number>> = {
  cartservice: 4,
  productcatalogservice: 4,
  currencyservice: 3,
  recommendationservice: 3,
  checkoutservice: 3,
  shippingservice: 2,
  frontend: 2,
  paymentservice: 1,
  emailservice: 1,
};

export function drawFault(params: SimulatorParams, index: number, times: CaseTimes): Fault {
  const draws = new RandomStream(params.seed, index, 'fault');
  const faultClass = classOf(params.seed, index);
  const mechanism = draws.weighted(mechanisms[faultClass], (item) => item.share);
  const open = services.filter((item) => faultClass !== 'http/grpc' || item.name !== 'frontend');
  const service = draws.weighted(open, (item) => targetWeights[item.name] ?? 1);
  const first = services.indexOf(service) * replicas;
  const hit = draws.weighted([3, 2, 1], (count) => [0, 0.22, 0.13, 0.65][count] as number);
  const pods = draws
    .shuffled([first, first + 1, first + 2])
    .slice(0, hit)
    .sort((a, b) => a - b);
  const longest = times.recordEnd - times.injected - 90;
  const [shortest, most] = faultClass === 'pod_failure' ? [12, 36] : [24, 54];
  const duration = Math.min(longest, 10 * Math.round(draws.between(shortest, most)));
  const start = times.injected - times.recordStart;
  const amount = Math.min(mechanism.most, mechanism.draw(draws) * params.severity);
  const ramp = Math.min(draws.between(...mechanism.ramp), duration / 2);
  const share = mechanism.kind === 'hold' ? draws.between(0.5, 1) : 1;
  return {
    class: faultClass,
    failureType: mechanism.failureType,
    service: service.name,
    pods,
    duration,
    effects: [{ kind: mechanism.kind, pods, start, end: start + duration, ramp, amount, share }],
  };
}

export function labelRows(fault: Fault, times: CaseTimes): LabelRow[] {
  return fault.pods.map((pod) => ({
    timestamp: times.injected,
    service: fault.service,
    cmdb_id: podName(pod),
    failure_type: fault.failureType,
    duration: fault.duration,
  }));
}
