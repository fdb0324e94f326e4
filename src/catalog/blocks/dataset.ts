/** `dataset NAME { … }`: where telemetry comes from, how it is cut into cases and windows, how cases are split. */
import { publishedSets } from '../published/index.ts';
import { sources } from '../sources/index.ts';
import type { BlockSpec, SettingSpec } from '../types.ts';

const share = (name: string, value: number, of: string): SettingSpec => ({
  name,
  type: { kind: 'fraction', above: 0, below: 1 },
  default: value,
  doc: `Share of the cases ${of}.`,
});

export const overlap: SettingSpec = {
  name: 'overlap',
  type: {
    kind: 'choice',
    of: [
      { name: 'together', doc: 'Cases whose intervals overlap stay on one side.' },
      {
        name: 'apart',
        doc: 'Each case is drawn on its own: a test case may share telemetry with a training case.',
      },
    ],
  },
  profile: { sound: 'together', paper: 'apart' },
  doc: 'What happens to cases whose intervals overlap.',
};

const splitSeed: SettingSpec = {
  name: 'seed',
  type: { kind: 'number', integer: true, min: 0 },
  optional: true,
  doc: "Fixes the split for all runs. Without it the run's seed draws the split.",
};

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
        of: [
          {
            name: 'stratified',
            doc: 'Every class is divided in the same proportions.',
            args: [
              share('train', 0.64, 'to learn from'),
              share('valid', 0.16, 'to choose the epoch by'),
              share('test', 0.2, 'to score on'),
              splitSeed,
              overlap,
            ],
          },
          {
            name: 'published',
            doc: 'As the set itself marks its training and test cases; an error where it marks none. Validation cases are drawn from the training cases, stratified, unless the set marks some.',
            args: [
              {
                name: 'valid',
                type: { kind: 'fraction', min: 0, below: 1 },
                default: 0.2,
                doc: 'Share of the marked training cases to choose the epoch by.',
              },
              splitSeed,
              overlap,
            ],
          },
        ],
      },
      default: { call: 'stratified', args: {} },
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
