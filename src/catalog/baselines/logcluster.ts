/** LogCluster, of Table 3. */
import type { BaselineSpec } from './types.ts';

export const logcluster: BaselineSpec = {
  name: 'logcluster',
  doc: 'LogCluster (ICSE-SEIP 2016): clusters weighted template counts; a case is answered by the majority of the nearest cluster.',
  provenance: 'faithful',
  reads: ['log'],
  needs: 'all',
  inputs: { records: ['templates'] },
  random: false,
  settings: [
    {
      name: 'distance',
      type: { kind: 'number', min: 0, max: 1 },
      default: 0.3,
      doc: 'Cosine distance up to which clusters are joined (complete linkage).',
    },
    {
      name: 'weighting',
      type: {
        kind: 'choice',
        of: [
          { name: 'code', doc: 'Counts times ln(N / df), as in the public code.' },
          {
            name: 'paper',
            doc: 'Occurrence times half the sigmoid of ln(N / df) and half whether the template occurs during failures alone, as in the paper.',
          },
        ],
      },
      default: 'code',
      doc: 'Weight of a template.',
    },
  ],
};
