/**
 * Walks single requests through the call graph: waiting, work, messages, refusals, retries and deadlines, drawn from the
 * states of the pods they meet. Gives the spans, and tells the log writer what each service lives through.
 *
 * A deadline travels with the request (as in gRPC), so a span never outlives the span that waits for it.
 */

import { stepSeconds } from './acts.ts';
import { attempts } from './flow.ts';
import type { RequestLog } from './logs.ts';
import type { PodTracks } from './pods.ts';
import { RandomStream } from './random.ts';
import {
  findOperation,
  meanLoad,
  type Operation,
  operations,
  podCount,
  replicas,
  requestMix,
  services,
} from './system.ts';

/** Milliseconds from which a caller speaks of a slow call. */
const slowCall = 180;

/** gRPC status codes. */
export const status = { ok: 0, deadline: 4, internal: 13, unavailable: 14 } as const;
export type Status = (typeof status)[keyof typeof status];

/** Why an attempt was refused; only the caller's log tells. */
export type Refusal = 'none' | 'refused' | 'terminated' | 'no_endpoint' | 'aborted';

export type Span = {
  readonly trace: number;
  /** Index of the parent in the list of spans, -1 for a root. */
  readonly parent: number;
  readonly operation: number;
  /** `external`: the caller's side of a call. `request`: the side that serves it. */
  readonly type: 'request' | 'external';
  readonly pod: number;
  /** Microseconds since the start of the record. */
  start: number;
  end: number;
  status: Status;
};

type Answer = { end: number; status: Status; refusal: Refusal };

const callees = operations.map((item) =>
  item.calls.flatMap(({ to, times, optional }) =>
    Array.from({ length: times }, () => ({ operation: findOperation(to), optional })),
  ),
);

export type Walk = { readonly spans: readonly Span[]; readonly traces: number };

