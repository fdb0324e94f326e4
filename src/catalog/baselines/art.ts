import { modalities } from '../modalities.ts';
import type { BaselineSpec } from './types.ts';

export const art: BaselineSpec = {
  name: 'art',
  doc: 'ART (ASE 2024): how far every channel is from what a network of normal data predicts, and a cut tree over these deviations.',
  provenance: 'adapted',
  reads: modalities,
  needs: 'any',
  inputs: { records: ['windows.metric', 'windows.trace', 'spans', 'lines'] },
  random: true,
  neural: true,
  settings: [
    {
      name: 'history',
      type: { kind: 'number', integer: true, min: 1, max: 1000 },
      default: 5,
      doc: 'Windows that the next is predicted from; fewer where cases have fewer before their fault.',
    },
    {
      name: 'deviant',
      type: { kind: 'number', integer: true, min: 1, max: 10_000 },
      default: 3,
      doc: 'Instances with the largest deviations, which speak for the system.',
    },
    {
      name: 'leaves',
      type: { kind: 'number', integer: true, min: 1, max: 10_000 },
      default: 25,
      doc: 'Leaves of the cut tree at most.',
    },
    {
      name: 'batch',
      type: { kind: 'number', integer: true, min: 1, max: 4096 },
      default: 4,
      doc: 'Predictions per step.',
    },
    { name: 'lr', type: { kind: 'number', above: 0, max: 1 }, default: 1e-3, doc: 'Learning rate of Adam.' },
    {
      name: 'epochs',
      type: { kind: 'number', integer: true, min: 1, max: 100_000 },
      default: 200,
      doc: 'Epochs at most; training ends once five brought no loss smaller by 0.001.',
    },
  ],
};
