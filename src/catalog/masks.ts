/** Names of Drain's masks. Their patterns are in `src/data/drain`. */
import type { ChoiceWord } from './types.ts';

export const masks: readonly ChoiceWord[] = [
  { name: 'IP', doc: 'IPv4 addresses.' },
  { name: 'MID', doc: 'Machine names such as J12-U08.' },
  { name: 'DTIME', doc: 'Times such as 2005-06-03-15.42.50.363779.' },
  { name: 'HEX', doc: 'Numbers that begin with 0x.' },
  { name: 'LIST', doc: "Lists such as ['A1', 'B2']." },
];
