/** Stage `features.metric`: the fixed steps of the metric pipeline → `x` `[case, instance, window, kpi]` and `axes`. */
import { stageKinds } from '../catalog/stages.ts';
import { metricFeatures } from '../data/features/metric.ts';
import { type FeatureParams, makeFeatures, writeFeatures } from './features.ts';
import type { StageKind } from './stage.ts';

export const stage: StageKind<FeatureParams> = {
  kind: 'features.metric',
  version: stageKinds['features.metric'].version,
  cost: stageKinds['features.metric'].cost,
  async run(params, context) {
    const { features, table, settle } = await makeFeatures(params, context, 'samples', metricFeatures);
    const { instances, kpis } = features;
    writeFeatures(context, 'metric', table, features, settle, { instances, kpis });
  },
};
