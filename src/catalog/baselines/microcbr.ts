/** MicroCBR (Liu et al., ICCBR 2022). */
import { modalities } from '../modalities.ts';
import type { BaselineSpec } from './types.ts';

export const microcbr: BaselineSpec = {
  name: 'microcbr',
  doc: 'What is out of the ordinary as a fingerprint, compared with those of the training cases, item by weighted item.',
  provenance: 'adapted',
  reads: modalities,
  needs: 'any',
  inputs: { records: ['events'], events: ['events'] },
  random: false,
  settings: [
    {
      name: 'type',
      type: {
        kind: 'choice',
        of: [
          { name: 'top3', doc: 'By the three of its cases that are nearest.' },
          { name: 'merged', doc: 'By the items of all its cases together.' },
        ],
      },
      default: 'top3',
      doc: 'How near a type is.',
    },
  ],
};
