/** `mao { … }` of a model, and what its schedules stand for: a schedule gives every switch that the block does not write. */
import type { MaoReading } from '../../stages/contracts.ts';
import type { BlockSpec, ChoiceWord, SettingSpec } from '../types.ts';

/** The fusions with a gate per modality, whose weights `heads = gates` goes through. */
export const gatedFusions: readonly string[] = ['channel_attention', 'reference'];

/** METHOD 4 (the default column and `literal`) and 5 (`reference`). */
export const schedules = {
  sound: {
    ratio: 'smoothed',
    theta: 'softmax',
    tie: 0.02,
    scale: 'update',
    roles: 'paper',
    enhance: 'complement',
    enhanced: 'backward',
    apply: 'batches',
    until: 0,
    noise: 0,
    aux_weight: 'constant',
  },
  literal: {
    ratio: 'raw',
    theta: 'softmax',
    tie: 0,
    scale: 'gradient',
    roles: 'paper',
    enhance: 'product',
    enhanced: 'feature',
    apply: 'batches',
    until: 0,
    noise: 0,
    aux_weight: 'constant',
  },
  reference: {
    ratio: 'floored',
    theta: 'sigmoid',
    tie: 0,
    scale: 'gradient',
    roles: 'swapped',
    enhance: 'gain',
    enhanced: 'encoder',
    apply: 'epoch_end',
    until: 80,
    noise: 1,
    aux_weight: 'sigmoid',
  },
} as const satisfies { readonly [schedule: string]: MaoReading };

export type Schedule = keyof typeof schedules;

export function scheduleOf(word: unknown): Schedule {
  return word === 'literal' || word === 'reference' ? word : 'sound';
}

type MaoSetting = SettingSpec & { readonly name: keyof MaoReading };

/** A switch of equations 10 to 15: whatever is not written is as `schedule` says. */
const choice = <K extends keyof MaoReading>(
  name: K,
  doc: string,
  of: readonly (ChoiceWord & { readonly name: MaoReading[K] })[],
): MaoSetting => ({
  name,
  type: { kind: 'choice', of },
  optional: true,
  doc: `${doc} As \`schedule\` says.`,
});

/** The switches, in the order of the equations. */
export const readings: readonly MaoSetting[] = [
  choice('ratio', 'Equation 10: how ρ is made of the drops of a validation and a training loss.', [
    {
      name: 'smoothed',
      doc: 'Losses smoothed over epochs (0.7), drops not below 0, max(ΔV, 0) / (max(ΔT, 0) + 0.001), at most 5.',
    },
    { name: 'raw', doc: 'As printed; only a training loss that stood still is replaced, by 1e-8.' },
    { name: 'floored', doc: "As the authors' code: drops that are not above 0 become 1e-4." },
  ]),
  choice('theta', 'Equation 11: how ρ becomes θ.', [
    { name: 'softmax', doc: 'Shares of all modalities, as printed.' },
    { name: 'sigmoid', doc: "Of each ρ by itself, as the authors' code." },
  ]),
  {
    name: 'tie',
    type: { kind: 'number', min: 0, max: 1 },
    optional: true,
    doc: 'Nothing is modulated where the largest and the smallest θ differ by less; with 0 always something is. As `schedule` says.',
  },
  choice('scale', 'Equation 13: what the factors of encoders multiply.', [
    { name: 'update', doc: 'The update of the parameters, whatever the optimiser.' },
    { name: 'gradient', doc: 'The gradient; Adam cancels a factor that stays.' },
  ]),
  choice('roles', 'Equations 12 and 14: who is held back and who is helped.', [
    { name: 'paper', doc: 'The largest θ is held back, the smallest is helped.' },
    { name: 'swapped', doc: "The smallest is held back, the largest is helped, as in the authors' code." },
  ]),
  choice('enhance', 'Equation 14: the factor f of the modality that is helped.', [
    { name: 'complement', doc: '1 + β(1 − θ).' },
    { name: 'product', doc: 'βθ, as printed.' },
    { name: 'gain', doc: "1 + βθ, as in the authors' code." },
  ]),
  choice('enhanced', 'Equation 15: what f multiplies.', [
    { name: 'backward', doc: 'The gradient that reaches the features; the features stay.' },
    { name: 'feature', doc: 'The features, in training only.' },
    { name: 'encoder', doc: 'What `scale` says of the encoder; the features stay.' },
  ]),
  choice('apply', 'When factors are applied.', [
    { name: 'batches', doc: 'In every batch of the next epoch.' },
    {
      name: 'epoch_end',
      doc: "In one further step of all parameters at the end of the epoch, on its last batch, as in the authors' code (which kept the gradient of the step before; here it is taken anew).",
    },
  ]),
  {
    name: 'until',
    type: { kind: 'number', integer: true, min: 0, max: 10_000 },
    optional: true,
    doc: 'So many epochs after the first are modulated; 0 is all of them. As `schedule` says.',
  },
  {
    name: 'noise',
    type: { kind: 'number', min: 0, max: 10 },
    optional: true,
    doc: "Normal noise on the encoders' gradients, in their standard deviations: in every batch, or in the further step. As `schedule` says.",
  },
  {
    ...choice(
      'aux_weight',
      'What multiplies the loss of a unimodal head, which `aux` lets into the encoder.',
      [
        { name: 'constant', doc: '1.' },
        {
          name: 'sigmoid',
          doc: 'σ of the loss itself in the first epoch and in those that `until` leaves unmodulated, else 1.',
        },
        {
          name: 'detached_sigmoid',
          doc: "The same, and nothing is learnt through that σ, as in the authors' code; profile `reference` has it whatever the schedule.",
        },
      ],
    ),
    profile: { reference: 'detached_sigmoid' },
  },
];

