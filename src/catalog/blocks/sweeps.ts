/** How a sweep finds its points: the word behind `sweep ROW`. */
import type { CallSpec, SettingSpec } from '../types.ts';

const points: SettingSpec = {
  name: 'points',
  type: { kind: 'number', integer: true, min: 1, max: 10_000 },
  doc: 'How many.',
};

const seed: SettingSpec = {
  name: 'seed',
  type: { kind: 'number', integer: true, min: 0, max: 2 ** 31 - 1 },
  optional: true,
  doc: 'Draws the points. Without it the names of the experiment and the row do: the same file has the same points everywhere.',
};

export const sweepModes: readonly CallSpec[] = [
  { name: 'each', doc: 'One path at a time.', args: [] },
  { name: 'cross', doc: 'All combinations.', args: [] },
  {
    name: 'random',
    doc: 'So many points, drawn at random. `0.1..0.9` is then any number between, `log(1e-5..1e-2)` one with a uniform logarithm; of a list, or a range with `step`, every value is as likely.',
    args: [points, seed],
  },
  {
    name: 'halving',
    doc: 'Successive halving, one row: so many random points with few epochs, the best 1/`eta` of them with `eta` times as many, until the last train all. The row answers with the point that had the least loss on validation cases, chosen in each job for itself; test cases choose nothing.',
    args: [
      { ...points, type: { kind: 'number', integer: true, min: 2, max: 10_000 } },
      {
        name: 'eta',
        type: { kind: 'number', integer: true, min: 2, max: 100 },
        default: 3,
        doc: 'One in so many goes on.',
      },
      seed,
    ],
  },
  {
    name: 'tpe',
    doc: 'One row, chosen in the same way: every point but the first ones, which are random, is drawn where good points were dense among those tried (tree-structured Parzen estimator).',
    args: [
      points,
      {
        name: 'startup',
        type: { kind: 'number', integer: true, min: 1, max: 10_000 },
        default: 10,
        doc: 'Random points at the start.',
      },
      seed,
    ],
  },
];
