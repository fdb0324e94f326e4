/** MED10xx: what is written cannot be read. */
import { defineCodes } from '../diagnostic.ts';

export const syntaxCodes = defineCodes({
  MED1001: {
    severity: 'error',
    say: (p: { expected: string; found: string }) => ({
      message: `expected ${p.expected}, found ${p.found}`,
    }),
  },
  MED1002: {
    severity: 'error',
    say: () => ({
      message: 'this text has no closing quote',
      label: 'starts here',
      fix: 'End it with `"` on the same line.',
    }),
  },
  MED1003: {
    severity: 'error',
    say: (p: { text: string }) => ({
      message: `\`${p.text}\` means nothing here`,
      ...(/['`‘’“”]/.test(p.text) ? { fix: 'Text stands in double quotes: `"…"`.' } : {}),
    }),
  },
  MED1004: {
    severity: 'error',
    say: () => ({ message: 'comments start with `#`', label: 'write `#` here' }),
  },
  MED1005: {
    severity: 'error',
    say: (p: { open: string; close: string }) => ({
      message: `\`${p.open}\` is never closed`,
      label: `its \`${p.close}\` is missing`,
    }),
  },
  MED1009: {
    severity: 'error',
    say: (p: { head: string }) => ({
      message: `\`${p.head}\` has no \`{\``,
      label: 'write `{` here',
    }),
  },
  MED1006: {
    severity: 'error',
    say: (p: { close: string; expected?: string }) => ({
      message: p.expected
        ? `expected \`${p.expected}\`, found \`${p.close}\``
        : `\`${p.close}\` closes nothing`,
      fix: p.expected ? `Write \`${p.expected}\` here.` : 'Remove it.',
    }),
  },
  MED1007: {
    severity: 'error',
    say: () => ({
      message: 'a file starts with the version of the language',
      fix: 'Write `med 1` on the first line.',
    }),
  },
  MED1008: {
    severity: 'error',
    say: (p: { found: string }) => ({
      message: `this medx reads language 1, the file asks for ${p.found}`,
      label: 'only `1` is known',
    }),
  },
});
