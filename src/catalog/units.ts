/** The units of literals. */

/** Unit → milliseconds. */
export const durationUnits: Readonly<Record<string, number>> = {
  ms: 1,
  s: 1000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
};

/** `90000` → `90s`: the largest unit that gives a whole number. */
export function formatDuration(ms: number): string {
  if (ms === 0) return '0s';
  const units = Object.entries(durationUnits).toReversed();
  const [unit, size] = units.find(([, size]) => ms % size === 0) ?? ['ms', 1];
  return `${ms / size}${unit}`;
}

/** `0.64` → `64%`. */
export function formatFraction(value: number): string {
  return `${Number((value * 100).toPrecision(12))}%`;
}
