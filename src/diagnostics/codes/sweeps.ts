/** MED143x: sweeps that draw their points. */
import { defineCodes } from '../diagnostic.ts';

export const spaceCodes = defineCodes({
  MED1430: {
    severity: 'error',
    say: (p: { mode: string; name: string }) => ({
      message: `\`${p.mode}\` needs the values of \`${p.name}\` one by one`,
      label: 'any number between',
      fix: 'Write a list, or let `random(20)` draw points.',
    }),
  },
  MED1431: {
    severity: 'error',
    say: (p: { count: number; found: number }) => ({
      message: `${p.count} points are asked for, and there are only ${p.found}`,
      fix: 'Take `cross`, which has every combination, or wider ranges.',
    }),
  },
});
