/** Stage `samples`: the metric samples of all cases → `samples.parquet` and `axes`. See `src/data/windows/samples.ts`. */
import { stageKinds } from '../catalog/stages.ts';
import { writeSamples } from '../data/windows/samples.ts';
import type { StageKind } from './stage.ts';
import {
  type DatasetParams,
  noRecords,
  noticeCode,
  openDataset,
  readCases,
  relationOf,
  withDatabase,
} from './telemetry.ts';

export const stage: StageKind<DatasetParams> = {
  kind: 'samples',
  version: stageKinds.samples.version,
  cost: stageKinds.samples.cost,
  async run(params, context) {
    const dataset = await openDataset(params, context, ['metric']);
    const relation = relationOf(dataset, 'metric');
    const path = context.out.path('samples.parquet');
    const { records, gaps, copies, samples, instances, kpis } = await withDatabase(context, 'samples', (db) =>
      writeSamples(db, relation, readCases(context), path),
    );
    if (samples === 0) throw noRecords(dataset.reader, 'metric');
    if (gaps > 0) noticeCode(context, 'MED3106', { gaps, records }, gaps);
    if (copies > 0) noticeCode(context, 'MED3104', { what: 'metric', copies }, copies);
    context.out.json('axes', { instances, kpis });
  },
};
