/** `dataset NAME { … }`: where telemetry comes from, how it is cut into cases and windows, how cases are split. */
import { publishedSets } from '../published/index.ts';
import { sources } from '../sources/index.ts';
import type { BlockSpec } from '../types.ts';
import { splits } from './splits.ts';

export const dataset: BlockSpec = {
  name: 'dataset',
  doc: 'Where telemetry comes from, how it is cut into cases and windows, and how cases are split.',
  settings: [
    {
      name: 'from',
      type: { kind: 'call', of: sources, alternatives: true },
      doc: 'Source of the telemetry. What follows `else` stands in where the data is absent, and every table says so.',
    },
    {
      name: 'window',
      type: { kind: 'duration', min: 1000 },
      default: 60_000,
      doc: 'Length of a window.',
    },
    {
      name: 'case',
      type: { kind: 'around' },
      default: { before: 600_000, after: 600_000 },
      doc: 'Interval around an injection: a whole number of windows.',
    },
    {
      name: 'split',
      type: {
        kind: 'call',
        of: splits,
      },
      default: { call: 'stratified', args: {} },
      profile: { reference: { call: 'random', args: {} } },
      doc: 'How cases are divided. An experiment with `folds` does not use it.',
    },
    {
      name: 'classes',
      type: { kind: 'list', of: { kind: 'text' }, atLeast: 2 },
      optional: true,
      doc: 'Failure types to keep, in this order; others are refused by name. Default: all that occur.',
    },
    {
      name: 'paper',
      type: { kind: 'choice', of: publishedSets },
      optional: true,
      doc: 'The data set of publications that this one is, for the setting `paper` of an experiment.',
    },
  ],
  blocks: [],
  forms: [],
};
