/** `pool(mean | max)`: one vector from all windows, layer-normed. sequence → vector. */
import { reduceMax } from '../../../tensor/build.ts';
import { norm } from '../../../tensor/layers/norm.ts';
import { meanOf } from './repeats.ts';
import { refuseStep, type StepDef } from './step.ts';

export const pool: StepDef = {
  op: 'pool',
  takes: 'sequence',
  build: ({ g, modality, name, repeats }, { node }, args) => {
    const how = args.how;
    if (how !== 'mean' && how !== 'max') {
      return refuseStep(modality, 'pool', `pools by \`mean\` or \`max\`, not ${JSON.stringify(how)}`);
    }
    const pooled = how === 'mean' ? meanOf(g, node, repeats) : reduceMax(g, node, [0]);
    return { kind: 'vector', node: norm(g, pooled, { name: `${name}.norm`, group: modality }) };
  },
};
