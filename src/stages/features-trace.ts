/** Stage `features.trace`: the fixed steps of the trace pipeline → `x` `[case, window, link]` and `axes`. */
import { stageKinds } from '../catalog/stages.ts';
import { traceFeatures } from '../data/features/trace.ts';
import { type FeatureParams, makeFeatures, writeFeatures } from './features.ts';
import type { StageKind } from './stage.ts';

export const stage: StageKind<FeatureParams> = {
  kind: 'features.trace',
  version: stageKinds['features.trace'].version,
  cost: stageKinds['features.trace'].cost,
  async run(params, context) {
    const { features, table, settle } = await makeFeatures(params, context, 'spans', traceFeatures);
    const { links } = features;
    writeFeatures(context, 'trace', table, features, settle, { links });
  },
};
