/**
 * MicroCBR's weight of an item: the fewer others it comes with, the more it tells.
 *
 * Over N fingerprints, with f the number of those that have the item, max f the largest of these, r the others it occurs with,
 * each as often as it does, and u the distinct ones among them:
 *
 *     rel = 1 + (u + 1) / (r + 1) + (u + 1) / max f,   w = rel / ((f / N) / rel + r + 1),   divided by the largest w.
 */
export function weighItems(fingerprints: readonly (readonly string[])[]): ReadonlyMap<string, number> {
  // A modality of which a fingerprint has nothing says nothing of how rare an item is.
  const sets = fingerprints.map((items) => new Set(items)).filter((items) => items.size > 0);
  const found = new Map<string, { f: number; r: number; others: Set<string> }>();
  for (const items of sets)
    for (const item of items) {
      const own = found.get(item) ?? { f: 0, r: 0, others: new Set<string>() };
      found.set(item, own);
      own.f++;
      own.r += items.size - 1;
      for (const other of items) if (other !== item) own.others.add(other);
    }
  const most = [...found.values()].reduce((top, { f }) => Math.max(top, f), 1);
  const weights = [...found].map(([item, { f, r, others }]) => {
    const u = others.size;
    const rel = 1 + (u + 1) / (r + 1) + (u + 1) / most;
    return [item, rel / (f / sets.length / rel + r + 1)] as const;
  });
  const largest = weights.reduce((top, [, weight]) => Math.max(top, weight), 0);
  return new Map(weights.map(([item, weight]) => [item, weight / largest]));
}
