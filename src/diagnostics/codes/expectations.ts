/** MED601x: what an experiment says of its rows: what their scores should be, which one the others are compared with. */
import { defineCodes } from '../diagnostic.ts';
import { listWords } from '../nearest.ts';
import { code, known, meant } from '../words.ts';

export const expectationCodes = defineCodes({
  MED6010: {
    severity: 'error',
    say: (p: { row: string; rows: readonly string[]; nearest?: string }) => ({
      message: `the experiment has no row \`${p.row}\``,
      ...meant(p.nearest),
      notes: known('Its rows are', code(p.rows)),
      fix: 'Name a variant, a baseline, or in quotes a point of a sweep.',
    }),
  },
  MED6011: {
    severity: 'error',
    say: (p: { found: string; known: readonly string[]; nearest?: string }) => ({
      message: `\`${p.found}\` is no score`,
      ...meant(p.nearest),
      notes: [`Scores are ${listWords(code(p.known), 'and')}; \`f1\` is the weighted one.`],
    }),
  },
  MED6012: {
    severity: 'error',
    say: (p: { row: string; score: string }) => ({
      message: `two values are expected for \`${p.score}\` of \`${p.row}\``,
      label: 'second value',
    }),
  },
  MED6013: {
    severity: 'error',
    say: (p: { row: string; experiment: string }) => ({
      message: `experiment \`${p.experiment}\` expects a score of \`${p.row}\`, which its data cannot feed`,
      fix: 'Take the line `expect …` out, or give it data of the kind that the method reads.',
    }),
  },
  MED6014: {
    severity: 'error',
    say: (p: { row: string; experiment: string }) => ({
      message: `experiment \`${p.experiment}\` compares its rows with \`${p.row}\`, which its data cannot feed`,
      fix: 'Name another row with `against`, or give it data of the kind that the method reads.',
    }),
  },
});
