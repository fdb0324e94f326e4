/** `baseline NAME { … }`: a method to compare with, with settings of its own. Which these are is up to the method. */
import { baselines } from '../baselines/index.ts';
import type { BlockSpec } from '../types.ts';

export const baseline: BlockSpec = {
  name: 'baseline',
  doc: 'A row of `baselines` with other settings than the defaults: `baseline random_forest { trees = 500 }`. Under a name of its own it says its method: `baseline big { method = random_forest   trees = 500 }`, and both can be in one table.',
  settings: [
    {
      name: 'method',
      type: { kind: 'choice', of: baselines },
      optional: true,
      doc: 'The method. Not needed where the block has the name of a method.',
    },
  ],
  blocks: [],
  forms: [],
};
