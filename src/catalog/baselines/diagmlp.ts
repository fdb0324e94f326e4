import { modalities } from '../modalities.ts';
import type { BaselineSpec } from './types.ts';

export const diagmlp: BaselineSpec = {
  name: 'diagmlp',
  doc: 'DiagMLP (ICWS 2025): the vectors of all instances and modalities concatenated, one hidden layer, no graph.',
  provenance: 'reconstruction',
  reads: modalities,
  needs: 'any',
  inputs: { records: ['templates', 'windows.metric', 'windows.trace'], events: ['windows.events'] },
  random: true,
  neural: true,
  settings: [
    {
      name: 'hidden',
      type: { kind: 'number', integer: true, min: 1, max: 4096 },
      default: 64,
      doc: 'Width of the hidden layer.',
    },
    {
      name: 'lr',
      type: { kind: 'number', above: 0, max: 1 },
      default: 1e-3,
      doc: 'Learning rate of Adam.',
    },
    {
      name: 'epochs',
      type: { kind: 'number', integer: true, min: 1, max: 10_000 },
      default: 500,
      doc: 'Epochs at most.',
    },
    {
      name: 'patience',
      type: { kind: 'number', integer: true, min: 1, max: 10_000 },
      default: 10,
      doc: 'Epochs without a smaller training loss after which training ends.',
    },
  ],
};
