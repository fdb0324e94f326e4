/** CloudRCA, of Table 3. */
import type { BaselineSpec } from './types.ts';

export const cloudrca: BaselineSpec = {
  name: 'cloudrca',
  doc: 'CloudRCA (CIKM 2021): abnormal KPIs and log patterns in a Bayesian network below the types, found by the PC algorithm.',
  provenance: 'reconstruction',
  reads: ['metric', 'log'],
  needs: 'any',
  inputs: { records: ['windows.metric', 'templates'] },
  random: false,
  settings: [
    {
      name: 'variables',
      type: { kind: 'number', integer: true, min: 1, max: 1000 },
      default: 60,
      doc: 'Most variables that are kept, by their tf-idf.',
    },
    {
      name: 'support',
      type: { kind: 'number', integer: true, min: 1, max: 10_000 },
      default: 2,
      doc: 'Training cases in which a variable must be abnormal.',
    },
    {
      name: 'alpha',
      type: { kind: 'number', above: 0, max: 1 },
      default: 0.05,
      doc: 'Level of the G² tests: an edge stays where p is at most this.',
    },
    {
      name: 'conditioning',
      type: { kind: 'number', integer: true, min: 0, max: 4 },
      default: 2,
      doc: 'Most variables that a test conditions on.',
    },
    {
      name: 'parents',
      type: { kind: 'number', integer: true, min: 0, max: 4 },
      default: 2,
      doc: 'Most parents of a variable besides the type.',
    },
  ],
};
