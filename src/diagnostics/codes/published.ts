/** MED151x: published numbers that a file asks for. */
import { defineCodes } from '../diagnostic.ts';
import { listWords } from '../nearest.ts';
import { code } from '../words.ts';

export const publishedCodes = defineCodes({
  MED1510: {
    severity: 'error',
    say: (p: { table: string; data: string; sets: readonly string[] }) => ({
      message: `\`${p.table}\` has numbers of ${listWords(code(p.sets), 'and')}, and dataset \`${p.data}\` does not say which of them it is`,
      fix: `Write \`paper = ${p.sets[0]}\` in dataset \`${p.data}\`, if that is what its failures are; without such numbers leave \`paper\` out here.`,
    }),
  },
  MED1511: {
    severity: 'error',
    say: (p: { table: string; data: string; set: string; sets: readonly string[] }) => ({
      message: `\`${p.table}\` has no numbers of \`${p.set}\`, which dataset \`${p.data}\` says it is`,
      notes: [`It has those of ${listWords(code(p.sets), 'and')}.`],
    }),
  },
  MED1512: {
    severity: 'error',
    say: (p: { table: string; set: string; known: readonly string[] }) => ({
      message: `no row of this experiment is in \`${p.table}\``,
      notes: [
        `On \`${p.set}\` it has ${listWords(code(p.known), 'and')}.`,
        'A method is found by its name; a variant by its modalities, by the fusion of the paper, and by whether it has MAO.',
      ],
    }),
  },
});
