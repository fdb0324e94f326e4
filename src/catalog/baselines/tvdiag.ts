import { modalities } from '../modalities.ts';
import type { BaselineSpec } from './types.ts';

export const tvdiag: BaselineSpec = {
  name: 'tvdiag',
  doc: 'TVDiag (TOSEM 2025): alerts per modality, fastText, GraphSAGE over the instances, contrastive losses between the modalities.',
  provenance: 'adapted',
  reads: modalities,
  needs: 'any',
  inputs: { records: ['alerts'], events: ['events'] },
  random: true,
  neural: true,
  settings: [
    {
      name: 'dim',
      type: { kind: 'number', integer: true, min: 1, max: 10_000 },
      default: 128,
      doc: 'Length of the vector of an alert.',
    },
    {
      name: 'samples',
      type: { kind: 'number', integer: true, min: 0, max: 1_000_000 },
      default: 200,
      doc: 'Sentences of alerts per label after augmentation.',
    },
    {
      name: 'contrast',
      type: { kind: 'number', min: 0, max: 100 },
      default: 0.1,
      doc: 'Weight σ of the contrastive losses.',
    },
    {
      name: 'temperature',
      type: { kind: 'number', min: 0.05, max: 100 },
      default: 0.3,
      doc: 'Temperature τ of the contrastive losses.',
    },
    {
      name: 'inactive',
      type: { kind: 'fraction', min: 0, max: 1 },
      default: 0.2,
      doc: 'Share of the instances, the root cause apart, that a second copy of every training case is without.',
    },
    {
      name: 'batch',
      type: { kind: 'number', integer: true, min: 2, max: 4096 },
      default: 128,
      doc: 'Cases and copies per step, among which the contrastive losses compare.',
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
      type: { kind: 'number', integer: true, min: 1, max: 100_000 },
      default: 500,
      doc: 'Epochs at most.',
    },
    {
      name: 'patience',
      type: { kind: 'number', integer: true, min: 1, max: 100_000 },
      default: 10,
      doc: 'Epochs without a smaller training loss after which training ends.',
    },
  ],
};
