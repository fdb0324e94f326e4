/** Mistakes in the settings of log parsing and text embedding. MED35xx. */
import { defineCodes } from '../diagnostic.ts';

export const logCodes = defineCodes({
  MED3501: {
    severity: 'error',
    say: (p: { name: string }) => ({
      message: `mask name \`${p.name}\` is not made of letters and digits`,
      notes: [`A match is written \`<:NAME:>\` in the templates; other characters would split or hide it.`],
      fix: 'Use a name such as `IP` or `UUID`.',
    }),
  },
  MED3502: {
    severity: 'error',
    say: (p: { name: string; pattern: string; reason: string }) => ({
      message: `mask \`${p.name}\` is not a regular expression: ${p.reason}`,
      notes: [
        `Found the pattern \`${p.pattern}\`. Patterns are JavaScript regular expressions without flags.`,
      ],
    }),
  },
  MED3503: {
    severity: 'error',
    say: (p: { setting: string; found: string; expected: string }) => ({
      message: `\`drain\` cannot use ${p.setting} = ${p.found}`,
      notes: [`Expected ${p.expected}.`],
    }),
  },
});
