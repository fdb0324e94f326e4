/** What `features.metric` and `features.trace` share: which cases are fitted on, writing the artefact, and the notices. */
import type { FeatureArray } from '../data/features/finish.ts';
import { dataCodes } from '../diagnostics/codes/data.ts';
import { MedxError, report } from '../diagnostics/diagnostic.ts';
import type { CaseTable, FeatureAxes, Modality, Split, Step } from './contracts.ts';
import type { JsonObject, StageContext } from './stage.ts';
import { noticeCode, requireInput } from './telemetry.ts';

export type FeatureParams = JsonObject & { readonly steps: readonly Step[]; readonly fit: 'train' | 'all' };

/** Per case: may means, deviations and axes be taken from it? */
export function fittedCases(params: FeatureParams, context: StageContext, table: CaseTable): boolean[] {
  if (params.fit === 'all') return table.cases.map(() => true);
  const train = new Set(requireInput(context, 'split').json<Split>('split').train);
  return table.cases.map((_, i) => train.has(i));
}

/** Writes `x` and `axes`, and tells what is missing, constant, or left out. */
export function writeFeatures(
  context: StageContext,
  modality: Modality,
  table: CaseTable,
  features: FeatureArray,
  names: Pick<FeatureAxes, 'instances' | 'kpis' | 'links'>,
): void {
  if (features.data.length === 0) throw new MedxError(report(dataCodes, 'MED3018', { modality }));
  const { shape, data, coverage, empty, constant, unseen, unseenNames, overflowed } = features;
  context.out.array('x', { shape, data });
  context.out.json('axes', { modality, ...names, coverage } satisfies FeatureAxes);
  const missing = table.cases.filter((_, c) => coverage[c] === 0).map(({ id }) => id);
  if (missing.length > 0) noticeCode(context, 'MED3108', { modality, cases: missing }, missing.length);
  if (empty > 0) noticeCode(context, 'MED3109', { modality, cells: empty, all: data.length }, empty);
  if (constant.length > 0)
    noticeCode(
      context,
      'MED3110',
      { modality, series: constant.length, what: constant.slice(0, 3).join(', ') },
      constant.length,
    );
  if (unseen > 0) noticeCode(context, 'MED3111', { modality, names: unseenNames, records: unseen }, unseen);
  if (overflowed > 0) noticeCode(context, 'MED3116', { modality, cells: overflowed }, overflowed);
}
