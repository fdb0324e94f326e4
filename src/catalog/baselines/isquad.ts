/** iSQUAD, of Table 3. */
import type { BaselineSpec } from './types.ts';

export const isquad: BaselineSpec = {
  name: 'isquad',
  doc: 'iSQUAD (VLDB 2020): every metric’s course as none, spike or shift, up or down; a case is answered by the cluster that matches it best.',
  provenance: 'adapted',
  reads: ['metric'],
  needs: 'all',
  inputs: { records: ['samples'] },
  random: false,
  settings: [
    {
      name: 'clusters',
      type: {
        kind: 'choice',
        of: [
          { name: 'topic', doc: 'Cases alone are merged with the most similar one, as in the paper.' },
          {
            name: 'none',
            doc: 'Every training case stands alone: the nearest one answers, as the public code does.',
          },
        ],
      },
      default: 'topic',
      doc: 'What a case is compared with.',
    },
    {
      name: 'compare',
      type: {
        kind: 'choice',
        of: [
          { name: 'each', doc: 'The pattern of a KPI at an instance with that at the same instance.' },
          { name: 'any', doc: 'How many instances have which pattern of a KPI, wherever they are.' },
        ],
      },
      default: 'any',
      doc: 'What an equal pattern is.',
    },
    {
      name: 'similarity',
      type: { kind: 'number', min: 0, max: 1 },
      default: 0.67,
      doc: 'Similarity above which cases are merged.',
    },
    {
      name: 'significance',
      type: { kind: 'number', above: 0, below: 1 },
      default: 0.05,
      doc: 'Level of the t-test that finds a shift.',
    },
    {
      name: 'spike',
      type: { kind: 'fraction', above: 0, max: 1 },
      default: 0.5,
      doc: 'Share of the later windows that have to stand out for a spike.',
    },
    {
      name: 'before',
      type: { kind: 'number', integer: true, min: 1 },
      optional: true,
      doc: 'Windows at the start of a case that the others are compared with; without it as many as lie before the failures of the training cases.',
    },
  ],
};
