/** `model NAME { … }`: encoders, fusion, balance. */
import type { BlockSpec, SettingSpec } from '../types.ts';
import { mao } from './mao.ts';

/** How the modalities' learning is balanced (METHOD 7). Each is a file in `stages/medicine/balance`. */
const balance: SettingSpec = {
  name: 'balance',
  type: {
    kind: 'call',
    of: [
      { name: 'none', doc: 'Not at all; the same as `without mao`.', args: [] },
      {
        name: 'mao',
        doc: 'As the block `mao` says, whose settings have their defaults where it is not written.',
        args: [],
      },
      {
        name: 'ogm_ge',
        doc: 'OGM-GE (Peng et al., CVPR 2022): per batch, the surer modality is held back, and its gradients get noise.',
        args: [
          {
            name: 'alpha',
            type: { kind: 'number', min: 0, max: 10 },
            default: 0.3,
            doc: 'How much the surer modality is held back.',
          },
          {
            name: 'noise',
            type: { kind: 'number', min: 0, max: 10 },
            default: 1,
            doc: 'Standard deviations of the gradient; 0 leaves the noise out (OGM).',
          },
        ],
      },
      {
        name: 'g_blend',
        doc: 'Gradient blending (Wang et al., CVPR 2020): losses weighed by how well they generalise.',
        args: [
          {
            name: 'every',
            type: { kind: 'number', integer: true, min: 1, max: 10_000 },
            default: 5,
            doc: 'Epochs after which the weights are estimated anew.',
          },
        ],
      },
      {
        name: 'agm',
        doc: 'AGM (Li et al., ICCV 2023): updates scaled by what each modality adds to the answer, as a Shapley value.',
        args: [
          {
            name: 'alpha',
            type: { kind: 'number', min: 0, max: 10 },
            default: 0.1,
            doc: 'How strongly.',
          },
        ],
      },
      {
        name: 'mmpareto',
        doc: 'MMPareto (Wei & Hu, ICML 2024): gradients of the joint and the own loss combined where they conflict.',
        args: [],
      },
    ],
  },
  optional: true,
  doc: 'How their learning is balanced; without it `mao` if the block is written, else `none`.',
};

export const model: BlockSpec = {
  name: 'model',
  doc: 'Encoders of the modalities, their fusion, and how their learning is balanced.',
  settings: [
    {
      name: 'dim',
      type: { kind: 'number', integer: true, min: 4, max: 4096 },
      default: 768,
      doc: 'Width of every encoding.',
    },
    {
      name: 'fuse',
      type: {
        kind: 'choice',
        of: [
          {
            name: 'channel_attention',
            doc: "The paper's: a gate per modality, averaged with the encodings (paper 4.4).",
          },
          { name: 'reference', doc: "As the authors' code: the gate never multiplies." },
          { name: 'concat', doc: 'Concatenation, then a dense map: the plain baseline.' },
          { name: 'gated', doc: 'A learned gate per modality; the gated encodings are summed.' },
          { name: 'sum', doc: 'The sum of the encodings.' },
        ],
      },
      default: 'channel_attention',
      profile: { reference: 'reference' },
      doc: 'How the encodings become one.',
    },
    balance,
  ],
  blocks: [mao],
  forms: [
    {
      key: 'encode',
      form: 'encode log|metric|trace = STEP -> STEP -> …',
      doc: 'Pipeline from raw telemetry of one modality to one vector.',
    },
  ],
};
