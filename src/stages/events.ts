/**
 * Stage `events`: the extracted events of all cases → `events.parquet`, json `axes` (EventAxes) and, where the set has one,
 * `topology` (EventTopology). What is refused on the way is told by `cases`.
 */
import { join } from 'node:path';
import { stageKinds } from '../catalog/stages.ts';
import { writeEvents } from '../data/events/artefact.ts';
import { readEventSet } from './event-cases.ts';
import type { StageKind } from './stage.ts';
import { type DatasetParams, openDataset, requireInput, withDatabase } from './telemetry.ts';

export const stage: StageKind<DatasetParams> = {
  kind: 'events',
  version: stageKinds.events.version,
  cost: stageKinds.events.cost,
  async run(params, context) {
    const { labels, set } = await readEventSet(await openDataset(params, context));
    const rowOf = new Map(labels.rows.map(({ key }, row) => [key, row]));
    const rows = requireInput(context, 'cases')
      .json<string[]>('keys')
      .map((key) => {
        const row = rowOf.get(key);
        if (row === undefined) throw new Error(`no label of failure ${key}`);
        return row;
      });
    const path = context.out.path('events.parquet');
    const { axes, topology } = await withDatabase(context, 'events', (db) =>
      writeEvents(db, set, rows, join(context.workDir, 'between'), path),
    );
    context.out.json('axes', axes);
    if (topology) context.out.json('topology', topology);
  },
};
