/** What a file shows of tables and says of them, where a `report` block chooses. What rows are compared with does not change. Pure. */
import type { ReportChart, ReportColumn } from '../catalog/blocks/report.ts';
import type { RecordedTable } from './recorded.ts';
import type { RankedMethods } from './statistics/ranks.ts';

/** Everything, and no words of its own, by default. */
export interface Shown {
  /** Name of the `report` block; the file says that it was made from it. */
  readonly report?: string;
  readonly title?: string;
  readonly note?: string;
  readonly columns?: readonly ReportColumn[];
  readonly charts?: readonly ReportChart[];
}

/** Tables with these rows, in this order. Ranks, p, alarms and what was expected stay those of all rows, and the table says so. */
export function chooseRows(tables: readonly RecordedTable[], names: readonly string[]): RecordedTable[] {
  const place = new Map(names.map((name, i) => [name, i]));
  const choose = <T>(rows: readonly T[], nameOf: (row: T) => string): T[] =>
    rows
      .filter((row) => place.has(nameOf(row)))
      .sort((a, b) => (place.get(nameOf(a)) ?? 0) - (place.get(nameOf(b)) ?? 0));
  return tables.map(({ table, rows }) => {
    const shown = choose(table.rows, ({ result }) => result.name);
    const [some, all] = [shown.length, table.rows.length];
    const told =
      some < all
        ? [['rows', `${some} of ${all} shown; ranks, p and alarms are those of all ${all}`] as const]
        : [];
    return {
      table: { ...table, facts: [...table.facts, ...told], rows: shown },
      rows: choose(rows, ({ result }) => result.name),
    };
  });
}

/** Mean ranks of the rows with these labels, among all that were ranked. */
export function chooseRanks(ranks: RankedMethods, labels: ReadonlySet<string>): RankedMethods {
  const kept = ranks.methods.flatMap(({ name }, i) => (labels.has(name) ? [i] : []));
  const groups = ranks.groups.flatMap(([first, last]): [number, number][] => {
    const inside = kept.flatMap((at, i) => (at >= first && at <= last ? [i] : []));
    return inside.length > 1 ? [[inside[0] ?? 0, inside.at(-1) ?? 0]] : [];
  });
  return {
    ...ranks,
    methods: ranks.methods.filter(({ name }) => labels.has(name)),
    hidden: ranks.methods.length - kept.length,
    // What hidden rows set apart may be one group now.
    groups: groups.filter(
      ([first, last], i) =>
        !groups.some(([a, b], k) => k !== i && a <= first && b >= last && (k < i || b - a > last - first)),
    ),
  };
}

/** What the mark of a report begins with; a file without it was written by somebody. */
export const markStart = 'medx report: ';

export const reportMark = (report: string) =>
  `${markStart}${report}, made by medx report FILE.med, and made anew without asking`;
