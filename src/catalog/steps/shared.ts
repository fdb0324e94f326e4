/** Steps that more than one modality uses. */
import type { StepSpec } from '../types.ts';

export const sharedSteps: readonly StepSpec[] = [
  {
    name: 'standardize',
    doc: 'Subtracts the mean and divides by the standard deviation, per series (equation 6) or per group of spans (equation 8).',
    place: 'features',
    signatures: [
      { takes: 'series[instance, kpi]', gives: 'series[instance, kpi]' },
      { takes: 'spans[group]', gives: 'spans[group]' },
    ],
    args: [
      {
        name: 'form',
        type: {
          kind: 'choice',
          of: [
            { name: 'z', doc: 'The ordinary z-score.' },
            { name: 'printed', doc: 'Equation 6 as printed: √n · z.' },
          ],
        },
        default: 'z',
        doc: 'Which reading of the equation.',
      },
      {
        name: 'per',
        type: {
          kind: 'choice',
          of: [
            { name: 'series', doc: 'One mean and deviation per series.' },
            {
              name: 'day',
              doc: "One per series and day, as the authors' code: what differs between days is lost.",
            },
          ],
        },
        default: 'series',
        profile: { reference: 'day' },
        added: true,
        only: ['metric'],
        doc: 'Over what means and deviations are taken, in metric pipelines. Every day needs a case that is fitted on.',
      },
    ],
  },
  {
    name: 'log1p',
    doc: 'Sign(x) · ln(1 + |x|) of each value: durations and rates have long tails, which would rule a mean and a deviation.',
    place: 'features',
    signatures: [
      { takes: 'series[instance, kpi]', gives: 'series[instance, kpi]' },
      { takes: 'spans[group]', gives: 'spans[group]' },
      { takes: 'channels[instance, window, kpi]', gives: 'channels[instance, window, kpi]' },
      { takes: 'sequence[window, group]', gives: 'sequence[window, group]' },
      { takes: 'sequence[window, event]', gives: 'sequence[window, event]' },
    ],
    args: [],
  },
  {
    name: 'window_mean',
    doc: 'Mean of each series or group of spans per window; a window without records counts as 0.',
    place: 'features',
    signatures: [
      { takes: 'series[instance, kpi]', gives: 'channels[instance, window, kpi]' },
      { takes: 'spans[group]', gives: 'sequence[window, group]' },
    ],
    args: [],
  },
  {
    name: 'weigh',
    doc: 'Weighs templates or groups of spans per case by how much their counts fluctuate (equations 1 to 3).',
    place: 'features',
    signatures: [
      { takes: 'templates[case]', gives: 'templates[case, weight]' },
      { takes: 'sequence[window, group]', gives: 'sequence[window, group]' },
    ],
    args: [
      {
        name: 'by',
        type: {
          kind: 'choice',
          of: [{ name: 'fluctuation', doc: 'Changes of the logarithm of the counts.' }],
        },
        default: 'fluctuation',
        doc: 'What the weight measures.',
      },
      {
        name: 'log',
        type: {
          kind: 'choice',
          of: [
            { name: 'log2', doc: 'As the paper.' },
            { name: 'ln', doc: "As the authors' code." },
          ],
        },
        default: 'log2',
        profile: { reference: 'ln' },
        doc: 'Logarithm of equation 1.',
      },
      {
        name: 'epsilon',
        type: { kind: 'number', above: 0 },
        default: 1e-5,
        doc: 'Added to every count before the logarithm.',
      },
      {
        name: 'first',
        type: {
          kind: 'choice',
          of: [
            { name: 'zero', doc: 'The first window changes by 0, as in equation 1.' },
            { name: 'drop', doc: "The first window is left out, as in the authors' code." },
          ],
        },
        default: 'zero',
        profile: { reference: 'drop' },
        doc: 'What the first window counts as.',
      },
      {
        name: 'over',
        type: {
          kind: 'choice',
          of: [
            { name: 'case', doc: 'The windows of the case: each case has weights of its own.' },
            {
              name: 'day',
              doc: "The windows of all cases of the day that `fit` allows, one after the other, as the authors' code: with `fit = all` features of a case depend on test cases.",
            },
          ],
        },
        default: 'case',
        profile: { reference: 'day' },
        added: true,
        only: ['trace'],
        doc: 'Along what counts fluctuate, in trace pipelines. Every day needs a case that is fitted on.',
      },
    ],
  },
  {
    name: 'transformer',
    doc: 'Sinusoidal positions and transformer layers over the windows. Maps to `dim` first where the width differs.',
    place: 'model',
    signatures: [{ takes: 'sequence[window, *]', gives: 'sequence[window, dim]' }],
    args: [
      {
        name: 'layers',
        type: { kind: 'number', integer: true, min: 1, max: 12 },
        default: 1,
        doc: 'Number of layers.',
      },
      {
        name: 'heads',
        type: { kind: 'number', integer: true, min: 1, max: 64 },
        default: 8,
        doc: 'Attention heads; they divide `dim`.',
      },
      {
        name: 'feed_forward',
        type: { kind: 'number', integer: true, min: 1 },
        default: 256,
        doc: 'Width of the feed-forward part.',
      },
      {
        name: 'over',
        type: {
          kind: 'choice',
          of: [
            { name: 'windows', doc: 'The windows of a case attend to each other.' },
            {
              name: 'batch',
              doc: "The cases of a batch attend to each other, as in the authors' code: an answer depends on the cases that are asked beside it, and a case that is asked alone may get another one.",
            },
          ],
        },
        default: 'windows',
        profile: { reference: 'batch' },
        added: true,
        only: ['trace'],
        doc: 'What attends to what, in trace pipelines.',
      },
    ],
  },
  {
    name: 'pool',
    doc: 'One vector from all windows. Maps to `dim` first where the width differs.',
    place: 'model',
    signatures: [{ takes: 'sequence[window, *]', gives: 'vector[dim]' }],
    args: [
      {
        name: 'how',
        type: {
          kind: 'choice',
          of: [
            { name: 'mean', doc: 'The mean over the windows.' },
            { name: 'max', doc: 'The largest value of each component.' },
          ],
        },
        default: 'mean',
        doc: 'How windows are put together.',
      },
    ],
  },
  {
    name: 'linear',
    doc: 'One vector from all windows: a learned weight per window, then a dense map. Maps to `dim` first where the width differs.',
    place: 'model',
    signatures: [{ takes: 'sequence[window, *]', gives: 'vector[dim]' }],
    args: [],
  },
];
