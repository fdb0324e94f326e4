/** When the cases happen and of which class they are. Neither depends on how many cases there are. */
import type { SimulatorParams } from '../../catalog/simulator.ts';
import { RandomStream } from './random.ts';

/** The five classes of D3, in the words of its labels' table. */
export const faultClasses = ['cpu', 'http/grpc', 'memory', 'network', 'pod_failure'] as const;
export type FaultClass = (typeof faultClasses)[number];

/** Seven blocks of 17 make the 119 failures of D3: 28 cpu, 28 http/grpc, 21 memory, 28 network, 14 pod failures. */
const block: readonly FaultClass[] = [
  ...Array<FaultClass>(4).fill('cpu'),
  ...Array<FaultClass>(4).fill('http/grpc'),
  ...Array<FaultClass>(3).fill('memory'),
  ...Array<FaultClass>(4).fill('network'),
  ...Array<FaultClass>(2).fill('pod_failure'),
];

/** 2024-03-22T00:00:00Z, the first day of D3, in epoch seconds. */
const origin = 1_711_065_600;
const minute = 60;
const spacing = 36 * minute;
const jitter = 10 * minute;
const margin = minute;

export type CaseTimes = {
  /** Epoch seconds. Telemetry is written for [recordStart, recordEnd). */
  readonly recordStart: number;
  readonly recordEnd: number;
  readonly injected: number;
};

/** The class of case `index`: a random order of each block of 17. */
export function classOf(seed: number, index: number): FaultClass {
  const draws = new RandomStream(seed, Math.floor(index / block.length), 'mix');
  return draws.shuffled(block)[index % block.length] as FaultClass;
}

/**
 * Cases never overlap: injections are about 36 minutes apart, or further where `before` and `after` need it. Nothing is
 * recorded between two cases.
 */
export function timesOf(params: SimulatorParams, index: number): CaseTimes {
  const before = Math.ceil(params.before_ms / 1000) + margin;
  const after = Math.ceil(params.after_ms / 1000) + margin;
  const step = Math.max(spacing, Math.ceil((before + after + jitter + minute) / minute) * minute);
  const draws = new RandomStream(params.seed, index, 'schedule');
  const injected = origin + before + index * step + draws.integer(jitter);
  return {
    recordStart: Math.floor((injected - before) / minute) * minute,
    recordEnd: injected + after,
    injected,
  };
}
