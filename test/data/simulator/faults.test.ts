/** The faults of D1 and D2 leave the traces that such faults leave: in disks, packets, restarts, waits and words. */
import { describe, expect, test } from 'vitest';
import type { SimulatorParams } from '../../../src/catalog/simulator.ts';
import { type SimulatedCase, simulateCase } from '../../../src/data/simulator/case.ts';
import { type DeviceReadings, readDevices } from '../../../src/data/simulator/devices.ts';
import { drawFault } from '../../../src/data/simulator/faults/draw.ts';
import { readPods } from '../../../src/data/simulator/readings.ts';
import { timesOf } from '../../../src/data/simulator/schedule.ts';
import { defaultSettings } from '../../../src/data/simulator/settings.ts';
import { type Setup, setUp } from '../../../src/data/simulator/setup.ts';

type Phase = readonly [from: number, to: number];

/** Faults alone, strong enough to be seen in one case. */
function loud(rest: Pick<SimulatorParams, 'format' | 'system'>): Setup {
  return setUp(defaultSettings({ noise: 0, rate: 2, severity: 2, ...rest }));
}
const d1 = loud({ format: 'aiops22', system: 'online_boutique' });
const d2 = loud({ format: 'gaia', system: 'micross' });

/** The first case with this failure type (at this service). */
function findCase(setup: Setup, failureType: string, service?: string): SimulatedCase {
  for (let index = 0; index < 3000; index++) {
    const fault = drawFault(setup, index, timesOf(setup, index));
    const name = setup.system.services[fault.service]?.name;
    if (fault.failureType === failureType && (service === undefined || name === service)) {
      return simulateCase(setup, index);
    }
  }
  throw new Error(`no case of ${failureType} at ${service}`);
}

/** Seconds since the start of the record: as long before the injection as the fault lasts after its ramp. */
function phases({ fault, seconds }: SimulatedCase): { before: Phase; during: Phase } {
  const [effect] = fault.effects;
  if (!effect) throw new Error('a fault without an effect');
  const start = effect.start + effect.ramp;
  const end = Math.min(effect.end, seconds);
  return { before: [Math.max(0, effect.start - (end - start)), effect.start], during: [start, end] };
}

/** Growth per second of a counter of devices, at one pod. */
function slope(found: SimulatedCase, name: keyof DeviceReadings, pod: number, [from, to]: Phase): number {
  const readings = readPods(found);
  const column = readDevices(found, readings)[name];
  const points = Array.from({ length: readings.count }, (_, at) => at).filter(
    (at) => readings.pod[at] === pod && (readings.asOf[at] ?? 0) >= from + 5 && (readings.asOf[at] ?? 0) < to,
  );
  const [first, last] = [points[0] ?? -1, points.at(-1) ?? -1];
  const seconds = (readings.asOf[last] ?? 0) - (readings.asOf[first] ?? 0);
  if (!(seconds > 0)) throw new Error('too few reads');
  return ((column[last] ?? 0) - (column[first] ?? 0)) / seconds;
}

function linesOf(found: SimulatedCase, pattern: RegExp, [from, to]: Phase): number {
  return found.lines.filter(
    ({ time, message }) => time >= from * 1000 && time < to * 1000 && pattern.test(message),
  ).length;
}

function spansOf(found: SimulatedCase, [from, to]: Phase, pods: readonly number[]) {
  return found.spans.list().filter(({ type, pod, start }) => {
    return type === 'request' && pods.includes(pod) && start >= from * 1e6 && start < to * 1e6;
  });
}

