/** What a run does after a failure: whether others go on, and which failures are tried again, when and how. */
import type { Mishap } from '../diagnostics/diagnostic.ts';
import type { FailedOutcome, Retry } from './scheduler.ts';

export interface FailurePolicy {
  /** Whether stages that do not need the failed one still start. */
  readonly keepGoing: boolean;
  /** Tries after the first, per stage. 0 = none. */
  readonly retries: number;
  /** Seconds before the second try; each further one waits twice as long. */
  readonly waitSeconds: number;
}

/** Of `medx run` without options. */
export const usualPolicy: FailurePolicy = { keepGoing: false, retries: 2, waitSeconds: 5 };

/** Whether the next try runs with no other stage beside it: the system ends processes when memory is short. */
const apart: Readonly<Record<Mishap, boolean>> = { killed: true, memory: true, disk: false, hub: false };

/** The next try of a stage that failed for the `attempt`-th time, or undefined where it would end the same or was the last. */
export function nextTry(
  { diagnostics }: FailedOutcome,
  attempt: number,
  { retries, waitSeconds }: FailurePolicy,
): (Retry & { readonly mishap: Mishap }) | undefined {
  const [mishap, ...others] = diagnostics.map((one) => one.mishap);
  if (mishap === undefined || others.includes(undefined) || attempt > retries) return undefined;
  return { mishap, alone: apart[mishap], afterMs: waitSeconds * 1000 * 2 ** (attempt - 1) };
}
