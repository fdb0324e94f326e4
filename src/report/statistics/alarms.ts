/** What the numbers of a table say against it: too few cases, sanity rows that nothing beats. */
import { statisticsCodes } from '../../diagnostics/codes/statistics.ts';
import { report } from '../../diagnostics/diagnostic.ts';
import type { ResultRow } from '../../run/events.ts';

/** A row with the name that its table gives it. */
export interface NamedRow {
  readonly label: string;
  readonly result: ResultRow;
}

/** In words, the gravest first. */
export function alarmsOf(rows: readonly NamedRow[]): string[] {
  const reference = referenceOf(rows);
  if (!reference) return [];
  return [...unbeaten(rows, reference), ...tooFew(rows, reference)];
}

/** The row that the others were compared with: that of the file, else the best. */
export const referenceOf = <R extends NamedRow>(rows: readonly R[]): R | undefined =>
  rows.find(({ result }) => result.statistics?.reference) ??
  rows.find(({ result: { statistics } }) => statistics?.rank === 1 && !statistics.comparison);

function unbeaten(rows: readonly NamedRow[], reference: NamedRow): string[] {
  const sane = rows.filter(({ result }) => result.provenance === 'sanity' && result.statistics);
  const others = rows.some(({ result }) => result.provenance !== 'sanity' && result.statistics);
  if (!others) return [];
  const first = sane.find(({ result }) => result.statistics?.rank === 1);
  const rank = reference.result.statistics?.rank ?? 1;
  const level = sane.filter(
    ({ result: { statistics } }) => statistics?.tied || (statistics?.rank ?? rank) < rank,
  );
  const names = (first ? [first] : level).map(({ label }) => label);
  if (names.length === 0) return [];
  const row = reference.result.statistics?.reference ? reference.label : undefined;
  const params = { rows: names, best: first !== undefined, ...(row === undefined ? {} : { row }) };
  return [report(statisticsCodes, 'MED6002', params).message];
}

/** Rows of the tie group whose difference in accuracy more cases would show, those that lack the fewest first. */
function tooFew(rows: readonly NamedRow[], reference: NamedRow): string[] {
  const tied = rows
    .flatMap(({ label, result: { statistics } }) => {
      const one = statistics?.tied ? statistics.comparison : undefined;
      const needed = one?.cases_needed ?? 0;
      return one && needed > one.cases ? [{ row: label, needed, cases: one.cases }] : [];
    })
    .sort((a, b) => a.needed - b.needed);
  const [first] = tied;
  if (!first) return [];
  const shown = tied.length > 4 ? 3 : 4;
  const params = { cases: first.cases, reference: reference.label, rows: tied.slice(0, shown) };
  return [report(statisticsCodes, 'MED6001', { ...params, more: Math.max(0, tied.length - shown) }).message];
}
