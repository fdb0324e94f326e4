/** `experiment NAME { … }`: which variants are compared, on what, how often. */
import { baselines } from '../baselines/index.ts';
import { publishedTables } from '../published/index.ts';
import type { BlockSpec } from '../types.ts';
import { corrupt } from './corrupt.ts';
import { foldings } from './splits.ts';
import { sweepModes } from './sweeps.ts';

export const experiment: BlockSpec = {
  name: 'experiment',
  doc: 'Which variants are compared, on which data, with which seeds.',
  settings: [
    { name: 'data', type: { kind: 'reference', to: 'dataset' }, doc: 'The dataset block.' },
    {
      name: 'train',
      type: { kind: 'reference', to: 'train' },
      default: 'standard',
      doc: 'The train block. `standard` is built in: every setting at its default.',
    },
    {
      name: 'profile',
      type: {
        kind: 'choice',
        of: [
          { name: 'sound', doc: 'Fitted on training cases only; the open points of the paper read soundly.' },
          { name: 'paper', doc: "The paper's letter." },
          {
            name: 'reference',
            doc: "What the authors' public code does where it departs from the paper, test cases in the statistics included.",
          },
        ],
      },
      default: 'sound',
      doc: 'A bundle of defaults. A setting that is written out wins over it.',
    },
    {
      name: 'seeds',
      type: { kind: 'integers', min: 0 },
      default: [1, 2, 3, 4, 5],
      profile: { reference: [1] },
      doc: 'One run per seed: it draws the split or the folds, the initial weights, batches and dropout.',
    },
    {
      name: 'folds',
      type: {
        kind: 'call',
        of: foldings,
      },
      optional: true,
      doc: "Cross-validation instead of the dataset's split.",
    },
    {
      name: 'fit',
      type: {
        kind: 'choice',
        of: [
          { name: 'train', doc: 'On the training cases.' },
          { name: 'all', doc: 'On all cases, those of the test included.' },
        ],
      },
      profile: { sound: 'train', paper: 'all', reference: 'all' },
      doc: 'On what Drain, means and standard deviations are fitted.',
    },
    {
      name: 'engine',
      type: {
        kind: 'choice',
        of: [
          { name: 'onnx', doc: 'ONNX Runtime.' },
          { name: 'tfjs', doc: 'TensorFlow.js.' },
        ],
      },
      default: 'onnx',
      doc: 'What executes the training.',
    },
    {
      name: 'device',
      type: {
        kind: 'choice',
        of: [
          { name: 'auto', doc: 'CUDA, then WebGPU on a real adapter, then CPU.' },
          { name: 'gpu', doc: 'CUDA or WebGPU; an error without either.' },
          { name: 'cpu', doc: 'The CPU.' },
        ],
      },
      default: 'auto',
      doc: 'Where it executes.',
    },
    {
      name: 'threads',
      type: { kind: 'number', integer: true, min: 1, max: 256 },
      default: 1,
      doc: 'Threads of one training job. Jobs run beside each other, so 1 is usually fastest.',
    },
    {
      name: 'detector',
      type: {
        kind: 'choice',
        of: [
          { name: 'float32', doc: 'Answers are those of the model but for rounding.' },
          {
            name: 'int8',
            doc: 'Products count in whole numbers of 8 bits: quicker, and answers are only near. Above the table stands how near.',
          },
        ],
      },
      default: 'float32',
      doc: 'The detector whose times per failure, from raw records, are beside the scores. Scores are always those of the model as trained.',
    },
    {
      name: 'baselines',
      type: { kind: 'list', of: { kind: 'choice', of: baselines } },
      default: ['majority'],
      doc: 'Methods to compare with: names of methods or of baseline blocks. `majority` is always there. Any beyond it brings the other sanity rows along: `majority`, `stratified_random`, `logreg`, `random_forest`.',
    },
    {
      name: 'paper',
      type: { kind: 'choice', of: publishedTables.map(({ name, doc }) => ({ name, doc })) },
      optional: true,
      doc: 'Published numbers, beside the measured ones in every table. The dataset says with `paper` which published set it is.',
    },
    {
      name: 'against',
      type: { kind: 'reference', to: 'row' },
      optional: true,
      doc: 'The row that every other row is compared with: its name, in quotes that of a point of a sweep. Without it, the row with the best weighted F1.',
    },
    { name: 'note', type: { kind: 'text' }, optional: true, doc: 'Said under every table.' },
  ],
  blocks: [corrupt],
  forms: [
    {
      key: 'variant',
      form: 'variant NAME = MODEL [only MODALITIES] [without MODALITIES|mao] [with PATH = VALUE, …] [corrupt …]',
      doc: 'A row of the table: a model, or a patch on one.',
    },
    {
      key: 'sweep',
      form: 'sweep ROWS each|cross|random(POINTS)|halving(POINTS)|tpe(POINTS) { PATH = VALUES … }',
      doc: `More rows: a variant, or a row of \`baselines\`, or several of them (\`sweep full no_mao each { … }\`), with other values. ${sweepModes.map(({ name, doc }) => `\`${name}\`: ${doc.charAt(0).toLowerCase()}${doc.slice(1)}`).join(' ')}`,
    },
    {
      key: 'expect',
      form: 'expect [ROW] SCORE VALUE ± TOLERANCE',
      doc: "What a score should be: `expect full f1 0.826 ± 0.02`. The mean of the row over its seeds is compared; without a row the first variant's. `f1`, `precision` and `recall` are weighted averages, `f1_macro` … plain ones; `accuracy` is the share of right answers. Every table says which were met, and `medx run` ends with code 4 if one was not. For `±` a keyboard has `+-`.",
    },
    {
      key: 'corrupt',
      form: 'corrupt log|metric|trace drop|noise|delay AMOUNT [at train|test|both], corrupt mask instance SHARE [at …]',
      doc: 'Poor telemetry: `corrupt log drop 30%`, `corrupt trace drop all at both`. On a line of its own it holds for all variants; behind the model of a `variant` (or below it, further in) for that one, where it wins. The same as a setting: `corrupt.log.drop = 30%`, `corrupt.both.trace.drop = all`, also with `with`, `sweep` and `--set`. Without `at` the test cases are corrupted: what if the data in production is poor?',
    },
  ],
};
