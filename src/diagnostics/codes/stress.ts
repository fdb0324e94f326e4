/** MED36xx: corrupted telemetry. The mistakes of `corrupt …` in a file are in `spec-models.ts`. */
import { defineCodes } from '../diagnostic.ts';

export const stressCodes = defineCodes({
  MED3601: {
    severity: 'error',
    say: (p: { modality: string; before: number }) => ({
      message: `corrupting the ${p.modality} records of the training cases leaves none to learn from`,
      notes: [`Of ${p.before} records all are lost.`],
      fix: 'Corrupt fewer of them at training, or at test only.',
    }),
  },
  MED3602: {
    severity: 'error',
    say: (p: { cases: readonly string[] }) => ({
      message: `the model answers ${p.cases.length} corrupted cases with numbers that are not finite`,
      notes: [`The first is ${p.cases[0]}.`],
      fix: 'Corrupt with less noise.',
    }),
  },
});
