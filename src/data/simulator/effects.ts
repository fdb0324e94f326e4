/**
 * What can act on the simulated system. Injected faults and harmless disturbances are both lists of effects; the
 * mechanisms (`pods.ts`, `requests.ts`) see effects only and know no labels.
 */

export type EffectKind =
  /** Busy processes in the container. Amount: share of the pod's CPU quota. */
  | 'stress'
  /** Neighbours on the node take CPU. Amount: share of the quota that is lost. */
  | 'steal'
  /** A process in the container allocates memory. Amount: share of the memory limit. */
  | 'memory'
  /** File cache grows. Amount: share of the memory limit. */
  | 'cache'
  /** The container is replaced by one that does nothing. */
  | 'pause'
  /** The pod is deleted; it comes back `boot` seconds after the end. */
  | 'kill'
  /** As `kill`, but taken out of the load balancing first. */
  | 'drain'
  /** Every message that leaves the pod is late. Amount: milliseconds. */
  | 'delay'
  /** Messages that leave the pod are lost and sent again. Amount: probability. */
  | 'loss'
  /** The sidecar answers requests to the pod with an error. Amount: probability. */
  | 'abort'
  /** The sidecar holds requests to the pod back. Amount: milliseconds. */
  | 'hold'
  /** The main process of the container ends, and ends again some time after each start. */
  | 'exit'
  /** Files are read from disk, or written. Amount: MB per second. */
  | 'read'
  | 'write'
  /** Messages that leave the pod are sent twice. Amount: probability. */
  | 'repeat'
  /** Handlers wait `stall` seconds for a login that then fails. Amount: probability. */
  | 'login'
  /** Handlers may not open a resource, or do not find a file. Amount: probability. */
  | 'denied'
  | 'missing'
  /** More requests from outside. Amount: factor less 1. Acts on no pod. */
  | 'load';

export type Effect = {
  readonly kind: EffectKind;
  readonly pods: readonly number[];
  /** Seconds since the start of the record. */
  readonly start: number;
  readonly end: number;
  /** Seconds from nothing to the full amount. */
  readonly ramp: number;
  readonly amount: number;
  /** Share of messages or requests that a `delay` or `hold` meets. */
  readonly share: number;
};

/** A group of unsolicited log lines of one pod: proxies that reconnect, agents that fail, clients that misbehave. */
export type Chatter = {
  readonly topic: 'proxy' | 'agent' | 'client' | 'unavailable' | 'slow' | 'memory';
  readonly pod: number;
  readonly start: number;
  readonly end: number;
  readonly lines: number;
};

/** From 0 to 1: how much of an effect is there at `time`. */
export function intensity(effect: Effect, time: number): number {
  if (time < effect.start || time >= effect.end) return 0;
  return effect.ramp > 0 ? Math.min(1, (time - effect.start) / effect.ramp) : 1;
}
