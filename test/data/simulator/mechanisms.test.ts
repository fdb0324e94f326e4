/** Faults act on mechanisms: what each does to CPU, memory, latencies, errors and logs, at the target and at its callers. */
import { describe, expect, test } from 'vitest';
import { type SimulatedCase, simulateCase } from '../../../src/data/simulator/case.ts';
import { drawFault } from '../../../src/data/simulator/faults/draw.ts';
import { containerSeries } from '../../../src/data/simulator/formats/microservo-metrics.ts';
import { timesOf } from '../../../src/data/simulator/schedule.ts';
import { defaultSettings } from '../../../src/data/simulator/settings.ts';
import { setUp } from '../../../src/data/simulator/setup.ts';
import { readSidecars } from '../../../src/data/simulator/sidecars.ts';
import type { Span } from '../../../src/data/simulator/spans.ts';

/** Faults alone, strong enough to be seen in one case. */
const settings = defaultSettings({ noise: 0, rate: 2, severity: 1.5 });
const setup = setUp(settings);
const { system } = setup;
const { services } = system;

function nameOf(found: SimulatedCase): string {
  return services[found.fault.service]?.name ?? '';
}

function calleeOf(span: Span): string {
  return services[system.operations[span.operation]?.service ?? -1]?.name ?? '';
}

/** The first case with this failure type and service, and at least `pods` affected pods. */
function findCase(failureType: string, service: string, pods = 1): SimulatedCase {
  for (let index = 0; index < 3000; index++) {
    const fault = drawFault(setup, index, timesOf(setup, index));
    if (
      fault.failureType === failureType &&
      services[fault.service]?.name === service &&
      fault.pods.length >= pods
    ) {
      return simulateCase(setup, index);
    }
  }
  throw new Error(`no case of ${failureType} at ${service}`);
}

/** Seconds since the start of the record: the fault without its ramp-up, and as long a time before it. */
function phases(found: SimulatedCase): {
  before: readonly [number, number];
  during: readonly [number, number];
} {
  const [effect] = found.fault.effects;
  if (!effect) throw new Error('a fault without an effect');
  const start = effect.start + effect.ramp;
  return { before: [effect.start - (effect.end - start), effect.start], during: [start, effect.end] };
}

