/** Tests of two rows on the same cases, the cases that such a test would need, and the correction for many rows. */
import { fairBinomialTail, normalQuantile } from './distributions.ts';

/** Cases on which two rows differ: those for the one, those for the other. */
export interface Discordant {
  readonly wins: number;
  readonly losses: number;
}

/**
 * Exact McNemar test (McNemar, Psychometrika 12, 1947): two-sided sign test of the cases on which the rows differ. Over
 * several seeds a case counts once, for the row that answered it rightly in more of them; with one seed these are the two
 * cells of McNemar's table.
 */
export function mcnemarP({ wins, losses }: Discordant): number {
  return Math.min(1, 2 * fairBinomialTail(Math.min(wins, losses), wins + losses));
}

/**
 * Cases with which McNemar's test at level `alpha` would show such a difference four times out of five, if wins and losses
 * kept their shares of the `cases` (Connor, Biometrics 43, 1987, two-sided). Null where the rows are level.
 */
export function casesNeeded({ wins, losses }: Discordant, cases: number, alpha: number): number | null {
  if (wins === losses) return null;
  const discordant = (wins + losses) / cases;
  const difference = Math.abs(wins - losses) / cases;
  const error = normalQuantile(1 - alpha / 2) * Math.sqrt(discordant);
  const power = normalQuantile(0.8) * Math.sqrt(discordant - difference ** 2);
  return Math.ceil(((error + power) / difference) ** 2);
}

/** Holm's step-down correction (Scandinavian Journal of Statistics 6, 1979), in the order of `ps`. */
export function holm(ps: readonly number[]): number[] {
  const order = ps.map((_, i) => i).sort((a, b) => (ps[a] ?? 1) - (ps[b] ?? 1));
  const adjusted = new Array<number>(ps.length).fill(1);
  let largest = 0;
  order.forEach((i, rank) => {
    largest = Math.max(largest, Math.min(1, (ps.length - rank) * (ps[i] ?? 1)));
    adjusted[i] = largest;
  });
  return adjusted;
}
