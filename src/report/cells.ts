/** Numbers of a table as short texts, the same in the terminal and in Markdown. */
import type { RowStatistics, ScoreSummary, Spread } from '../run/events.ts';

/** `0.826 ± 0.041`, where ± is half the 95% interval over seeds; `0.826` for a single seed. */
export function formatScore(score: ScoreSummary | undefined): string {
  if (!score) return '–';
  const { mean, interval } = score;
  return interval ? `${mean.toFixed(3)} ± ${((interval[1] - interval[0]) / 2).toFixed(3)}` : mean.toFixed(3);
}

/** `best`, `<0.001`, `0.042`; nothing for the row that the file names; a dash without a case in common. */
export function formatP(statistics: RowStatistics | undefined): string {
  if (!statistics) return '–';
  const { comparison, rank, reference, tied } = statistics;
  if (reference) return '';
  if (!comparison) return rank === 1 && tied ? 'best' : '–';
  return formatProbability(comparison.p);
}

export const formatProbability = (p: number) => (p < 0.001 ? '<0.001' : p.toFixed(3));

/** `-0.08 [-0.21, 0.05]` */
export function formatDifference(statistics: RowStatistics | undefined): string {
  const one = statistics?.comparison;
  if (!one) return '';
  return `${signed(one.f1_difference)} ${formatInterval(one.f1_difference_interval)}`;
}

/** `0.833 [0.55, 0.95]` */
export function formatAccuracy(
  score: ScoreSummary | undefined,
  statistics: RowStatistics | undefined,
): string {
  if (!score) return '–';
  if (!statistics) return score.mean.toFixed(3);
  return `${score.mean.toFixed(3)} ${formatInterval(statistics.accuracy_interval)}`;
}

/** `1 =`: the rank, and the mark of the tie group. */
export function formatRank(statistics: RowStatistics | undefined): string {
  if (!statistics) return '';
  return statistics.tied ? `${statistics.rank} =` : String(statistics.rank);
}

const signed = (value: number) => plain(value).padStart(5, ' ');
const plain = (value: number) => value.toFixed(2).replace(/^-(0\.00)$/, '$1');
const formatInterval = ([low, high]: readonly [number, number]) => `[${plain(low)}, ${plain(high)}]`;

/** Two digits and a unit: `1.4 s`, `0.31 ms`, `12 µs`. */
export function formatSeconds(seconds: number | undefined): string {
  if (seconds === undefined) return '–';
  const [value, unit] =
    seconds >= 1 ? [seconds, 's'] : seconds >= 1e-3 ? [seconds * 1e3, 'ms'] : [seconds * 1e6, 'µs'];
  return `${value >= 9.95 ? value.toFixed(0) : value.toFixed(1)} ${unit}`;
}

/** `4.1–12 ms`: median and 95th percentile. */
export function formatSpread(spread: Spread | undefined): string {
  const [low, high] = [formatSeconds(spread?.median), formatSeconds(spread?.p95)];
  const [number = '', unit] = low.split(' ');
  return high.split(' ')[1] === unit && spread ? `${number}–${high}` : spread ? `${low}–${high}` : low;
}
