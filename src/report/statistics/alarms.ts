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
  const best = rows.find(isBest);
  if (!best) return [];
  return [...unbeaten(rows, best), ...tooFew(rows, best)];
}

export const isBest = ({ result: { statistics } }: NamedRow): boolean =>
  statistics?.rank === 1 && statistics.comparison === undefined;

function unbeaten(rows: readonly NamedRow[], best: NamedRow): string[] {
  const sane = rows.filter(
    ({ result }) => result.provenance === 'sanity' && result.statistics?.tied === true,
  );
  const others = rows.some(({ result }) => result.provenance !== 'sanity' && result.statistics);
  if (sane.length === 0 || !others) return [];
  const won = best.result.provenance === 'sanity';
  const names = won ? [best.label] : sane.map(({ label }) => label);
  return [report(statisticsCodes, 'MED6002', { rows: names, best: won }).message];
}

/** Rows of the tie group whose difference in accuracy more cases would show, those that lack the fewest first. */
function tooFew(rows: readonly NamedRow[], best: NamedRow): string[] {
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
  const params = { cases: first.cases, best: best.label, rows: tied.slice(0, shown) };
  return [report(statisticsCodes, 'MED6001', { ...params, more: Math.max(0, tied.length - shown) }).message];
}
