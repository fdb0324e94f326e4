/** How cases are divided: the splits of a dataset and the folds of an experiment. */
import type { CallSpec, SettingSpec } from '../types.ts';

const share = (name: string, value: number, of: string): SettingSpec => ({
  name,
  type: { kind: 'fraction', above: 0, below: 1 },
  default: value,
  doc: `Share of the cases ${of}.`,
});

const overlap: SettingSpec = {
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
  profile: { sound: 'together', paper: 'apart', reference: 'apart' },
  doc: 'What happens to cases whose intervals overlap.',
};

const splitSeed: SettingSpec = {
  name: 'seed',
  type: { kind: 'number', integer: true, min: 0 },
  optional: true,
  doc: "Fixes the split for all runs. Without it the run's seed draws the split.",
};

const by: SettingSpec = {
  name: 'by',
  type: {
    kind: 'choice',
    of: [
      { name: 'service', doc: 'The service that failed.' },
      { name: 'instance', doc: 'The instance that failed.' },
      { name: 'day', doc: 'The day of the failure, UTC.' },
    ],
  },
  default: 'service',
  doc: 'What no two sides share.',
};

const shares = [
  share('train', 0.64, 'to learn from'),
  share('valid', 0.16, 'to choose the epoch by'),
  share('test', 0.2, 'to score on'),
];

const grouped =
  'Cases of one service, instance or day are never divided: what is asked is whether a model knows a failure where it has not met it. Overlapping cases stay together too, so groups that overlap are one.';

const temporal =
  'Trained on the past, tested on the future. Of cases that overlap across a border the earlier ones are left out, and counted. Seeds share the split.';

/** Of a dataset. */
export const splits: readonly CallSpec[] = [
  {
    name: 'stratified',
    doc: 'Every class is divided in the same proportions.',
    args: [...shares, splitSeed, overlap],
  },
  {
    name: 'random',
    doc: "Classes are not looked at, as in the authors' code: a rare one may be missing from a part.",
    args: [...shares, splitSeed, overlap],
  },
  { name: 'grouped', doc: grouped, args: [by, ...shares, splitSeed] },
  { name: 'temporal', doc: temporal, args: shares },
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
];

const count: SettingSpec = {
  name: 'folds',
  type: { kind: 'number', integer: true, min: 2, max: 100 },
  doc: 'Number of folds.',
};

const foldsValid: SettingSpec = {
  name: 'valid',
  type: { kind: 'fraction', above: 0, below: 1 },
  default: 0.2,
  doc: 'Share of the training cases of a fold that choose the epoch.',
};

const repeats: SettingSpec = {
  name: 'repeats',
  type: { kind: 'number', integer: true, min: 1, max: 100 },
  optional: true,
  doc: 'Foldings per seed, each drawn anew and scored for itself. Default: one.',
};

/** Cross-validation of an experiment. */
export const foldings: readonly CallSpec[] = [
  {
    name: 'stratified',
    doc: 'Cross-validation: every case is tested once per seed. The seed draws the folds.',
    args: [count, foldsValid, overlap, repeats],
  },
  { name: 'grouped', doc: grouped, args: [count, by, foldsValid, repeats] },
  {
    name: 'temporal',
    doc: `${temporal} The cases are cut into one block more than there are folds: each block but the first is tested by what was learnt from all before it.`,
    args: [count, foldsValid],
  },
];