describe('D1', () => {
  test.each([
    ['k8s容器读io负载', 'readMb', 'writeMb'],
    ['k8s容器写io负载', 'writeMb', 'readMb'],
  ] as const)('%s: this counter grows, the other does not, and requests wait', (type, one, other) => {
    const found = findCase(d1, type);
    const { before, during } = phases(found);
    const pod = found.fault.pods[0] ?? -1;
    const [effect] = found.fault.effects;
    expect(slope(found, one, pod, during)).toBeGreaterThan(0.9 * (effect?.amount ?? 0));
    expect(slope(found, one, pod, before)).toBeLessThan(0.1);
    expect(slope(found, other, pod, during)).toBeLessThan(0.1);
    const slowDisk =
      /log write took|write to the log took|fs\.write completed|flush of the log|appender File/;
    expect(linesOf(found, slowDisk, before)).toBe(0);
    expect(linesOf(found, slowDisk, during)).toBeGreaterThan(2);
  });

  test('packets sent twice: more leave the pod, nothing fails, hardly anything is late', () => {
    const found = findCase(d1, 'k8s容器网络资源包重复发送', 'cartservice');
    const { before, during } = phases(found);
    const pod = found.fault.pods[0] ?? -1;
    const flow = slope(found, 'sent', pod, during) / slope(found, 'sent', pod, before);
    const [effect] = found.fault.effects;
    expect(flow).toBeGreaterThan(1 + 0.5 * (effect?.amount ?? 0));
    const failed = found.spans.list().filter(({ status, start }) => {
      return status !== 0 && start >= during[0] * 1e6 && start < during[1] * 1e6;
    });
    expect(failed).toEqual([]);
  });

  test('damaged packets are sent again: calls wait', () => {
    const found = findCase(d1, 'k8s容器网络资源包损坏', 'currencyservice');
    const { before, during } = phases(found);
    const slow = ([from, to]: Phase) =>
      found.spans.list().filter(({ type, start, end }) => {
        return type === 'external' && start >= from * 1e6 && start < to * 1e6 && end - start > 200_000;
      }).length;
    expect(slow(before)).toBeLessThan(5);
    expect(slow(during)).toBeGreaterThan(30);
  });

  test('a process that ends is started again, ends again, and callers are refused', () => {
    const found = findCase(d1, 'k8s容器进程中止', 'cartservice');
    const { before, during } = phases(found);
    const outages = found.tracks.outages.filter(({ pod }) => pod === found.fault.pods[0]);
    expect(outages.length).toBeGreaterThan(1);
    expect(linesOf(found, /Now listening/, before)).toBe(0);
    expect(linesOf(found, /Now listening/, during)).toBeGreaterThanOrEqual(2);
    expect(linesOf(found, /code = Unavailable/, before)).toBe(0);
    expect(linesOf(found, /code = Unavailable/, during)).toBeGreaterThan(3);
    // The container stays where it is: it is read again after each start, and its counters start anew.
    const readings = readPods(found);
    const usage = Array.from(readings.usage.subarray(0, readings.count)).filter(
      (_, at) => readings.pod[at] === found.fault.pods[0],
    );
    expect(usage.some((value, at) => at > 0 && value < (usage[at - 1] ?? 0))).toBe(true);
  });
});

describe('D2', () => {
  test('a login that fails takes eleven seconds, and the mobile service says why', () => {
    const found = findCase(d2, '[login failure]');
    const { before, during: exact } = phases(found);
    // The pods' states change every five seconds.
    const during = exact.map((time) => 5 * Math.ceil(time / 5)) as [number, number];
    expect(d2.system.services[found.fault.service]?.name).toBe('mobservice');
    const waited = spansOf(found, during, found.fault.pods);
    expect(waited.length).toBeGreaterThan(2);
    for (const { start, end, status } of waited) {
      expect((end - start) / 1e6).toBeGreaterThan(10.9);
      expect(status).not.toBe(0);
    }
    expect(
      Math.max(...spansOf(found, before, found.fault.pods).map(({ start, end }) => end - start)),
    ).toBeLessThan(2e6);
    const words = /login failure, the QR code expired/;
    expect(linesOf(found, words, [during[0], during[1] + 12])).toBe(waited.length);
    expect(linesOf(found, words, before)).toBe(0);
    expect(
      linesOf(found, /an error occurred in the downstream service/, [during[0], during[1] + 12]),
    ).toBeGreaterThan(2);
  });

  test('moving files reads and writes the disk, and requests miss their file', () => {
    const found = findCase(d2, '[file moving program]');
    const { before, during } = phases(found);
    const pod = found.fault.pods[0] ?? -1;
    for (const name of ['readMb', 'writeMb'] as const) {
      expect(slope(found, name, pod, during)).toBeGreaterThan(5);
      expect(slope(found, name, pod, before)).toBeLessThan(0.1);
    }
    const words = /No such file or directory/;
    expect(linesOf(found, words, before)).toBe(0);
    expect(linesOf(found, words, during)).toBeGreaterThan(20);
  });

  test('denied access fails requests at the database at once, on and on', () => {
    const found = findCase(d2, '[access permission denied exception]');
    const { before, during } = phases(found);
    expect(found.fault.duration).toBe(3600);
    const words = /\[Errno 13\] Permission denied/;
    expect(linesOf(found, words, before)).toBe(0);
    expect(linesOf(found, words, during)).toBeGreaterThan(20);
    const failed = spansOf(found, during, found.fault.pods).filter(({ status }) => status !== 0);
    expect(failed.length).toBe(linesOf(found, words, during));
    const pod = found.fault.pods[0] ?? -1;
    expect(slope(found, 'readMb', pod, during)).toBeLessThan(0.1);
  });

  test('a program that takes memory is seen in it', () => {
    const found = findCase(d2, '[memory_anomalies]');
    const { before, during } = phases(found);
    const readings = readPods(found);
    const most = ([from, to]: Phase) =>
      Math.max(
        ...Array.from(readings.rss.subarray(0, readings.count)).filter(
          (_, at) =>
            readings.pod[at] === found.fault.pods[0] &&
            (readings.asOf[at] ?? 0) >= from &&
            (readings.asOf[at] ?? 0) < to,
        ),
      );
    expect(most(during) - most(before)).toBeGreaterThan(200 * 1048576);
  });
});
