/** MED60xx: what makes a comparison worth less than it looks. Said with the tables; nothing stops. */
import { defineCodes } from '../diagnostic.ts';
import { listWords } from '../nearest.ts';
import { code } from '../words.ts';

export const statisticsCodes = defineCodes({
  MED6001: {
    severity: 'warning',
    say: (p: {
      cases: number;
      reference: string;
      rows: readonly { readonly row: string; readonly needed: number }[];
      more: number;
    }) => {
      const rows = p.rows.map(({ row, needed }) => `\`${row}\` (about ${needed.toLocaleString('en')})`);
      const all = p.more > 0 ? `${rows.join(', ')} and ${p.more} more rows` : listWords(rows, 'or');
      return {
        message: `${p.cases} test cases are too few to tell \`${p.reference}\` from ${all}: in brackets, how many would show the difference in accuracy four times out of five`,
      };
    },
  },
  MED6003: {
    severity: 'warning',
    say: (p: { cases: number; of: number }) => ({
      message: `${p.cases} of ${p.of} test cases overlap in time with cases that were learnt from: they share telemetry`,
    }),
  },
  MED6004: {
    severity: 'warning',
    say: (p: { cases: number; of: number; one: string; other: string }) => ({
      message: `${p.cases} of ${p.of} test cases have the same features as one that was learnt from: ${p.one} and ${p.other}`,
    }),
  },
  MED6005: {
    severity: 'warning',
    say: (p: { modality: string; features: number; first: string }) => ({
      message: `${p.modality}: ${p.features === 1 ? 'one feature tells' : `each of ${p.features} features tells`} the type of every case alone (${p.first}): is it made from the label?`,
    }),
  },
  MED6002: {
    severity: 'warning',
    /** `row`: the one that others are compared with, if the file names it. */
    say: (p: { rows: readonly string[]; best: boolean; row?: string }) => {
      const sane = listWords(code(p.rows), 'and');
      if (p.best) return { message: `no row is better than ${sane}, a row that every method has to beat` };
      const fails =
        p.row === undefined ? 'the best row cannot be told from' : `\`${p.row}\` is not shown to beat`;
      return { message: `${fails} ${sane}, which every method has to beat` };
    },
  },
});
