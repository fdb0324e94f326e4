/** `model NAME { … }`: encoders, fusion, balance. */
import type { BlockSpec } from '../types.ts';

export const mao: BlockSpec = {
  name: 'mao',
  doc: 'Multimodal adaptive optimisation (METHOD 4, paper 4.5): holds back the modality that learns fastest, helps the slowest.',
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
        ],
      },
      profile: { sound: 'sound', paper: 'literal' },
      doc: 'How the open points of equations 10 to 15 are read.',
    },
    {
      name: 'aux',
      type: { kind: 'number', min: 0 },
      default: 0,
      doc: "Weight of the unimodal heads' gradient in the encoders; 0 stops it.",
    },
  ],
  blocks: [],
  forms: [],
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
            doc: "The paper's: a gate per modality, averaged with the encodings (METHOD 3).",
          },
          { name: 'reference', doc: "As the authors' code: the gate never multiplies." },
          { name: 'concat', doc: 'Concatenation, then a dense map: the plain baseline.' },
          { name: 'gated', doc: 'A learned gate per modality; the gated encodings are summed.' },
          { name: 'sum', doc: 'The sum of the encodings.' },
        ],
      },
      default: 'channel_attention',
      doc: 'How the encodings become one.',
    },
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