/** Requests that start in the record, `rate` per second at mean load. Times inside are milliseconds. */
export function walkRequests(
  seed: number,
  index: number,
  rate: number,
  tracks: PodTracks,
  seconds: number,
  log: RequestLog,
): Walk {
  const draws = new RandomStream(seed, index, 'requests');
  const spans: Span[] = [];
  let traces = 0;
  for (let step = 0; step < tracks.steps; step++) {
    const count = draws.poisson(((tracks.load[step] as number) / meanLoad) * rate * stepSeconds);
    const starts = Array.from({ length: count }, () => (step + draws.uniform()) * stepSeconds * 1000).sort(
      (a, b) => a - b,
    );
    for (const start of starts) {
      if (start >= seconds * 1000) continue;
      const { operation } = draws.weighted(requestMix, (item) => item.share);
      const pod = choosePod(
        services.findIndex((item) => item.name === 'frontend'),
        start,
      );
      if (pod < 0 || tracks.down[at(start, pod)]) continue;
      serve(operation, pod, start, start + 20_000, -1);
      traces++;
    }
  }
  return { spans, traces };

  function at(time: number, pod: number): number {
    const step = Math.min(tracks.steps - 1, Math.floor(time / (1000 * stepSeconds)));
    return step * podCount + pod;
  }

  /** A listed pod of the service, or -1. */
  function choosePod(service: number, time: number): number {
    const first = service * replicas;
    const base = at(time, 0);
    let listed = 0;
    for (let pod = first; pod < first + replicas; pod++) listed += tracks.listed[base + pod] as number;
    if (listed === 0) return -1;
    let skip = draws.integer(listed);
    for (let pod = first; pod < first + replicas; pod++) {
      if (tracks.listed[base + pod] && skip-- === 0) return pod;
    }
    return -1;
  }

  /** Milliseconds a message takes that leaves `pod`: sidecars, wire, injected delay, lost packets sent again. */
  function message(pod: number, time: number): number {
    const here = at(time, pod);
    let took = 0.35 * Math.exp(0.3 * draws.normal()) + 0.25;
    const delay = tracks.delay[here] as number;
    if (delay > 0 && draws.chance(tracks.delayShare[here] as number)) {
      took += delay * Math.max(0.2, 1 + 0.15 * draws.normal());
    }
    const loss = tracks.loss[here] as number;
    if (loss > 0) {
      for (let wait = 200; draws.chance(loss) && wait < 1000; wait *= 2) took += wait;
    }
    return took;
  }

  /** Milliseconds until `pod` has done `work` milliseconds of an operation. */
  function work(pod: number, time: number, amount: number): number {
    const here = at(time, pod);
    let took = amount * (tracks.slow[here] as number);
    if (draws.chance(tracks.stall[here] as number)) took += draws.between(2, 85);
    if (draws.chance(tracks.pause[here] as number)) took += draws.exponential(tracks.pauseMs[here] as number);
    // Page faults, lock contention, a slow disk: rare and everywhere.
    if (draws.chance(0.0025)) took += draws.exponential(25);
    return took;
  }

  /** The serving side. `limit`: when the caller stops waiting. */
  function serve(operation: number, pod: number, start: number, limit: number, parent: number): Answer {
    const { work: own } = operations[operation] as Operation;
    const span: Span = {
      trace: traces,
      parent,
      operation,
      type: 'request',
      pod,
      start: Math.floor(start * 1000),
      end: 0,
      status: status.ok,
    };
    const number = spans.push(span) - 1;
    const calls = callees[operation] as (typeof callees)[number];
    const piece = (own * Math.exp(0.3 * draws.normal())) / (calls.length + 1);
    const story = log.begin(operation, pod, start);
    let clock = start + work(pod, start, piece);
    let result: Status = status.ok;
    for (const { operation: callee, optional } of calls) {
      if (clock >= limit) break;
      const answer = call(callee, pod, clock, limit, number);
      if (answer.status !== status.ok || answer.end - clock > slowCall) {
        log.trouble(story, callee, answer.end, answer.status, answer.refusal, answer.end - clock, optional);
      }
      clock = answer.end;
      if (answer.status !== status.ok && !optional) {
        result =
          answer.status === status.deadline ? status.deadline : parent < 0 ? answer.status : status.internal;
        break;
      }
      clock += work(pod, clock, piece);
    }
    if (clock >= limit) {
      clock = limit;
      result = status.deadline;
    }
    span.end = Math.floor(clock * 1000);
    span.status = result;
    log.end(story, clock, result, clock - start);
    return { end: clock, status: result, refusal: 'none' };
  }

  /** The calling side, with retries of what is unavailable. */
  function call(
    operation: number,
    caller: number,
    start: number,
    callerLimit: number,
    parent: number,
  ): Answer {
    const { service, timeout } = operations[operation] as Operation;
    const limit = Math.min(callerLimit, start + timeout);
    const span: Span = {
      trace: traces,
      parent,
      operation,
      type: 'external',
      pod: caller,
      start: Math.floor(start * 1000),
      end: 0,
      status: status.ok,
    };
    const number = spans.push(span) - 1;
    let clock = start;
    let result: Status = status.unavailable;
    let refusal: Refusal = 'none';
    for (let attempt = 0; attempt < attempts; attempt++) {
      if (attempt > 0) clock += 25 * 2 ** (attempt - 1) * draws.between(0.5, 1.5);
      if (clock >= limit) break;
      const pod = choosePod(service, clock);
      if (pod < 0) {
        clock += draws.between(0.4, 1.5);
        refusal = 'no_endpoint';
        continue;
      }
      clock += message(caller, clock);
      if (clock >= limit) break;
      const here = at(clock, pod);
      if (tracks.down[here]) {
        clock += draws.between(0.5, 3);
        refusal = draws.chance(0.7) ? 'refused' : 'terminated';
        continue;
      }
      const hold = tracks.hold[here] as number;
      if (hold > 0 && draws.chance(tracks.holdShare[here] as number)) {
        clock += hold * Math.max(0.2, 1 + 0.1 * draws.normal());
        if (clock >= limit) break;
      }
      const abort = tracks.abort[here] as number;
      if (abort > 0 && draws.chance(abort)) {
        clock += message(pod, clock);
        refusal = draws.chance(0.45) ? 'aborted' : 'terminated';
        continue;
      }
      const answer = serve(operation, pod, clock, limit, number);
      clock = answer.end + message(pod, answer.end);
      result = answer.status;
      refusal = 'none';
      break;
    }
    if (clock >= limit) {
      clock = limit;
      result = status.deadline;
    }
    span.end = Math.floor(clock * 1000);
    span.status = result;
    return { end: clock, status: result, refusal };
  }
}
