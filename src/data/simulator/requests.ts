/**
 * Walks single requests through the call graph: waiting, work, messages, refusals, retries and deadlines, drawn from the
 * states of the pods they meet. Gives the spans, and tells the log writer what each service lives through.
 *
 * A deadline travels with the request (as in gRPC), so a span never outlives the span that waits for it.
 */

import { stepSeconds } from './acts.ts';
import { attempts } from './flow.ts';
import { loginStall, type PodTracks } from './pods.ts';
import { RandomStream } from './random.ts';
import type { Setup } from './setup.ts';
import { SpanTable, type Status, status } from './spans.ts';
import type { Operation } from './system.ts';
import type { Complaint, Refusal, Voice } from './voices/voice.ts';

/** Milliseconds from which a caller speaks of a slow call. */
const slowCall = 180;

const complaints = ['login', 'denied', 'missing'] as const;

type Answer = { end: number; status: Status; refusal: Refusal };

/** Requests that start in the record, `rate` per second at mean load. Times inside are milliseconds. */
export function walkRequests(
  { system, params: { seed, rate } }: Setup,
  index: number,
  tracks: PodTracks,
  seconds: number,
  voice: Voice,
): SpanTable {
  const { operations, requestMix, entry, replicas, podCount, meanLoad } = system;
  const callees = system.calls.map((calls) =>
    calls.flatMap(({ operation, optional, times }) =>
      Array.from({ length: times }, () => ({ operation, optional })),
    ),
  );
  const draws = new RandomStream(seed, index, 'requests');
  const spans = new SpanTable();
  for (let step = 0; step < tracks.steps; step++) {
    const count = draws.poisson(((tracks.load[step] as number) / meanLoad) * rate * stepSeconds);
    const starts = Array.from({ length: count }, () => (step + draws.uniform()) * stepSeconds * 1000).sort(
      (a, b) => a - b,
    );
    for (const start of starts) {
      if (start >= seconds * 1000) continue;
      const { operation } = draws.weighted(requestMix, (item) => item.share);
      const pod = choosePod(entry, start);
      if (pod < 0 || tracks.down[at(start, pod)]) continue;
      serve(operation, pod, start, start + 20_000, -1);
      spans.traces++;
    }
  }
  return spans;

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
    const repeat = tracks.repeat[here] as number;
    if (repeat > 0 && draws.chance(repeat)) took += draws.exponential(2.5);
    return took;
  }

  /** Milliseconds until `pod` has done `work` milliseconds of an operation. */
  function work(pod: number, time: number, amount: number): number {
    const here = at(time, pod);
    let took = amount * (tracks.slow[here] as number);
    if (draws.chance(tracks.stall[here] as number)) took += draws.between(2, 85);
    if (draws.chance(tracks.pause[here] as number)) took += draws.exponential(tracks.pauseMs[here] as number);
    const disk = tracks.disk[here] as number;
    if (disk > 0 && draws.chance(disk)) took += draws.exponential(12 + 60 * disk);
    // Page faults, lock contention, a slow disk: rare and everywhere.
    if (draws.chance(0.0025)) took += draws.exponential(25);
    return took;
  }

  /** Why the handler cannot do its work, drawn only where a fault is. */
  function complain(pod: number, time: number): Complaint {
    const here = at(time, pod);
    for (const name of complaints) {
      const chance = tracks[name][here] as number;
      if (chance > 0 && draws.chance(chance)) return name;
    }
    return 'none';
  }

  /** The serving side. `limit`: when the caller stops waiting. */
  function serve(operation: number, pod: number, start: number, limit: number, parent: number): Answer {
    const { work: own } = operations[operation] as Operation;
    const number = spans.open(spans.traces, parent, operation, 0, pod, Math.floor(start * 1000));
    const calls = callees[operation] as (typeof callees)[number];
    const piece = (own * Math.exp(0.3 * draws.normal())) / (calls.length + 1);
    const story = voice.begin(operation, pod, start, spans.traces);
    let clock = start + work(pod, start, piece);
    let result: Status = status.ok;
    const complaint = complain(pod, start);
    if (complaint !== 'none') {
      if (complaint === 'login') clock += loginStall;
      voice.fail(story, Math.min(clock, limit), complaint);
      result = status.internal;
    }
    for (const { operation: callee, optional } of calls) {
      if (clock >= limit || complaint !== 'none') break;
      const answer = call(callee, pod, clock, limit, number);
      if (answer.status !== status.ok || answer.end - clock > slowCall) {
        voice.trouble(story, callee, answer.end, answer.status, answer.refusal, answer.end - clock, optional);
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
    spans.close(number, Math.floor(clock * 1000), result);
    voice.end(story, clock, result, clock - start);
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
    const number = spans.open(spans.traces, parent, operation, 1, caller, Math.floor(start * 1000));
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
    spans.close(number, Math.floor(clock * 1000), result);
    return { end: clock, status: result, refusal };
  }
}
