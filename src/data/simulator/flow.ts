/**
 * Mean request flow through the call graph at one moment: how often each operation is called, which calls fail, and how
 * long they take. Requests that fail early make no further calls, and failed calls are tried again.
 */
import type { Operation, System } from './system.ts';

/** Attempts of one call: the first and two more (Istio's default). */
export const attempts = 3;

/** What the flow depends on, per service. */
export type ServiceView = {
  /** Probability that one attempt of a call is refused. */
  readonly refuse: Float64Array;
  /** Mean milliseconds of own work per millisecond of work on an idle pod. */
  readonly slow: Float64Array;
  /** Mean milliseconds added to each visit (stalls, collector pauses, held requests). */
  readonly extra: Float64Array;
  /** Mean milliseconds that a message leaving the service is late. */
  readonly late: Float64Array;
};

export type Flow = {
  /** Calls per second that are served, per operation. */
  readonly served: Float64Array;
  /** Calls per second, per edge: answered, and failed after all attempts. */
  readonly ok: Float64Array;
  readonly failed: Float64Array;
  /** Attempts per second, per edge. */
  readonly tried: Float64Array;
  /** Sum of latencies per second in milliseconds, and of bytes, per edge. */
  readonly time: Float64Array;
  readonly sent: Float64Array;
  readonly received: Float64Array;
  /** Mean latency of a visit in milliseconds, per service. */
  readonly latency: Float64Array;
};

/** Empty flows, one per step. All are parts of one buffer: small arrays of their own cost more than the flow. */
export function makeFlows({ edges, operations, services }: System, steps: number): Flow[] {
  const perEdge = edges.length;
  const sizes: Readonly<Record<keyof Flow, number>> = {
    served: operations.length,
    ok: perEdge,
    failed: perEdge,
    tried: perEdge,
    time: perEdge,
    sent: perEdge,
    received: perEdge,
    latency: services.length,
  };
  const each = Object.values(sizes).reduce((sum, size) => sum + size, 0);
  const all = new Float64Array(each * steps);
  return Array.from({ length: steps }, (_, step) => {
    let at = step * each;
    const take = (name: keyof Flow): Float64Array => {
      at += sizes[name];
      return all.subarray(at - sizes[name], at);
    };
    return {
      served: take('served'),
      ok: take('ok'),
      failed: take('failed'),
      tried: take('tried'),
      time: take('time'),
      sent: take('sent'),
      received: take('received'),
      latency: take('latency'),
    };
  });
}

/** Adds to an empty `flow` that of `load` requests per second. */
export function computeFlow(system: System, load: number, view: ServiceView, flow: Flow): void {
  const { services, operations, calls, requestMix } = system;
  const visits = new Float64Array(services.length);
  for (const { operation, share } of requestMix) visit(operation, load * share);
  for (let s = 0; s < services.length; s++) {
    if (visits[s] as number) flow.latency[s] = (flow.latency[s] as number) / (visits[s] as number);
  }

  function visit(index: number, rate: number): number {
    const operation = operations[index] as Operation;
    const own = operation.service;
    flow.served[index] = (flow.served[index] as number) + rate;
    let alive = 1;
    let time = operation.work * (view.slow[own] as number) + (view.extra[own] as number);
    for (const { operation: callee, service: to, edge: e, times, optional } of calls[
      index
    ] as (typeof calls)[number]) {
      const refuse = view.refuse[to] as number;
      const fail = refuse ** attempts;
      const wanted = rate * alive * times;
      const tried = wanted * (1 + refuse + refuse * refuse);
      const inner = visit(callee, wanted * (1 - fail));
      const transport = 1.6 + (view.late[own] as number) + (view.late[to] as number);
      const each = transport + (1 - fail) * inner + (tried / Math.max(wanted, 1e-12) - 1) * 40;
      const bytes = (operations[callee] as Operation).bytes;
      add(flow.ok, e, wanted * (1 - fail));
      add(flow.failed, e, wanted * fail);
      add(flow.tried, e, tried);
      add(flow.time, e, wanted * each);
      add(flow.sent, e, tried * bytes[0]);
      add(flow.received, e, wanted * (1 - fail) * bytes[1]);
      time += alive * times * each;
      if (!optional) alive *= (1 - fail) ** times;
    }
    add(visits, own, rate);
    add(flow.latency, own, rate * time);
    return time;
  }
}

function add(array: Float64Array, index: number, value: number): void {
  array[index] = (array[index] as number) + value;
}
