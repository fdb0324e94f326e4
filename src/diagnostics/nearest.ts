/** Finds the word a user most likely meant. */

/** Optimal string alignment distance: insertions, deletions, substitutions and swaps of neighbours each cost 1. */
export function editDistance(a: string, b: string): number {
  let beforePrevious: number[] = [];
  let previous = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const current = [i];
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1];
      let best = Math.min(previous[j]! + 1, current[j - 1]! + 1, previous[j - 1]! + (same ? 0 : 1));
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1])
        best = Math.min(best, beforePrevious[j - 2]! + 1);
      current.push(best);
    }
    beforePrevious = previous;
    previous = current;
  }
  return previous[b.length]!;
}

/**
 * The candidate nearest to `word`, or undefined where none is near enough to be offered: at most a third of the
 * word's letters may differ (at least one). A candidate that begins with the word counts as near.
 */
export function nearestName(word: string, candidates: readonly string[]): string | undefined {
  const folded = fold(word);
  const allowed = Math.max(1, Math.floor(folded.length / 3));
  let best: { name: string; distance: number } | undefined;
  for (const name of candidates) {
    const other = fold(name);
    const prefix = folded.length >= 3 && other.startsWith(folded);
    const distance = prefix ? Math.min(1, editDistance(folded, other)) : editDistance(folded, other);
    if (distance <= allowed && (!best || distance < best.distance)) best = { name, distance };
  }
  return best?.name;
}

/** Case and the choice between `-` and `_` are not what tells names apart; nor is -ize from -ise. */
function fold(word: string): string {
  return word
    .toLowerCase()
    .replaceAll('-', '_')
    .replace(/iz(e[rd]?)$/, 'is$1');
}

/** `a`, `a or b`, `a, b or c`. */
export function listWords(words: readonly string[], last = 'or'): string {
  if (words.length <= 1) return words[0] ?? '';
  return `${words.slice(0, -1).join(', ')} ${last} ${words.at(-1)}`;
}
