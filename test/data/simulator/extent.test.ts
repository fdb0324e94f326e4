/** Telemetry without a break, and of a wanted size. */

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { simulateCase } from '../../../src/data/simulator/case.ts';
import { planExtent } from '../../../src/data/simulator/extent.ts';
import { defaultSettings } from '../../../src/data/simulator/settings.ts';
import { setUp } from '../../../src/data/simulator/setup.ts';
import { simulateDataset } from '../../../src/data/simulator/simulate.ts';
import { MedxError } from '../../../src/diagnostics/diagnostic.ts';
import { tempFolder } from '../../support/temp.ts';

const root = tempFolder('extent');

function refused(action: () => unknown): { code: string; fix: string } {
  try {
    action();
  } catch (error) {
    const [first] = error instanceof MedxError ? error.diagnostics : [];
    return { code: first?.code ?? '', fix: first?.fix ?? '' };
  }
  throw new Error('nothing was refused');
}

describe('without a break', () => {
  const { params, extent } = planExtent(defaultSettings({ cases: 3, rate: 0.05 }), { days: 0.1 }, 'platform');
  const setup = setUp(params, extent);

  test('records follow each other over all the days, and each holds its fault', () => {
    expect(extent.slot).toBe(48 * 60);
    let end = setup.plan.origin;
    for (let index = 0; index < 3; index++) {
      const { times, fault, seconds } = simulateCase(setup, index);
      expect(times.recordStart).toBe(end);
      expect(seconds).toBe(48 * 60);
      expect(times.injected - times.recordStart).toBeGreaterThanOrEqual(10 * 60);
      expect(times.recordEnd - times.injected).toBeGreaterThanOrEqual(10 * 60);
      expect(times.injected + fault.duration).toBeLessThanOrEqual(times.recordEnd);
      end = times.recordEnd;
    }
  });

  test('every minute has every container read', async () => {
    await simulateDataset(params, join(root, 'days'), { extent, packing: 'plain' });
    const text = readFileSync(join(root, 'days/metric/container/kpi_container_threads.csv'), 'utf8');
    const minutes = new Set(
      text
        .trimEnd()
        .split('\n')
        .slice(1)
        .map((row) => row.split(',')[0]),
    );
    expect(minutes.size).toBe(3 * 48);
  });

  test('too few days for the cases are refused with numbers that fit', () => {
    const { code, fix } = refused(() => planExtent(defaultSettings({ cases: 100 }), { days: 1 }, 'platform'));
    expect(code).toBe('MED3203');
    const [, days, cases] = /--days ([\d.]+), or --cases (\d+)/.exec(fix) ?? [];
    expect(() =>
      planExtent(defaultSettings({ cases: 100 }), { days: Number(days) }, 'platform'),
    ).not.toThrow();
    expect(() =>
      planExtent(defaultSettings({ cases: Number(cases) }), { days: 1 }, 'platform'),
    ).not.toThrow();
  });
});

describe('a wanted number of records', () => {
  test.each([
    ['microservo', 'platform', 'online_boutique', 120_000],
    ['aiops22', 'openrca', 'online_boutique', 200_000],
    ['gaia', 'converted', 'micross', 220_000],
  ] as const)('%s: about as many', async (format, layout, system, records) => {
    const settings = defaultSettings({ format, system, cases: 2, seed: 5 });
    const { params, extent } = planExtent(settings, { records }, layout);
    const summary = await simulateDataset(params, join(root, format), { extent, layout, packing: 'plain' });
    const written = summary.lines + summary.spans + summary.samples + summary.others;
    expect(written / records).toBeGreaterThan(0.85);
    expect(written / records).toBeLessThan(1.15);
  });

  test('the metrics are read more often where there is room: half of the records of D3 are metrics', () => {
    const settings = defaultSettings({ cases: 119 });
    expect(planExtent(settings, { records: 8e6, days: 3 }, 'platform').extent.scrape).toBe(60);
    const large = planExtent(settings, { records: 100e6, days: 3 }, 'platform');
    expect(large.extent.scrape).toBeLessThanOrEqual(6);
    expect(large.params.rate).toBeLessThanOrEqual(8);
  });

  test('out of reach is refused with the range', () => {
    const plan = (records: number) => () =>
      planExtent(defaultSettings({ cases: 119 }), { records, days: 3 }, 'platform');
    expect(refused(plan(1e6)).code).toBe('MED3204');
    expect(refused(plan(5e9)).code).toBe('MED3204');
  });
});
