/**
 * Figure 10 of the paper: F1 for α and β from 0.1 to 0.9. Its text says where the best points are and gives no F1, so a table
 * has marks and no numbers. The figure is an average over the data sets.
 */
import type { PublishedTable } from './types.ts';

const points = {
  'mao.alpha=0.5': { note: 'best α' },
  'mao.beta=0.3': { note: 'best β' },
} as const;

export const figure10: PublishedTable = {
  name: 'figure10',
  doc: 'Figure 10 of the paper: which α and which β were best; it prints no F1.',
  source: 'Tao et al., ASE 2024, figure 10',
  sets: { d1: points, d2: points, d3: points },
};
