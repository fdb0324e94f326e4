/**
 * The faults of D1 (AIOps Challenge 2022) on containers: five classes in the words of its labels, six blocks of 29 make
 * its 174 failures. Its faults on nodes are not simulated: the paper's loader drops them.
 */
import type { RandomStream } from '../random.ts';
import type { FaultPlan, Mechanism } from './plan.ts';

const minutes = { from: 240, to: 540, step: 10 };
const megabytes = (draws: RandomStream) => draws.lognormal(26, 0.7);

function network(text: string, share: number, rest: Pick<Mechanism, 'kind' | 'draw' | 'most'>): Mechanism {
  return { failureType: `k8s容器网络${text}`, share, ramp: [0, 20], ...rest };
}

export const aiops22Faults: FaultPlan = {
  format: 'aiops22',
  classes: [
    {
      name: 'cpu',
      count: 6,
      duration: minutes,
      mechanisms: [
        {
          kind: 'stress',
          failureType: 'k8s容器cpu负载',
          share: 1,
          draw: (draws) => draws.between(0.2, 0.9),
          most: 2,
          ramp: [0, 90],
        },
      ],
    },
    {
      name: 'io',
      count: 6,
      duration: minutes,
      mechanisms: [
        {
          kind: 'read',
          failureType: 'k8s容器读io负载',
          share: 0.5,
          draw: megabytes,
          most: 600,
          ramp: [0, 30],
        },
        {
          kind: 'write',
          failureType: 'k8s容器写io负载',
          share: 0.5,
          draw: megabytes,
          most: 600,
          ramp: [0, 30],
        },
      ],
    },
    {
      name: 'memory',
      count: 6,
      duration: minutes,
      mechanisms: [
        {
          kind: 'memory',
          failureType: 'k8s容器内存负载',
          share: 1,
          draw: (draws) => draws.between(0.06, 0.7),
          most: 1.3,
          ramp: [10, 200],
        },
      ],
    },
    {
      name: 'network',
      count: 8,
      duration: minutes,
      mechanisms: [
        network('延迟', 0.35, { kind: 'delay', draw: (draws) => draws.lognormal(30, 0.8), most: 300 }),
        network('丢包', 0.25, { kind: 'loss', draw: (draws) => draws.between(0.03, 0.3), most: 0.9 }),
        network('资源包重复发送', 0.2, {
          kind: 'repeat',
          draw: (draws) => draws.between(0.08, 0.5),
          most: 1,
        }),
        // A damaged packet fails its checksum and is sent again, like a lost one.
        network('资源包损坏', 0.2, { kind: 'loss', draw: (draws) => draws.between(0.03, 0.25), most: 0.9 }),
      ],
    },
    {
      name: 'process',
      count: 3,
      duration: minutes,
      mechanisms: [
        { kind: 'exit', failureType: 'k8s容器进程中止', share: 1, draw: () => 1, most: 1, ramp: [0, 0] },
      ],
    },
  ],
  hits: [
    { pods: 4, share: 0.6 },
    { pods: 1, share: 0.4 },
  ],
  spacing: 36 * 60,
  outlasts: 0,
  // 2022-05-01T00:00:00+08:00, the first day of D1.
  origin: 1_651_334_400,
  scrape: 60,
  disks: true,
  glitches: false,
};
