/** Stage `simulate`: writes a simulated data set in the raw format of its settings into `raw/`. */
import type { SimulatorParams } from '../catalog/simulator.ts';
import { stageKinds } from '../catalog/stages.ts';
import { simulateDataset } from '../data/simulator/simulate.ts';
import type { StageKind } from './stage.ts';

export const stage: StageKind<SimulatorParams> = {
  kind: 'simulate',
  version: stageKinds.simulate.version,
  cost: 'light',
  async run(params, context) {
    const onCase = (done: number): void => {
      if (done % 8 === 0 || done === params.cases) context.progress({ step: done, steps: params.cases });
    };
    const summary = await simulateDataset(params, context.out.path('raw'), { onCase });
    context.out.json('summary', summary);
  },
};
