/** Mistakes that only show when a model is built or trained: MED52xx. */
import { type CodeEntry, defineCodes } from '../diagnostic.ts';

export const trainingCodes = defineCodes({
  MED5201: {
    severity: 'error',
    say: ({ what, epoch, step, lr }) => ({
      message: `${what} is no longer a finite number (epoch ${epoch}${step === null ? '' : `, step ${step}`}): the training diverged`,
      notes: [`The learning rate is ${lr}. No table was made of this model.`],
      fix: 'lower the learning rate, or look for extreme values in the features',
    }),
  } satisfies CodeEntry<{ what: string; epoch: number; step: number | null; lr: number }>,
  MED5202: {
    severity: 'error',
    say: ({ found, cases }) => ({
      message: `the ${cases} training cases are all of one class, \`${found}\``,
      notes: ['expected at least two failure types to tell apart'],
      fix: 'choose a dataset or a split whose training part has two classes or more',
    }),
  } satisfies CodeEntry<{ found: string; cases: number }>,
  MED5203: {
    severity: 'error',
    say: ({ part, needed }) => ({
      message: `the ${part} part of the split has no cases`,
      notes: [`expected: ${needed}`],
      fix: 'give that part a larger share in `split`, or use fewer folds',
    }),
  } satisfies CodeEntry<{ part: string; needed: string }>,
  MED5205: {
    severity: 'error',
    say: ({ modality, expected, found }) => ({
      message: `the ${modality} features have shape [${found}]`,
      notes: [`expected ${expected}`],
      fix: `check the \`encode ${modality}\` pipeline`,
    }),
  } satisfies CodeEntry<{ modality: string; expected: string; found: string }>,
  MED5206: {
    severity: 'error',
    say: ({ modality, step, takes, given }) => ({
      message: `\`encode ${modality}\`: \`${step}\` takes ${takes}, but is given ${given}`,
      fix: 'reorder the pipeline so that every step gets what it takes',
    }),
  } satisfies CodeEntry<{ modality: string; step: string; takes: string; given: string }>,
  MED5207: {
    severity: 'error',
    say: ({ modality, given }) => ({
      message: `\`encode ${modality}\` ends in ${given}, not in a vector`,
      fix: 'end the pipeline with `pool(mean)` or `linear`',
    }),
  } satisfies CodeEntry<{ modality: string; given: string }>,
  MED5208: {
    severity: 'error',
    say: ({ modality, step, problem }) => ({
      message: `\`encode ${modality}\`: \`${step}\` ${problem}`,
      fix: 'change the setting named here',
    }),
  } satisfies CodeEntry<{ modality: string; step: string; problem: string }>,
  MED5209: {
    severity: 'error',
    say: () => ({
      message: 'the model encodes no modality',
      notes: ['expected at least one of `encode log`, `encode metric`, `encode trace`'],
      fix: 'keep one modality in the variant',
    }),
  } satisfies CodeEntry<Record<never, never>>,
});
