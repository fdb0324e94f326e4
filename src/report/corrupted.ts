/** What a table says of rows with corrupted telemetry, so that nobody takes them for rows of sound data. */
import type { ResultRow } from '../run/events.ts';

type Row = Pick<ResultRow, 'name' | 'corrupted'>;

/** `poor_logs (corrupted)`; the points of a sweep over corruptions say it by their names. */
export function labelOf({ name, corrupted }: Row): string {
  return corrupted && !name.includes(' corrupt.') ? `${name} (corrupted)` : name;
}

/**
 * `full, no_mao at test: log drop 30%, 60%, all; trace drop all`: one text per set of variants with the same corruptions,
 * the points of a sweep under the name of their variant.
 */
export function corruptionTexts(rows: readonly Row[]): string[] {
  const byVariant = new Map<string, string[]>();
  for (const { name, corrupted } of rows) {
    if (!corrupted) continue;
    const variant = name.split(' ')[0] ?? name;
    byVariant.set(variant, [...(byVariant.get(variant) ?? []), ...corrupted]);
  }
  const byText = new Map<string, string[]>();
  for (const [variant, texts] of byVariant) {
    const text = gather(texts);
    byText.set(text, [...(byText.get(text) ?? []), variant]);
  }
  return [...byText].map(([text, variants]) => `${variants.join(', ')} ${text}`);
}

/** Texts `at test: log drop 30%` by side, and amounts of the same corruption together. */
function gather(texts: readonly string[]): string {
  const sides = new Map<string, Map<string, string[]>>();
  for (const text of texts) {
    const [side = '', what = ''] = text.split(': ');
    const kinds = sides.get(side) ?? new Map<string, string[]>();
    sides.set(side, kinds);
    const [, kind, amount] = /^(\w+ \w+) (\S+)$/.exec(what) ?? [];
    // Several corruptions at once belong together.
    const [key, value] =
      kind !== undefined && amount !== undefined ? [kind, amount] : [what.replaceAll(', ', ' + '), ''];
    const amounts = kinds.get(key) ?? [];
    kinds.set(key, amounts.includes(value) ? amounts : [...amounts, value]);
  }
  return [...sides]
    .map(([side, kinds]) => {
      const parts = [...kinds].map(([kind, amounts]) => `${kind} ${amounts.join(', ')}`.trim());
      return `${side}: ${parts.join('; ')}`;
    })
    .join('; ');
}
