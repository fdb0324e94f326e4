/**
 * `corrupt { … }` of an experiment, and the words of `corrupt log drop 30% at train`: what can be wrong with telemetry.
 * What each does to the records is in `src/data/corruption`.
 */
import type { BlockSpec, SettingSpec } from '../types.ts';

/** The sides of the split. Training and validation cases are one side: both are seen before the model is finished. */
export const sides = ['train', 'test'] as const;
export type Side = (typeof sides)[number];

export const defaultSide: Side = 'test';

const drop = (what: string): SettingSpec => ({
  name: 'drop',
  type: { kind: 'fraction', min: 0, max: 1, all: true },
  optional: true,
  doc: `Every ${what} is lost with this probability, on its own. More loses the same ones and others. With \`all\` the modality is absent.`,
});

const delay = (what: string): SettingSpec => ({
  name: 'delay',
  type: { kind: 'duration', min: 0 },
  optional: true,
  doc: `Every ${what} arrives this much later than its time says: at the end of the case those of the last stretch are missing.`,
});

const noise = (doc: string): SettingSpec => ({
  name: 'noise',
  type: { kind: 'number', min: 0, max: 100 },
  optional: true,
  doc,
});

const subject = (name: string, doc: string, settings: readonly SettingSpec[]): BlockSpec => ({
  name,
  doc,
  settings,
  blocks: [],
  forms: [],
});

export const subjects: readonly BlockSpec[] = [
  subject('log', 'Log lines.', [drop('line'), delay('line')]),
  subject('metric', 'Metric samples: a value of one KPI of one instance at one time.', [
    drop('sample'),
    noise(
      'Gaussian noise is added to every value: so many standard deviations of its series (instance and KPI) in the cases that means and deviations are fitted on, uncorrupted.',
    ),
    delay('sample'),
  ]),
  subject('trace', 'Spans.', [
    drop('span'),
    noise(
      'Every duration is multiplied by a log-normal factor exp(s · σ · z): s is this number, σ the standard deviation of the logarithms of the durations of its link (caller and callee) in the cases that means and deviations are fitted on, uncorrupted, z Gaussian. Durations stay positive.',
    ),
    delay('span'),
  ]),
  subject('mask', 'Whole instances, in all modalities at once.', [
    {
      name: 'instance',
      type: { kind: 'fraction', min: 0, max: 1, all: true },
      optional: true,
      doc: 'In each case every instance is silent with this probability: no lines, no samples, no spans, and what it calls has an unknown caller. Instances are those of the metric features (services, where the pods of a service are averaged).',
    },
  ]),
];

const side = (name: string, doc: string): BlockSpec => ({
  name,
  doc,
  settings: [],
  blocks: subjects,
  forms: [],
  repeats: true,
});

export const corrupt: BlockSpec = {
  name: 'corrupt',
  doc: `What is wrong with the telemetry of the test cases, for every variant; a variant may say otherwise. Records are corrupted
before anything is fitted or counted. Corruptions combine, and their order makes no difference: what happens to a record
depends on the seed of the run, the case and the record alone, so all variants lose the same records. A model of which only
the test cases are corrupted is trained once, on clean data, and shared by all levels; 0 is clean.

What a model sees of records that are missing is what it sees of a quiet system: a window without samples, spans or lines has
features 0, which for a standardised series is its mean, and the coverage of the case says how many windows have records. It
has no other sign that a modality is absent.`,
  settings: [],
  blocks: [
    ...subjects,
    side(
      'train',
      'The same for training and validation cases: the model is trained on corrupted telemetry. As words: `at train`.',
    ),
    side(
      'test',
      'The same for test cases, which is also what is meant where no side is given: `corrupt.test.log.drop` is `corrupt.log.drop`. As words: `at test`.',
    ),
    side('both', 'The same for all cases. As words: `at both`.'),
  ],
  forms: [],
};
