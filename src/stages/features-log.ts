/**
 * Stage `features.log`: template counts and template vectors → one vector per case and window.
 * Steps: `weigh(by: fluctuation, log, epsilon, first)` (equations 1–3; without it every template of a case weighs the
 * same), `weighted_sum` (equation 5), `scale(rms)` (one factor per case).
 *
 * Artefact: float32 array `x` [case, window, dim]; json `axes`. A window without templates is 0, and so is a case
 * without logs: `axes.coverage` counts the windows that have some.
 */
import {
  countsByCase,
  coveredWindows,
  parseLogSteps,
  scaleToRms,
  templateWeights,
  writeWeightedSum,
} from '../data/features/log.ts';
import type { FeatureAxes, Step } from './contracts.ts';
import type { StageContext, StageKind } from './stage.ts';
import { noticeCode, readCases, requireInput } from './telemetry.ts';

export type LogFeatureParams = { readonly steps: readonly Step[] };

export const stage: StageKind<LogFeatureParams> = {
  kind: 'features.log',
  version: 1,
  cost: 'light',
  async run({ steps }, context) {
    const { form, rms } = parseLogSteps(steps);
    const { cases, windows } = readCases(context);
    const counts = requireInput(context, 'drain').array<Int32Array>('counts');
    const vectors = requireInput(context, 'embed').array<Float32Array>('vectors');
    const dim = vectors.shape[1] ?? 0;

    const x = new Float32Array(cases.length * windows * dim);
    const coverage = countsByCase(counts.data, cases.length, windows).map((own, index) => {
      const weights = templateWeights(own, windows, form);
      writeWeightedSum(own, weights, vectors.data, dim, windows, x, index * windows * dim);
      if (rms !== undefined) scaleToRms(x.subarray(index * windows * dim, (index + 1) * windows * dim), rms);
      return coveredWindows(own, windows);
    });
    context.out.array('x', { shape: [cases.length, windows, dim], data: x });
    context.out.json('axes', { modality: 'log', coverage } satisfies FeatureAxes);
    noticeGaps(
      context,
      coverage,
      windows,
      cases.map(({ id }) => id),
    );
  },
};

function noticeGaps(
  context: StageContext,
  coverage: readonly number[],
  windows: number,
  ids: readonly string[],
): void {
  const without = ids.filter((_, i) => coverage[i] === 0);
  if (without.length > 0) {
    noticeCode(context, 'MED3108', { modality: 'log', cases: without }, without.length);
  }
  const cells = coverage.reduce((sum, covered) => sum + (covered > 0 ? windows - covered : 0), 0);
  if (cells > 0) {
    const all = (coverage.length - without.length) * windows;
    noticeCode(context, 'MED3109', { modality: 'log', cells, all }, cells);
  }
}
