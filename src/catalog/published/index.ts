/** Published tables, and the data sets that they are of. */
import type { ChoiceWord } from '../types.ts';
import { authors } from './authors.ts';
import { figure9 } from './figure9.ts';
import { figure10 } from './figure10.ts';
import { table3 } from './table3.ts';
import { table4 } from './table4.ts';
import type { PublishedTable } from './types.ts';

export type { PublishedNumbers, PublishedTable } from './types.ts';

export const publishedTables: readonly PublishedTable[] = [table3, table4, figure9, figure10, authors];

export const publishedSets: readonly ChoiceWord[] = [
  { name: 'd1', doc: 'D1 of the paper: AIOps Challenge 2022, 174 failures.' },
  { name: 'd2', doc: 'D2 of the paper: GAIA MicroSS, 1,099 failures.' },
  { name: 'd3', doc: 'D3 of the paper: MicroServo, 119 failures.' },
  { name: 'tvdiag_gaia', doc: "TVDiag's events of GAIA: 160 training and 939 test cases." },
  { name: 'tvdiag_sockshop', doc: "TVDiag's events of SockShop: 248 training and 241 test cases." },
  { name: 'tvdiag_hotel', doc: "TVDiag's events of HotelReservation." },
];
