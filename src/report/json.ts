/** Tables as `medx compare --json` prints them: `schemas/compare.schema.json`. */
import type { ResultRow } from '../run/events.ts';
import type { RankedMethods } from './statistics/ranks.ts';
import type { Table } from './table.ts';

export interface ComparedJson {
  readonly format: 1;
  /** What is said of each table as a whole. */
  readonly tables: readonly (Omit<Table, 'title' | 'facts' | 'rows'> & {
    readonly experiment: string;
    readonly facts: readonly { readonly name: string; readonly text: string }[];
  })[];
  readonly rows: readonly ({ readonly run: string } & ResultRow)[];
  readonly ranks?: RankedMethods;
}

export const jsonOf = (tables: readonly Table[], ranks: RankedMethods | undefined): ComparedJson => ({
  format: 1,
  tables: tables.map(({ title, facts, rows: _, ...said }) => ({
    experiment: title,
    facts: facts.map(([name, text]) => ({ name, text })),
    ...said,
  })),
  rows: tables.flatMap(rowsOf),
  ...(ranks ? { ranks } : {}),
});

function rowsOf({ rows, facts }: Table): ComparedJson['rows'] {
  return rows.map(({ run = 'run', result }) => ({
    run: facts.find(([key]) => key === run)?.[1] ?? '',
    ...result,
  }));
}
