/** Stage `corrupt.metric`: the samples of some cases, corrupted → `samples.parquet`, `axes`, `corruption`. */
import { stageKinds } from '../catalog/stages.ts';
import { corruptSamples } from '../data/corruption/samples.ts';
import type { MetricAxes } from '../data/features/metric.ts';
import { amountsOf, type CorruptParams, corruptRecords } from './corrupt.ts';
import type { StageKind } from './stage.ts';
import { requireInput } from './telemetry.ts';

export const stage: StageKind<CorruptParams> = {
  kind: 'corrupt.metric',
  version: stageKinds['corrupt.metric'].version,
  cost: stageKinds['corrupt.metric'].cost,
  async run(params, context) {
    const samples = requireInput(context, 'samples');
    const axes = samples.json<MetricAxes>('axes');
    const [from, path] = [samples.path('samples.parquet'), context.out.path('samples.parquet')];
    await corruptRecords(params, context, 'metric', from, path, (db, cases) =>
      corruptSamples(db, from, amountsOf(params), axes, cases, path),
    );
    context.out.json('axes', axes);
  },
};
