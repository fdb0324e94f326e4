/** Steps from KPI series to one vector per instance and window (METHOD 2, paper 4.2). */
import type { StepSpec } from '../types.ts';

export const metricSteps: readonly StepSpec[] = [
  {
    name: 'difference',
    doc: 'First difference of each series (equation 7).',
    place: 'features',
    signatures: [{ takes: 'series[instance, kpi]', gives: 'series[instance, kpi]' }],
    args: [],
  },
  {
    name: 'squeeze_excite',
    doc: 'Weighs the instances with a learned gate and sums over them (squeeze and excitation).',
    place: 'model',
    signatures: [{ takes: 'channels[instance, window, kpi]', gives: 'sequence[window, dim]' }],
    args: [
      {
        name: 'by',
        type: { kind: 'choice', of: [{ name: 'instance', doc: 'One weight per instance.' }] },
        default: 'instance',
        doc: 'What is weighed.',
      },
    ],
  },
];
