/** Stage `spans`: the spans of all cases → `spans.parquet` and `axes`. See `src/data/windows/spans.ts`. */
import { stageKinds } from '../catalog/stages.ts';
import { writeSpans } from '../data/windows/spans.ts';
import type { SpanAxes } from './contracts.ts';
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
  kind: 'spans',
  version: stageKinds.spans.version,
  cost: stageKinds.spans.cost,
  async run(params, context) {
    const dataset = await openDataset(params, context, ['trace']);
    const relation = relationOf(dataset, 'trace');
    const path = context.out.path('spans.parquet');
    const { spans, copies, orphans, ...axes } = await withDatabase(context, 'spans', (db) =>
      writeSpans(db, relation, readCases(context), path),
    );
    if (spans === 0) throw noRecords(dataset.reader, 'trace');
    if (copies > 0) noticeCode(context, 'MED3104', { what: 'trace', copies }, copies);
    if (orphans > 0) noticeCode(context, 'MED3107', { orphans, spans }, orphans);
    context.out.json('axes', axes satisfies SpanAxes);
  },
};
