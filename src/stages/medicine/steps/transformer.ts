/**
 * `transformer(layers, heads, feed_forward)`: sinusoidal positions where the modality has them, dropout on their sum,
 * then post-norm encoder layers (Vaswani et al. 2017). sequence → sequence. With `over: batch` the cases of a batch are what attends
 * to each other, window by window: the authors' code hands cases over as one sequence (METHOD 5).
 */
import { dropout, transpose } from '../../../tensor/build.ts';
import type { Node } from '../../../tensor/ir.ts';
import { addPosition } from '../../../tensor/layers/position.ts';
import { transformerLayer } from '../../../tensor/layers/transformer.ts';
import type { Step } from '../../contracts.ts';
import { logCounts } from './repeats.ts';
import { countArg, refuseStep, type StepDef } from './step.ts';

/** Whether answers depend on the batch that a case is in. */
export const attendsBatch = (args: Step['args']): boolean => args.over === 'batch';

export const transformer: StepDef = {
  op: 'transformer',
  takes: 'sequence',
  build: (context, { node }, args) => {
    const { g, modality, dim, name, position, repeats } = context;
    const count = (setting: string) => countArg(context, 'transformer', args, setting);
    const heads = count('heads');
    if (dim % heads !== 0) {
      refuseStep(modality, 'transformer', `has ${heads} heads, which do not divide dim = ${dim}`);
    }
    let value = node;
    if (position) value = dropout(g, addPosition(g, value), context.dropout, `${name}.position`);
    // Windows attend to each other unless the batch does.
    const keyBias = repeats && !attendsBatch(args) ? logCounts(g, repeats) : undefined;
    const turn = (x: Node) => (attendsBatch(args) ? transpose(g, x, [1, 0, 2]) : x);
    value = turn(value);
    for (let layer = 0; layer < count('layers'); layer += 1) {
      value = transformerLayer(g, value, {
        name: `${name}.layers.${layer}`,
        group: modality,
        heads,
        feedForward: count('feed_forward'),
        dropout: context.dropout,
        keyBias,
      });
    }
    return { kind: 'sequence', node: turn(value) };
  },
};
