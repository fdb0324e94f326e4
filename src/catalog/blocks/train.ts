/** `train NAME { … }`: how a model is fitted. The defaults are the paper's for data set D3 (METHOD 2). */
import type { BlockSpec, SettingSpec } from '../types.ts';

const rate = (value: number): SettingSpec => ({
  name: 'lr',
  type: { kind: 'number', above: 0, max: 1 },
  default: value,
  doc: 'Learning rate.',
});

const decay: SettingSpec = {
  name: 'weight_decay',
  type: { kind: 'number', min: 0, max: 1 },
  default: 1e-4,
  doc: 'Weight decay.',
};

const momentum = (name: string, value: number, doc: string): SettingSpec => ({
  name,
  type: { kind: 'number', min: 0, below: 1 },
  default: value,
  doc,
});

export const train: BlockSpec = {
  name: 'train',
  doc: 'How a model is fitted.',
  settings: [
    {
      name: 'optimiser',
      type: {
        kind: 'call',
        of: [
          {
            name: 'adamw',
            doc: 'Adam with decoupled weight decay.',
            args: [
              rate(1e-4),
              decay,
              momentum('beta1', 0.9, 'Decay of the mean of gradients.'),
              momentum('beta2', 0.999, 'Decay of the mean of squared gradients.'),
              {
                name: 'eps',
                type: { kind: 'number', above: 0, max: 1 },
                default: 1e-8,
                doc: 'Added to the root of the squared gradients.',
              },
            ],
          },
          {
            name: 'sgd',
            doc: 'Gradient descent with momentum.',
            args: [rate(1e-3), momentum('momentum', 0.9, 'Share of the last update.'), decay],
          },
        ],
      },
      default: { call: 'adamw', args: {} },
      doc: 'What turns gradients into updates.',
    },
    {
      name: 'epochs',
      type: { kind: 'number', integer: true, min: 1, max: 10_000 },
      default: 50,
      doc: 'Passes over the training cases.',
    },
    {
      name: 'batch',
      type: { kind: 'number', integer: true, min: 1, max: 4096 },
      default: 32,
      doc: 'Cases per step.',
    },
    {
      name: 'dropout',
      type: { kind: 'fraction', min: 0, below: 1 },
      default: 0.1,
      doc: 'Share of activations dropped in training.',
    },
    {
      name: 'select',
      type: {
        kind: 'choice',
        of: [
          { name: 'best_valid', doc: 'The epoch with the least loss on the validation cases.' },
          { name: 'last', doc: 'The last epoch.' },
        ],
      },
      default: 'best_valid',
      profile: { reference: 'last' },
      doc: 'Which epoch is kept.',
    },
    {
      name: 'patience',
      type: { kind: 'number', integer: true, min: 0, max: 10_000 },
      default: 0,
      doc: 'Training ends after this many epochs without a better validation loss; 0 trains all epochs.',
    },
    {
      name: 'class_weight',
      type: {
        kind: 'choice',
        of: [
          { name: 'none', doc: 'Every case counts the same.' },
          { name: 'balanced', doc: 'Every class counts the same.' },
        ],
      },
      default: 'none',
      doc: 'Weight of a case in the loss.',
    },
    {
      name: 'class_balance',
      type: {
        kind: 'choice',
        of: [
          { name: 'none', doc: 'The training cases as they are.' },
          {
            name: 'recombine',
            doc: "Training cases are added until every class has as many as the largest: each takes its modalities from two cases of its class, as in the authors' code.",
          },
        ],
      },
      default: 'none',
      profile: { reference: 'recombine' },
      added: true,
      doc: 'How rare classes are made as frequent as others in training. Validation and test cases stay as they are.',
    },
  ],
  blocks: [],
  forms: [],
};
