/** DiagFusion (Zhang et al., IEEE TSC 2023). */
import { modalities } from '../modalities.ts';
import type { BaselineSpec } from './types.ts';

export const diagfusion: BaselineSpec = {
  name: 'diagfusion',
  doc: 'Events of all modalities as a sentence per instance, fastText vectors, two graph convolutions over the instances.',
  provenance: 'faithful',
  reads: modalities,
  needs: 'any',
  inputs: { records: ['events'], events: ['events'] },
  random: true,
  neural: true,
  settings: [
    {
      name: 'label',
      type: {
        kind: 'choice',
        of: [
          { name: 'instance_type', doc: 'The instance, and the type at the root cause.' },
          { name: 'type', doc: 'The type of the case.' },
        ],
      },
      default: 'instance_type',
      doc: 'What the vectors of words are taught to tell of a sentence.',
    },
    {
      name: 'dim',
      type: { kind: 'number', integer: true, min: 1, max: 10_000 },
      default: 100,
      doc: 'Length of the vector of a word.',
    },
    {
      name: 'embed_epochs',
      type: { kind: 'number', integer: true, min: 1, max: 10_000 },
      default: 5,
      doc: 'Times that the vectors of words are trained on every sentence.',
    },
    {
      name: 'samples',
      type: { kind: 'number', integer: true, min: 0, max: 1_000_000 },
      default: 1000,
      doc: 'Sentences per label after augmentation.',
    },
    { name: 'lr', type: { kind: 'number', above: 0, max: 1 }, default: 1e-3, doc: 'Learning rate of Adam.' },
    {
      name: 'weight_decay',
      type: { kind: 'number', min: 0, max: 1 },
      default: 1e-4,
      doc: 'L2 penalty of Adam.',
    },
    {
      name: 'epochs',
      type: { kind: 'number', integer: true, min: 1, max: 1_000_000 },
      default: 6000,
      doc: 'Most epochs; training stops earlier once the loss stands still.',
    },
  ],
};
