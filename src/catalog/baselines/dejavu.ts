/** DéjàVu: where a failure is and of which type, by recurrent features and graph attention on metrics. */
import type { BaselineSpec } from './types.ts';

export const dejavu: BaselineSpec = {
  name: 'dejavu',
  doc: 'DéjàVu (Li et al., ESEC/FSE 2022): recurrent features per type, graph attention along calls, a score per instance and type.',
  provenance: 'adapted',
  reads: ['metric', 'trace'],
  needs: ['metric'],
  inputs: { records: ['samples', 'spans'] },
  random: true,
  neural: true,
  settings: [
    {
      name: 'layers',
      type: { kind: 'number', integer: true, min: 1, max: 64 },
      default: 8,
      doc: 'Layers of graph attention.',
    },
    {
      name: 'heads',
      type: { kind: 'number', integer: true, min: 1, max: 64 },
      default: 4,
      doc: 'Heads of a layer.',
    },
    {
      name: 'dim',
      type: { kind: 'number', integer: true, min: 1, max: 1024 },
      default: 3,
      doc: 'Width of the features of an instance, of the recurrent state and of one head.',
    },
    {
      name: 'hidden',
      type: { kind: 'number', integer: true, min: 1, max: 4096 },
      default: 128,
      doc: 'Width of the layer before the score.',
    },
    {
      name: 'before',
      type: { kind: 'number', integer: true, min: 1 },
      optional: true,
      doc: 'Windows at the start of a case that the others are compared with; without it as many as lie before the failures of the training cases.',
    },
    {
      name: 'units',
      type: {
        kind: 'choice',
        of: [
          {
            name: 'known',
            doc: 'Learns where each failure is, if the training cases name instances that have metrics; else as `pooled`.',
          },
          {
            name: 'pooled',
            doc: 'Learns types alone: the largest score over the instances is that of the type.',
          },
        ],
      },
      default: 'known',
      doc: 'What a score is learnt against.',
    },
    {
      name: 'balance',
      type: {
        kind: 'choice',
        of: [
          { name: 'repeat', doc: 'Cases of rare types are repeated.' },
          { name: 'none', doc: 'Every case counts once.' },
        ],
      },
      default: 'repeat',
      doc: 'How unequal types are levelled.',
    },
    { name: 'lr', type: { kind: 'number', above: 0 }, default: 0.01, doc: 'Learning rate of Adam.' },
    {
      name: 'weight_decay',
      type: { kind: 'number', min: 0 },
      default: 0.01,
      doc: 'L2 penalty, added to the gradients.',
    },
    {
      name: 'clip',
      type: { kind: 'number', above: 0 },
      default: 1,
      doc: 'Largest norm of all gradients together.',
    },
    {
      name: 'batch',
      type: { kind: 'number', integer: true, min: 1 },
      default: 16,
      doc: 'Cases per step.',
    },
    {
      name: 'epochs',
      type: { kind: 'number', integer: true, min: 1 },
      default: 3000,
      doc: 'Most passes over the training cases.',
    },
    {
      name: 'every',
      type: { kind: 'number', integer: true, min: 1 },
      default: 10,
      doc: 'Epochs between looks at the validation cases.',
    },
    {
      name: 'patience',
      type: { kind: 'number', integer: true, min: 1 },
      default: 500,
      doc: 'Epochs without a smaller validation loss after which training ends.',
    },
  ],
};
