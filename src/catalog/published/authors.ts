/**
 * What authors published of their own methods on sets that medx reads: TVDiag (TOSEM 2025), DiagFusion (the weighted F1 that
 * its published predictions give) and ART (ASE 2024).
 */
import type { PublishedTable } from './types.ts';

const harmonic = 'F1 is the harmonic mean of weighted P and R';

export const authors: PublishedTable = {
  name: 'authors',
  doc: 'What the authors of TVDiag, DiagFusion and ART published of their own methods.',
  source: 'the authors of each method',
  sets: {
    tvdiag_gaia: {
      tvdiag: { f1_weighted: 0.936, note: harmonic },
      diagfusion: { f1_weighted: 0.807, note: 'from its published predictions' },
    },
    tvdiag_sockshop: { tvdiag: { f1_weighted: 0.636, note: harmonic } },
    tvdiag_hotel: { tvdiag: { f1_weighted: 0.822, note: harmonic } },
    d1: { art: { f1_weighted: 0.809, note: 'other cases of the same challenge' } },
  },
};
