/** What `features.metric` and `features.trace` share: which cases are fitted on, writing the artefact, and the notices. */
import { type RecordView, viewRecords } from '../data/corruption/view.ts';
import { type Database, sqlText } from '../data/database.ts';
import type { FeatureArray } from '../data/features/finish.ts';
import type { Scaling } from '../data/features/series.ts';
import { dataCodes } from '../diagnostics/codes/data.ts';
import { MedxError, report } from '../diagnostics/diagnostic.ts';
import type { CaseTable, FeatureAxes, Modality, Split, Step } from './contracts.ts';
import type { CorruptionNote } from './corrupt.ts';
import type { JsonObject, StageContext } from './stage.ts';
import { noticeCode, readCases, requireInput, withOrderedDatabase } from './telemetry.ts';

type Fit = { readonly scalings: readonly Scaling[] };

export type FeatureParams = JsonObject & { readonly steps: readonly Step[]; readonly fit: 'train' | 'all' };

/** Per case: may means, deviations and axes be taken from it? */
export function fittedCases(
  params: Pick<FeatureParams, 'fit'>,
  context: StageContext,
  table: CaseTable,
): boolean[] {
  if (params.fit === 'all') return table.cases.map(() => true);
  const train = new Set(requireInput(context, 'split').json<Split>('split').train);
  return table.cases.map((_, i) => train.has(i));
}

/** What makes features of the records of one modality: `from` is SQL, and `sorted` says that they lie in the order of cases. */
type Maker<N, F> = (
  db: Database,
  from: string,
  names: N,
  table: CaseTable,
  fitted: readonly boolean[],
  steps: readonly Step[],
  sorted: boolean,
) => Promise<F>;

/** Makes the features of a modality and writes what was fitted for them. */
export async function makeFeatures<N, F extends FeatureArray & { readonly fit: Fit }>(
  params: FeatureParams,
  context: StageContext,
  records: 'samples' | 'spans',
  make: Maker<N, F>,
): Promise<{ readonly features: F; readonly table: CaseTable; readonly settle: RecordView['settle'] }> {
  const table = readCases(context);
  const names = requireInput(context, records).json<N>('axes');
  const fitted = fittedCases(params, context, table);
  const made = await withOrderedDatabase(context, async (db) => {
    const view = await recordView(db, context, records, table, fitted);
    const { from, sorted, settle } = view;
    return { features: await make(db, from, names, view.table, view.fitted, params.steps, sorted), settle };
  });
  context.out.json('fit', portable(made.features.fit));
  return { ...made, table };
}

/** The records that features are made of: those of `poor`, where there is one, for the cases that it corrupts. */
export async function recordView(
  db: Database,
  context: StageContext,
  records: 'samples' | 'spans',
  table: CaseTable,
  fitted: readonly boolean[],
  poor = context.inputs.poor,
): Promise<RecordView> {
  const file = `${records}.parquet`;
  const clean = requireInput(context, records).path(file);
  if (!poor)
    return {
      from: `read_parquet(${sqlText(clean)})`,
      sorted: true,
      table,
      fitted,
      settle: (features) => features,
    };
  const { cases } = poor.json<CorruptionNote>('corruption');
  return viewRecords(db, clean, poor.path(file), cases, table, fitted);
}

/** What was fitted, as JSON that reads back to the same bits: typed arrays become lists. */
function portable<F extends Fit>(fit: F): F {
  const scalings = fit.scalings.map(({ mean, factor }) => ({
    mean: Array.from(mean),
    factor: Array.from(factor),
  }));
  const lists = Object.entries(fit).map(([name, value]) => [
    name,
    value instanceof Int32Array ? Array.from(value) : value,
  ]);
  return { ...Object.fromEntries(lists), scalings };
}

/** Writes `x` and `axes`, and tells what is missing, constant, or left out. */
export function writeFeatures(
  context: StageContext,
  modality: Modality,
  table: CaseTable,
  features: FeatureArray,
  settle: RecordView['settle'],
  names: Pick<FeatureAxes, 'instances' | 'kpis' | 'links' | 'events'>,
): void {
  if (features.data.length === 0) throw new MedxError(report(dataCodes, 'MED3018', { modality }));
  const { empty, constant, unseen, unseenNames, overflowed } = features;
  const { shape, data, coverage } = settle(features);
  context.out.array('x', { shape, data });
  context.out.json('axes', { modality, ...names, coverage } satisfies FeatureAxes);
  const missing = table.cases.filter((_, c) => coverage[c] === 0).map(({ id }) => id);
  if (missing.length > 0) noticeCode(context, 'MED3108', { modality, cases: missing }, missing.length);
  if (empty > 0) noticeCode(context, 'MED3109', { modality, cells: empty, all: features.data.length }, empty);
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
