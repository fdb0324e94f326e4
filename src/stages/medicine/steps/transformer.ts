/**
 * `transformer(layers, heads, feed_forward)`: sinusoidal positions where the modality has them, dropout on their sum,
 * then post-norm encoder layers (Vaswani et al. 2017). sequence → sequence.
 */
import { dropout } from '../../../tensor/build.ts';
import { addPosition } from '../../../tensor/layers/position.ts';
import { transformerLayer } from '../../../tensor/layers/transformer.ts';
import { countArg, refuseStep, type StepDef } from './step.ts';

export const transformer: StepDef = {
  op: 'transformer',
  takes: 'sequence',
  build: (context, { node }, args) => {
    const { g, modality, dim, name, position } = context;
    const count = (setting: string) => countArg(context, 'transformer', args, setting);
    const heads = count('heads');
    if (dim % heads !== 0) {
      refuseStep(modality, 'transformer', `has ${heads} heads, which do not divide dim = ${dim}`);
    }
    let value = node;
    if (position) value = dropout(g, addPosition(g, value), context.dropout, `${name}.position`);
    for (let layer = 0; layer < count('layers'); layer += 1) {
      value = transformerLayer(g, value, {
        name: `${name}.layers.${layer}`,
        group: modality,
        heads,
        feedForward: count('feed_forward'),
        dropout: context.dropout,
      });
    }
    return { kind: 'sequence', node: value };
  },
};
