/** MED51xx: choosing the device that a run computes on. */
import { defineCodes } from '../diagnostic.ts';

export const deviceCodes = defineCodes({
  MED5101: {
    severity: 'error',
    say: (p: { executor: string; reasons: readonly string[]; mend: string | undefined }) => ({
      message: `\`device = gpu\`: the executor \`${p.executor}\` can use no GPU here`,
      notes: p.reasons,
      fix: p.mend ?? 'Choose `device = auto` or `cpu`.',
    }),
  },
  MED5102: {
    severity: 'error',
    say: (p: { gib: number }) => ({
      message: `a step needs ${p.gib.toFixed(1)} GiB, and TensorFlow.js on WebAssembly can hold 4 GiB`,
      fix: 'Use a smaller `batch`, or `engine = onnx`.',
    }),
  },
});
