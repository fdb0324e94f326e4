/** MEPFL, of Table 3. */
import type { BaselineSpec } from './types.ts';

export const mepfl: BaselineSpec = {
  name: 'mepfl',
  doc: 'MEPFL (ESEC/FSE 2019): a random forest on single traces; a case is answered by the mean over its traces.',
  provenance: 'adapted',
  reads: ['trace'],
  needs: 'all',
  inputs: { records: ['spans'] },
  random: true,
  settings: [
    {
      name: 'trees',
      type: { kind: 'number', integer: true, min: 1, max: 10_000 },
      default: 100,
      doc: 'Number of trees.',
    },
    {
      name: 'traces',
      type: { kind: 'number', integer: true, min: 2, max: 100_000 },
      default: 200,
      doc: 'Most traces of a case: half of them the failed and the slowest, the others drawn.',
    },
  ],
};