function mean(values: readonly number[]): number {
  expect(values.length).toBeGreaterThan(4);
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

function within(span: Span, [from, to]: readonly [number, number]): boolean {
  return span.start >= from * 1e6 && span.start < to * 1e6;
}

/** Mean duration in ms of one side of the calls to a service. */
function duration(
  found: SimulatedCase,
  service: string,
  type: Span['type'],
  phase: readonly [number, number],
  pods?: readonly number[],
): number {
  return mean(
    found.spans
      .list()
      .filter((span) => span.type === type && within(span, phase))
      .filter((span) => calleeOf(span) === service)
      .filter((span) => span.status === 0 && (!pods || pods.includes(span.pod)))
      .map((span) => (span.end - span.start) / 1000),
  );
}

/** Values of a container KPI at one pod: [seconds since the start of the record, value]. */
const series = containerSeries;

/** Growth per second of a counter over a phase. */
function slope(
  points: readonly (readonly [number, number])[],
  [from, to]: readonly [number, number],
): number {
  const inside = points.filter(([time]) => time >= from + 25 && time <= to + 25);
  const first = inside[0];
  const last = inside.at(-1);
  if (!first || !last || last[0] === first[0]) throw new Error('too few points');
  return (last[1] - first[1]) / (last[0] - first[0]);
}

function linesOf(found: SimulatedCase, pattern: RegExp, [from, to]: readonly [number, number]): number {
  return found.lines.filter(
    (line) => line.time >= from * 1000 && line.time < to * 1000 && pattern.test(line.message),
  ).length;
}

describe('CPU contention', () => {
  const found = findCase('cpu anomaly', 'productcatalogservice', 3);
  const { before, during } = phases(found);
  const pod = found.fault.pods[0] ?? -1;

  test('raises CPU and throttling of the target', () => {
    const usage = series(found, 'container_cpu_usage_seconds_total', pod);
    expect(slope(usage, during)).toBeGreaterThan(4 * slope(usage, before));
    const throttled = series(found, 'container_cpu_cfs_throttled_periods_total', pod);
    expect(slope(throttled, before)).toBe(0);
  });

  test('lengthens the spans of the target and of its callers', () => {
    for (const [service, type] of [
      ['productcatalogservice', 'request'],
      ['productcatalogservice', 'external'],
      ['frontend', 'request'],
    ] as const) {
      expect(duration(found, service, type, during), service).toBeGreaterThan(
        1.2 * duration(found, service, type, before),
      );
    }
  });

  test('leaves services alone that do not call it', () => {
    const ratio =
      duration(found, 'currencyservice', 'request', during) /
      duration(found, 'currencyservice', 'request', before);
    expect(ratio).toBeGreaterThan(0.8);
    expect(ratio).toBeLessThan(1.25);
  });
});

describe('network', () => {
  test('a delay widens the gap between the two sides of a call while CPU stays', () => {
    const found = findCase('network delay', 'cartservice', 3);
    const { before, during } = phases(found);
    const gap = (phase: readonly [number, number]) =>
      duration(found, 'cartservice', 'external', phase) - duration(found, 'cartservice', 'request', phase);
    const [effect] = found.fault.effects;
    expect(gap(during) - gap(before)).toBeGreaterThan(0.5 * (effect?.amount ?? 0));
    expect(gap(during) - gap(before)).toBeLessThan(2 * (effect?.amount ?? 0));
    const served = (phase: readonly [number, number]) => duration(found, 'cartservice', 'request', phase);
    expect(served(during) / served(before)).toBeLessThan(1.25);
    const usage = series(found, 'container_cpu_usage_seconds_total', found.fault.pods[0] ?? -1);
    expect(slope(usage, during) / slope(usage, before)).toBeLessThan(1.3);
  });

  test('loss makes some calls wait for packets to be sent again', () => {
    const found = findCase('network loss', 'currencyservice', 3);
    const { before, during } = phases(found);
    const slow = (phase: readonly [number, number]) =>
      mean(
        found.spans
          .list()
          .filter((span) => span.type === 'external' && within(span, phase))
          .filter((span) => calleeOf(span) === 'currencyservice')
          .map((span) => (span.end - span.start > 200_000 ? 1 : 0)),
      );
    expect(slow(before)).toBeLessThan(0.01);
    expect(slow(during)).toBeGreaterThan(0.04);
    expect(slow(during)).toBeLessThan(0.95);
  });
});

describe('requests', () => {
  test('aborted: callers see errors, say so, and the target idles', () => {
    const found = findCase('http/grpc request abscence', 'cartservice', 3);
    const { before, during } = phases(found);
    const failed = (phase: readonly [number, number]) =>
      found.spans
        .list()
        .filter((span) => span.type === 'external' && span.status === 14 && within(span, phase)).length;
    expect(failed(before)).toBe(0);
    expect(failed(during)).toBeGreaterThan(10);
    const wording = /code = Unavailable/;
    expect(linesOf(found, wording, before)).toBe(0);
    expect(linesOf(found, wording, during)).toBeGreaterThan(10);
    const usage = series(found, 'container_cpu_usage_seconds_total', found.fault.pods[0] ?? -1);
    expect(slope(usage, during)).toBeLessThan(slope(usage, before));
    let counted = 0;
    readSidecars(found, -1, {
      edge({ edge, failed }) {
        const { caller, callee } = system.edges[edge] ?? { caller: -1, callee: -1 };
        if (services[caller]?.name === 'frontend' && services[callee]?.name === 'cartservice') {
          counted += failed;
        }
      },
      store: () => undefined,
    });
    expect(counted).toBeGreaterThan(0);
  });

  test('delayed: the wait is before the target, whose own spans and CPU stay', () => {
    const found = findCase('http/grpc requestdelay', 'recommendationservice', 3);
    const { before, during } = phases(found);
    expect(duration(found, 'recommendationservice', 'external', during)).toBeGreaterThan(
      duration(found, 'recommendationservice', 'external', before) + 15,
    );
    const served = (phase: readonly [number, number]) =>
      duration(found, 'recommendationservice', 'request', phase);
    expect(served(during) / served(before)).toBeLessThan(1.25);
  });
});

describe('memory pressure', () => {
  const found = findCase('memory overload', 'cartservice', 3);
  const { before, during } = phases(found);

  test('grows the memory of the target', () => {
    const points = series(found, 'container_memory_rss', found.fault.pods[0] ?? -1);
    const most = (from: number, to: number) =>
      Math.max(...points.filter(([time]) => time >= from && time <= to).map(([, value]) => value));
    expect(most(before[1], during[1])).toBeGreaterThan(3 * most(0, before[1]));
  });

  test('its collector pauses requests and speaks of it', () => {
    const wording = /GC generation|OutOfMemory|Out of memory/;
    expect(linesOf(found, wording, [before[1], during[1]])).toBeGreaterThan(linesOf(found, wording, before));
  });
});

describe('pod failure', () => {
  test('a killed pod is absent from metrics, spans and logs, and starts anew', () => {
    const found = findCase('pod anomaly', 'cartservice', 1);
    const { during } = phases(found);
    for (const pod of found.fault.pods) {
      const points = series(found, 'container_cpu_usage_seconds_total', pod);
      expect(points.filter(([time]) => time >= during[0] && time < during[1])).toEqual([]);
      const last = points.findLast(([time]) => time < during[0])?.[1] ?? 0;
      const next = points.find(([time]) => time >= during[1])?.[1] ?? Number.POSITIVE_INFINITY;
      expect(next).toBeLessThan(last);
      expect(
        found.spans.list().filter((span) => span.pod === pod && within(span, [during[0] + 5, during[1]])),
      ).toEqual([]);
      const lines = found.lines.filter((line) => line.pod === pod);
      const inside = (from: number, to: number) =>
        lines.filter((line) => line.time >= from * 1000 && line.time < to * 1000);
      expect(inside(during[0] + 6, during[1])).toEqual([]);
      expect(inside(during[1], during[1] + 40).some((line) => /Now listening/.test(line.message))).toBe(true);
    }
  });

  test('a paused pod keeps its place: one thread, hardly any memory', () => {
    const found = findCase('pod-failure', 'productcatalogservice', 1);
    const { during } = phases(found);
    const pod = found.fault.pods[0] ?? -1;
    const at = (kpi: 'container_threads' | 'container_memory_rss') =>
      series(found, kpi, pod)
        .filter(([time]) => time >= during[0] + 60 && time < during[1])
        .map(([, value]) => value);
    expect(at('container_threads').length).toBeGreaterThan(0);
    expect(Math.min(...at('container_threads'))).toBe(1);
    expect(Math.min(...at('container_memory_rss'))).toBeLessThan(100_000);
  });

  test('the load moves to the pods that are left', () => {
    const found = Array.from({ length: 3000 }, (_, index) => index)
      .map((index) => ({ index, fault: drawFault(setup, index, timesOf(setup, index)) }))
      .find(({ fault }) => fault.failureType === 'pod anomaly' && fault.pods.length === 1);
    const simulated = simulateCase(setup, found?.index ?? -1);
    const { before, during } = phases(simulated);
    const gone = simulated.fault.pods[0] ?? -1;
    const served = (phase: readonly [number, number]) =>
      simulated.spans
        .list()
        .filter(
          (span) =>
            span.type === 'request' &&
            span.pod !== gone &&
            services[system.serviceOf[span.pod] ?? -1]?.name === nameOf(simulated) &&
            within(span, phase),
        ).length;
    expect(served(during)).toBeGreaterThan(1.15 * served(before));
  });
});

describe('conservation', () => {
  test('children lie inside parents, parents are present, and only deadlines cut a call short', () => {
    const loud = { ...settings, noise: 2, rate: 1 };
    for (let index = 0; index < 6; index++) {
      const { spans: table, fault } = simulateCase(setUp(loud), index);
      const spans = table.list();
      expect(spans.length, fault.failureType).toBeGreaterThan(1000);
      const wrong = spans.filter((span, number) => {
        if (span.end < span.start) return true;
        if (span.parent < 0) return span.type !== 'request';
        const parent = spans[span.parent];
        return (
          span.parent >= number ||
          !parent ||
          parent.trace !== span.trace ||
          span.start < parent.start ||
          span.end > parent.end
        );
      });
      expect(wrong).toEqual([]);
    }
  });

  test('without faults and disturbances nothing fails', () => {
    const calm = simulateCase(setUp({ ...settings, severity: 0.1, noise: 0 }), 0);
    const early = calm.spans
      .list()
      .filter((span) => span.start < (calm.times.injected - calm.times.recordStart) * 1e6);
    expect(early.length).toBeGreaterThan(1000);
    expect(early.filter((span) => span.status !== 0)).toEqual([]);
  });
});
