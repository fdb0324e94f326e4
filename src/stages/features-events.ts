/** Stage `features.events`: extracted events of one modality → `x` `[case, window, event]` and `axes`. */
import { stageKinds } from '../catalog/stages.ts';
import { readEvents } from '../data/events/artefact.ts';
import { eventFeatures } from '../data/events/features.ts';
import { eventCodes } from '../diagnostics/codes/events.ts';
import { MedxError, report } from '../diagnostics/diagnostic.ts';
import type { EventAxes, Modality } from './contracts.ts';
import { type FeatureParams, fittedCases, writeFeatures } from './features.ts';
import type { StageKind } from './stage.ts';
import { noticeCode, readCases, requireInput, withDatabase } from './telemetry.ts';

type Params = FeatureParams & { readonly modality: Modality };

export const stage: StageKind<Params> = {
  kind: 'features.events',
  version: stageKinds['features.events'].version,
  cost: stageKinds['features.events'].cost,
  async run(params, context) {
    const { modality } = params;
    const table = readCases(context);
    const artefact = requireInput(context, 'events');
    const { items } = artefact.json<EventAxes>('axes');
    const own = items[modality];
    if (!own) throw new MedxError(report(eventCodes, 'MED3054', { modality, has: Object.keys(items) }));
    const fitted = fittedCases(params, context, table);
    const columns = await withDatabase(context, 'features', (db) =>
      readEvents(db, artefact.path('events.parquet'), modality),
    );
    const features = eventFeatures(columns, own, table, fitted, params.steps);
    writeFeatures(context, modality, table, features, (made) => made, { events: features.events });
    const { timeless } = features;
    if (timeless > 0) noticeCode(context, 'MED3146', { modality, events: timeless }, timeless);
  },
};
