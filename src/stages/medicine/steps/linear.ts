/**
 * `linear`: the compressor of the trace encoder (paper 4.3): Σ_w a_w h_w + c with a learned weight per window, then a
 * dense map d → d. sequence → vector. The weights start as the mean, 1/W: random signs would cancel what windows share.
 */
import * as t from '../../../tensor/build.ts';
import { zeros } from '../../../tensor/initialise.ts';
import { linear as dense } from '../../../tensor/layers/linear.ts';
import { windowsOf } from './repeats.ts';
import type { StepDef } from './step.ts';

export const linear: StepDef = {
  op: 'linear',
  takes: 'sequence',
  build: ({ g, modality, name, repeats }, { node }) => {
    const [rows, batch, width] = node.type.shape as [number, number, number];
    const windows = repeats ? windowsOf(repeats) : rows;
    const mean = { kind: 'constant', value: 1 / windows } as const;
    const weight = t.param(g, `${name}.windows.weight`, [1, windows], mean, modality);
    const bias = t.param(g, `${name}.windows.bias`, [1], zeros, modality);
    const each = repeats ? t.matmul(g, weight, repeats.members) : weight;
    const sum = t.matmul(g, each, t.reshape(g, node, [rows, batch * width]));
    const vector = t.add(g, t.reshape(g, sum, [batch, width]), bias);
    const mapped = dense(g, vector, width, { name: `${name}.dense`, group: modality });
    return { kind: 'vector', node: mapped };
  },
};
