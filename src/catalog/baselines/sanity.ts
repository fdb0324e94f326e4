/** Rows that no method may fall behind: the class frequencies alone, and two everyday classifiers on summary features. */
import { modalities } from '../modalities.ts';
import type { BaselineSpec } from './types.ts';

const summaries = {
  reads: modalities,
  needs: 'any',
  inputs: { records: ['templates', 'windows.metric', 'windows.trace'], events: ['windows.events'] },
} as const;

const none = { reads: [], needs: 'any', inputs: { records: [], events: [] } } as const;

export const sanityRows: readonly BaselineSpec[] = [
  {
    name: 'majority',
    doc: 'Always answers the most frequent class of the training cases.',
    provenance: 'sanity',
    ...none,
    random: false,
    settings: [],
  },
  {
    name: 'stratified_random',
    doc: 'Draws every answer by the class frequencies of the training cases, from the seed of the run.',
    provenance: 'sanity',
    ...none,
    random: true,
    settings: [],
  },
  {
    name: 'logreg',
    doc: 'Multinomial logistic regression on standardised summary features of the case.',
    provenance: 'sanity',
    ...summaries,
    random: false,
    settings: [
      {
        name: 'c',
        type: { kind: 'number', above: 0, max: 1e6 },
        default: 1,
        doc: 'Inverse strength of the L2 penalty on the weights, as in scikit-learn.',
      },
    ],
  },
  {
    name: 'random_forest',
    doc: 'Random forest (Gini, √d features per split, bootstrap) on the same summary features.',
    provenance: 'sanity',
    ...summaries,
    random: true,
    settings: [
      {
        name: 'trees',
        type: { kind: 'number', integer: true, min: 1, max: 10_000 },
        default: 100,
        doc: 'Number of trees.',
      },
      {
        name: 'class_weight',
        type: {
          kind: 'choice',
          of: [
            { name: 'none', doc: 'Every case counts the same.' },
            { name: 'balanced', doc: 'Every class counts the same.' },
          ],
        },
        default: 'none',
        doc: 'Weight of a case in the trees.',
      },
    ],
  },
];