export const mao: BlockSpec = {
  name: 'mao',
  doc: 'Multimodal adaptive optimisation (paper 4.5): holds back the modality that learns fastest, helps the slowest.',
  settings: [
    {
      name: 'alpha',
      type: { kind: 'number', min: 0, max: 1 },
      default: 0.5,
      doc: 'How much the fastest modality is held back.',
    },
    {
      name: 'beta',
      type: { kind: 'number', min: 0, max: 1 },
      default: 0.3,
      doc: 'How much the slowest modality is helped.',
    },
    {
      name: 'schedule',
      type: {
        kind: 'choice',
        of: [
          { name: 'sound', doc: 'Smoothed, clipped differences; factors on updates; f = 1 + β(1 − θ).' },
          { name: 'literal', doc: 'The equations as printed; f = βθ.' },
          {
            name: 'reference',
            doc: "As the authors' code: roles swapped, one further step per epoch, with noise.",
          },
        ],
      },
      profile: { sound: 'sound', paper: 'literal', reference: 'reference' },
      doc: `How the open points of equations 10 to 15 are read: ${Object.entries(schedules)
        .map(
          ([name, reading]) =>
            `\`${name}\` is ${Object.entries(reading)
              .map(([key, value]) => `${key} ${value}`)
              .join(', ')}`,
        )
        .join('; ')}.`,
    },
    {
      name: 'aux',
      type: { kind: 'number', min: 0 },
      default: 0,
      profile: { reference: 1 },
      doc: "Weight of the unimodal heads' gradient in the encoders; 0 stops it.",
    },
    ...readings,
    {
      name: 'heads',
      type: {
        kind: 'choice',
        of: [
          { name: 'own', doc: 'A linear layer per modality.' },
          {
            name: 'gates',
            doc: "As the authors' code: what the modality's gate has before its sigmoid, once more through its weights, not transposed, then the classifier, both with half their biases; `aux` is then the weight of the loss for these weights too.",
          },
        ],
      },
      default: 'own',
      profile: { reference: 'gates' },
      added: true,
      doc: `What gives the unimodal losses of equation 10. \`gates\` needs \`fuse\` to be ${gatedFusions.map((name) => `\`${name}\``).join(' or ')}.`,
    },
  ],
  blocks: [],
  forms: [],
};
