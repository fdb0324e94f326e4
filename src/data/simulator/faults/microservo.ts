/** The faults of D3 (MicroServo): five classes, seven blocks of 17 make its 119 failures. */
import type { FaultPlan } from './plan.ts';

const minutes = { from: 240, to: 540, step: 10 };

export const microservoFaults: FaultPlan = {
  format: 'microservo',
  classes: [
    {
      name: 'cpu',
      count: 4,
      duration: minutes,
      mechanisms: [
        {
          kind: 'stress',
          failureType: 'cpu anomaly',
          share: 1,
          draw: (draws) => draws.between(0.45, 1.2),
          most: 2,
          ramp: [0, 90],
        },
      ],
    },
    {
      name: 'http/grpc',
      count: 4,
      duration: minutes,
      // Requests to the entry come from outside, so its sidecar is never the target.
      targets: (service, system) => service !== system.services[system.entry],
      mechanisms: [
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
    },
    {
      name: 'memory',
      count: 3,
      duration: minutes,
      mechanisms: [
        {
          kind: 'memory',
          failureType: 'memory overload',
          share: 1,
          draw: (draws) => draws.between(0.15, 1.05),
          most: 1.3,
          ramp: [10, 200],
        },
      ],
    },
    {
      name: 'network',
      count: 4,
      duration: minutes,
      mechanisms: [
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
    },
    {
      name: 'pod_failure',
      count: 2,
      duration: { from: 120, to: 360, step: 10 },
      mechanisms: [
        { kind: 'pause', failureType: 'pod-failure', share: 0.5, draw: () => 1, most: 1, ramp: [0, 0] },
        { kind: 'kill', failureType: 'pod anomaly', share: 0.5, draw: () => 1, most: 1, ramp: [0, 0] },
      ],
    },
  ],
  hits: [
    { pods: 3, share: 0.65 },
    { pods: 2, share: 0.13 },
    { pods: 1, share: 0.22 },
  ],
  spacing: 36 * 60,
  outlasts: 0,
  // 2024-03-22T00:00:00Z, the first day of D3.
  origin: 1_711_065_600,
  scrape: 60,
  disks: false,
  glitches: false,
};
