import { expect, test } from 'vitest';
import type { CaseFeatures, OpenModel } from '../../../src/stages/medicine/diagnose.ts';
import { occlude } from '../../../src/stages/medicine/occlusion.ts';

const sum = (values: ArrayLike<number> = []) => Array.from(values).reduce((total, value) => total + value, 0);

/** Says `cpu` the surer, the more metrics and links there are; the log changes nothing. */
const model: OpenModel = {
  async diagnose({ metric, trace }: CaseFeatures) {
    const cpu = 0.5 + 0.1 * sum(metric) + 0.02 * sum(trace);
    return { classes: ['cpu', 'memory'], answer: 0, probabilities: [cpu, 1 - cpu], unimodal: {} };
  },
  release: async () => undefined,
};

test('what the answer rests on is what it loses without it, by window, KPI and link', async () => {
  const parts = await occlude(model, {
    features: {
      log: Float32Array.of(1, 2, 3, 4),
      // [instance, window, kpi]
      metric: Float32Array.of(1, 0, 0, 2, 0, 0, 0, 0),
      trace: Float32Array.of(0, 3, 0, 1),
    },
    shapes: { log: [2, 2], metric: [2, 2, 2], trace: [2, 2] },
    axes: {
      log: { modality: 'log', coverage: [2] },
      metric: { modality: 'metric', instances: ['cart', 'pay'], kpis: ['cpu', 'rss'], coverage: [2] },
      trace: { modality: 'trace', links: ['a → b', 'b → c'], coverage: [2] },
    },
  });
  const drops = parts.map(
    ({ modality, what, name, drop }) => `${modality} ${what} ${name} ${drop.toFixed(2)}`,
  );
  expect(drops.slice(0, 9).toSorted()).toEqual(
    [
      'metric modality metric 0.30',
      'metric window 1 0.20',
      'metric kpi cart rss 0.20',
      'metric window 0 0.10',
      'metric kpi cart cpu 0.10',
      'trace modality trace 0.08',
      'trace link b → c 0.08',
      'trace window 0 0.06',
      'trace window 1 0.02',
    ].toSorted(),
  );
  // Largest first; what is zero already (the second instance, the first link) is not asked about.
  expect(parts[0]?.name).toBe('metric');
  expect(drops.some((line) => /pay|a → b/.test(line))).toBe(false);
  expect(drops.filter((line) => line.startsWith('log')).every((line) => line.endsWith('0.00'))).toBe(true);
});
