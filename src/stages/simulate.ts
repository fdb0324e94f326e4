/** Stage `simulate`: writes a simulated data set in D3's raw format into `raw/`. */
import type { SimulatorParams } from '../catalog/simulator.ts';
import { stageKinds } from '../catalog/stages.ts';
import { simulateDataset } from '../data/simulator/simulate.ts';
import type { StageKind } from './stage.ts';

export const stage: StageKind<SimulatorParams> = {
  kind: 'simulate',
  version: stageKinds.simulate.version,
  cost: 'light',
  async run(params, context) {
    const summary = await simulateDataset(params, context.out.path('raw'), (done) => {
      if (done % 8 === 0 || done === params.cases) context.progress({ step: done, steps: params.cases });
    });
    context.out.json('summary', summary);
  },
};
