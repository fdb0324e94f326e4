/**
 * Figure 9 of the paper: mean time to diagnose one failure. Of its bars section 5.2 gives 3.44 ms and 35.16 ms in words, and
 * "all around 5 ms" for D2 and D3; the others are not readable as numbers and left out.
 */
import type { PublishedTable } from './types.ts';

const around = { detect_seconds: 0.005, note: 'around 5 ms' } as const;

export const figure9: PublishedTable = {
  name: 'figure9',
  doc: 'Figure 9 of the paper: time to diagnose one failure, as far as its text gives numbers.',
  source: 'Tao et al., ASE 2024, figure 9 (on two Xeon E5-2650 v4 and a Tesla M4)',
  sets: {
    d1: { medicine: { detect_seconds: 0.00344 }, cloudrca: { detect_seconds: 0.03516 } },
    d2: { medicine: around, microcbr: around },
    d3: { medicine: around, microcbr: around },
  },
};
