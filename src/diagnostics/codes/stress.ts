/** MED36xx: corrupted telemetry. The mistakes of `corrupt …` in a file are in `spec-models.ts`. */
import { defineCodes } from '../diagnostic.ts';

export const stressCodes = defineCodes({
  MED3601: {
    severity: 'error',
    say: (p: { modality: string; problem: string }) => ({
      message: `the ${p.modality} records cannot be corrupted: ${p.problem}`,
      fix: 'Run again: the stage that reads them is made anew.',
    }),
  },
});
