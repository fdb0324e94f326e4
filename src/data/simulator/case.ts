/** One simulated case: everything that happens between the start and the end of its record. */
import { drawDisturbances } from './disturbances.ts';
import type { Chatter } from './effects.ts';
import { drawFault, type Fault } from './faults/draw.ts';
import { type PodTracks, trackPods } from './pods.ts';
import { walkRequests } from './requests.ts';
import { type CaseTimes, timesOf } from './schedule.ts';
import type { Setup } from './setup.ts';
import type { SpanTable } from './spans.ts';
import { BoutiqueVoice } from './voices/boutique.ts';
import { boutiqueRoutine } from './voices/boutique-routine.ts';
import { MicrossVoice } from './voices/micross.ts';
import { microssRoutine } from './voices/micross-routine.ts';
import type { Line } from './voices/voice.ts';

export type SimulatedCase = {
  readonly setup: Setup;
  readonly index: number;
  readonly times: CaseTimes;
  /** Length of the record in seconds. */
  readonly seconds: number;
  readonly fault: Fault;
  readonly tracks: PodTracks;
  readonly spans: SpanTable;
  /** Ordered by time. */
  readonly lines: readonly Line[];
};

/** Simulates case `index`. It depends on the seed, the index and the settings, never on the number of cases. */
export function simulateCase(setup: Setup, index: number): SimulatedCase {
  const { system, params, plan } = setup;
  const times = timesOf(setup, index);
  const seconds = times.recordEnd - times.recordStart;
  const fault = drawFault(setup, index, times);
  const { effects, chatter } = drawDisturbances(setup, index, times);
  const clock = times.recordStart - plan.origin;
  const tracks = trackPods(setup, index, [...fault.effects, ...effects], clock, seconds);
  const voice =
    system.name === 'micross'
      ? new MicrossVoice(system, params.seed, index)
      : new BoutiqueVoice(system, params.seed, index);
  const spans = walkRequests(setup, index, tracks, seconds, voice);
  const lines = [
    ...voice.lines.filter((line) => line.time >= 0 && line.time < seconds * 1000),
    ...routine(setup, index, tracks, chatter, times.recordStart, seconds),
  ].sort((a, b) => a.time - b.time || a.pod - b.pod);
  return { setup, index, times, seconds, fault, tracks, spans, lines };
}

function routine(
  setup: Setup,
  index: number,
  tracks: PodTracks,
  chatter: readonly Chatter[],
  recordStart: number,
  seconds: number,
): Line[] {
  return setup.system.name === 'micross'
    ? microssRoutine(setup, index, tracks, chatter, seconds)
    : boutiqueRoutine(setup, index, tracks, chatter, recordStart, seconds);
}
