/** Names of Drain's masks. Their patterns are in `src/data/drain/masks.ts`. */
import type { ChoiceWord } from './types.ts';

/** What a mask may be called: other characters would split `<:NAME:>`, or hide it. */
export const maskName = /^[A-Za-z0-9]+$/;

/** As the Medicine authors configured Drain, in their order: the default. */
export const medicineMaskNames = ['IP', 'MID', 'DTIME', 'HEX', 'LIST'] as const;

export const masks: readonly ChoiceWord[] = [
  { name: 'IP', doc: 'IPv4 addresses.' },
  { name: 'MID', doc: 'Machine names such as J12-U08.' },
  { name: 'DTIME', doc: 'Times such as 2005-06-03-15.42.50.363779.' },
  { name: 'HEX', doc: 'Numbers that begin with 0x.' },
  { name: 'LIST', doc: "Lists such as ['A1', 'B2']." },
  { name: 'UUID', doc: 'Identifiers such as 6e8bc430-9c3a-11d9-9669-0800200c9a66.' },
  { name: 'ID', doc: 'Identifiers of 16 to 64 hexadecimal digits, such as trace and span identifiers.' },
  { name: 'DATE', doc: 'Dates such as 2023-01-29.' },
  { name: 'CLOCK', doc: 'Times of day such as 16:42:22.382.' },
  { name: 'NUM', doc: 'Numbers that stand alone.' },
];
