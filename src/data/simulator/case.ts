/** One simulated case: everything that happens between the start and the end of its record. */
import type { SimulatorParams } from '../../catalog/simulator.ts';
import { drawDisturbances } from './disturbances.ts';
import { drawFault, type Fault } from './faults.ts';
import { housekeepingLines } from './housekeeping.ts';
import { type Line, RequestLog } from './logs.ts';
import { type PodTracks, trackPods } from './pods.ts';
import { type Span, walkRequests } from './requests.ts';
import { type CaseTimes, timesOf } from './schedule.ts';

export type SimulatedCase = {
  readonly index: number;
  readonly times: CaseTimes;
  /** Length of the record in seconds. */
  readonly seconds: number;
  readonly fault: Fault;
  readonly tracks: PodTracks;
  /** Parents before children, traces one after the other. */
  readonly spans: readonly Span[];
  readonly traces: number;
  /** Ordered by time. */
  readonly lines: readonly Line[];
};

/** Simulates case `index`. It depends on the seed, the index and the settings, never on the number of cases. */
export function simulateCase(params: SimulatorParams, index: number): SimulatedCase {
  const times = timesOf(params, index);
  const seconds = times.recordEnd - times.recordStart;
  const fault = drawFault(params, index, times);
  const { effects, chatter } = drawDisturbances(params, index, times);
  const tracks = trackPods(params.seed, index, [...fault.effects, ...effects], times.recordStart, seconds);
  const log = new RequestLog(params.seed, index);
  const { spans, traces } = walkRequests(params.seed, index, params.rate, tracks, seconds, log);
  const lines = [
    ...log.lines.filter((line) => line.time >= 0 && line.time < seconds * 1000),
    ...housekeepingLines(params.seed, index, tracks, chatter, times.recordStart, seconds),
  ].sort((a, b) => a.time - b.time || a.pod - b.pod);
  return { index, times, seconds, fault, tracks, spans, traces, lines };
}
