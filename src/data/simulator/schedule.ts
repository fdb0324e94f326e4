/** When the cases happen and of which class they are. Neither depends on how many cases there are. */
import type { FaultClass, FaultPlan } from './faults/plan.ts';
import { RandomStream } from './random.ts';
import type { Setup } from './setup.ts';

const minute = 60;
export const jitter = 10 * minute;
const margin = minute;

export type CaseTimes = {
  /** Epoch seconds. Telemetry is written for [recordStart, recordEnd). */
  readonly recordStart: number;
  readonly recordEnd: number;
  readonly injected: number;
};

/** The class of case `index`: a random order of each block of cases. */
export function classOf({ classes }: FaultPlan, seed: number, index: number): FaultClass {
  const block = classes.flatMap((item) => Array<FaultClass>(item.count).fill(item));
  const draws = new RandomStream(seed, Math.floor(index / block.length), 'mix');
  return draws.shuffled(block)[index % block.length] as FaultClass;
}

/**
 * Cases never overlap: injections are `spacing` apart, or further where `before` and `after` need it. Nothing is recorded
 * between two cases, unless the telemetry goes on without a break: then a record is the whole slot of its case.
 */
export function timesOf(setup: Setup, index: number): CaseTimes {
  const { plan, params, slot } = setup;
  const before = Math.ceil(params.before_ms / 1000) + margin;
  const after = Math.ceil(params.after_ms / 1000) + margin;
  const draws = new RandomStream(params.seed, index, 'schedule');
  if (slot !== undefined) {
    const recordStart = plan.origin + index * slot;
    const injected = recordStart + before + draws.integer(jitter);
    return { recordStart, recordEnd: recordStart + slot, injected };
  }
  const step = Math.max(plan.spacing, shortestSlot(setup));
  const injected = plan.origin + before + index * step + draws.integer(jitter);
  return {
    recordStart: Math.floor((injected - before) / minute) * minute,
    recordEnd: injected + after,
    injected,
  };
}

/** Seconds that a case takes at least: its interval, its fault, and the room in which the injection moves. */
export function shortestSlot({ plan, params }: Pick<Setup, 'plan' | 'params'>): number {
  const before = Math.ceil(params.before_ms / 1000) + margin;
  const after = Math.ceil(params.after_ms / 1000) + margin;
  return Math.ceil((before + Math.max(after, plan.outlasts) + jitter + minute) / minute) * minute;
}
