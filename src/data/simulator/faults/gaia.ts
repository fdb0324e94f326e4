/**
 * The faults of D2 (GAIA MicroSS) in the words of its run table: four classes. D2 itself has 527, 521, 36 and 15 of them;
 * the two rare ones are more frequent here, so that a hundred cases are enough to learn from.
 */
import type { FaultPlan } from './plan.ts';

const minutes = (length: number) => ({ from: length * 60, to: length * 60, step: 60 });

export const gaiaFaults: FaultPlan = {
  format: 'gaia',
  classes: [
    {
      name: 'login',
      count: 8,
      duration: { from: 11, to: 11, step: 1 },
      targets: ({ name }) => name.startsWith('mob'),
      mechanisms: [
        {
          kind: 'login',
          failureType: '[login failure]',
          share: 1,
          draw: () => 1,
          most: 1,
          ramp: [0, 0],
        },
      ],
    },
    {
      name: 'memory',
      count: 8,
      duration: minutes(10),
      mechanisms: [
        {
          kind: 'memory',
          failureType: '[memory_anomalies]',
          share: 0.9,
          // A gigabyte, of hosts of different size.
          draw: (draws) => draws.between(0.1, 0.5),
          most: 0.85,
          ramp: [5, 60],
        },
        {
          kind: 'cache',
          failureType: '[normal memory freed label]',
          share: 0.1,
          draw: (draws) => draws.between(0.1, 0.4),
          most: 0.85,
          ramp: [5, 60],
        },
      ],
    },
    {
      name: 'file',
      count: 3,
      duration: minutes(10),
      targets: ({ name }) => name.startsWith('web'),
      mechanisms: [
        {
          kind: 'missing',
          failureType: '[file moving program]',
          share: 1,
          draw: (draws) => draws.between(0.06, 0.4),
          most: 1,
          ramp: [0, 10],
          // Moving is reading and writing, in MB per second.
          also: [
            { kind: 'read', factor: 60 },
            { kind: 'write', factor: 60 },
          ],
        },
      ],
    },
    {
      name: 'access',
      count: 3,
      duration: minutes(60),
      targets: ({ name }) => name.startsWith('db'),
      mechanisms: [
        {
          kind: 'denied',
          failureType: '[access permission denied exception]',
          share: 1,
          draw: (draws) => draws.between(0.06, 0.5),
          most: 1,
          ramp: [0, 5],
        },
      ],
    },
  ],
  hits: [{ pods: 1, share: 1 }],
  // An hour of denied access ends before the next record begins.
  spacing: 90 * 60,
  outlasts: 3600,
  // 2021-07-04T00:00:00+08:00, the first day of D2.
  origin: 1_625_328_000,
  scrape: 30,
  disks: true,
  glitches: true,
};
