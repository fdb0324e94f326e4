/** MED5xxx: the tensor engine and its executors. */
import { defineCodes } from '../diagnostic.ts';

export const engineCodes = defineCodes({
  MED5001: {
    severity: 'error',
    say: (p: { op: string; found: string; expected: string }) => ({
      message: `\`${p.op}\` cannot take ${p.found}`,
      notes: [`Expected ${p.expected}.`],
      fix: 'Check the dimensions of the encoders and of the fusion: they must agree.',
    }),
  },
  MED5002: {
    severity: 'error',
    say: (p: { device: string; reason: string }) => ({
      message: `the device \`${p.device}\` cannot be used`,
      notes: [p.reason],
      fix: 'Choose `device = cpu`, or `auto` to take the best device found here.',
    }),
  },
  MED5003: {
    severity: 'error',
    say: (p: { step: number; loss: number }) => ({
      message: `the training loss is ${p.loss} at step ${p.step}`,
      notes: ['Training cannot go on from a loss that is not a finite number.'],
      fix: 'Lower `lr`, or check the features for extreme values.',
    }),
  },
  MED5004: {
    severity: 'error',
    say: (p: { what: string; name: string; expected: string; found: string }) => ({
      message: `${p.what} \`${p.name}\` does not fit the compiled graph`,
      notes: [`Expected ${p.expected}, found ${p.found}.`],
    }),
  },
  MED5005: {
    severity: 'error',
    say: (p: { reason: string }) => ({
      message: 'the checkpoint does not belong to this model',
      notes: [p.reason],
      fix: 'Remove the work folder of this stage and train again.',
    }),
  },
});
