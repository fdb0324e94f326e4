/** Cloud19, of Table 3. */
import type { BaselineSpec } from './types.ts';

export const cloud19: BaselineSpec = {
  name: 'cloud19',
  doc: 'Cloud19 (IEEE CLOUD 2019): per service a logistic regression on its exception lines; the services that wrote some vote.',
  provenance: 'reconstruction',
  reads: ['log'],
  needs: 'all',
  inputs: { records: ['lines', 'templates'] },
  random: false,
  settings: [
    {
      name: 'c',
      type: { kind: 'number', above: 0, max: 1e6 },
      default: 1,
      doc: 'Inverse strength of the L2 penalty on the weights, as in scikit-learn.',
    },
  ],
};
