/** Drain written as plainly as possible, on strings and whole scans, to check the fast one on settings without recorded answers. */
import type { Change, DrainOptions } from '../../../src/data/drain/drain.ts';

interface PlainNode {
  readonly keys: Map<string, PlainNode>;
  clusters: { id: number; tokens: string[] }[];
}

export function plainDrain(options: DrainOptions): (line: string) => { cluster: number; change: Change } {
  const any = '<:*:>';
  const root: PlainNode = { keys: new Map(), clusters: [] };
  const used: number[] = [];
  let last = 0;
  const child = (node: PlainNode, key: string): PlainNode => {
    const found = node.keys.get(key) ?? { keys: new Map(), clusters: [] };
    node.keys.set(key, found);
    return found;
  };
  return (line) => {
    let masked = line;
    for (const { name, pattern } of options.masks)
      masked = masked.replace(new RegExp(pattern, 'g'), `<:${name}:>`);
    for (const delimiter of options.delimiters) masked = masked.replaceAll(delimiter, ' ');
    const tokens = masked.split(/\s+/).filter((token) => token !== '');
    const path = tokens.slice(0, Math.max(0, Math.min(options.depth - 3, tokens.length - 1)));

    let node: PlainNode | undefined = root.keys.get(String(tokens.length));
    for (const token of path) node = node?.keys.get(token) ?? node?.keys.get(any);
    let best: { id: number; tokens: string[] } | undefined;
    let [bestSame, bestWild] = [-1, -1];
    for (const cluster of node?.clusters ?? []) {
      if (!used.includes(cluster.id)) continue;
      const wild = cluster.tokens.filter((token) => token === any).length;
      const same = cluster.tokens.filter((token, i) => token !== any && token === tokens[i]).length;
      if (same > bestSame || (same === bestSame && wild > bestWild))
        [best, bestSame, bestWild] = [cluster, same, wild];
    }
    if (best && (tokens.length === 0 || bestSame / tokens.length >= options.similarity)) {
      const before = best.tokens.join(' ');
      best.tokens = best.tokens.map((token, i) => (token === tokens[i] ? token : any));
      used.splice(used.indexOf(best.id), 1);
      used.push(best.id);
      return { cluster: best.id, change: best.tokens.join(' ') === before ? 'none' : 'changed' };
    }
    last++;
    if (used.length === options.clusters) used.shift();
    used.push(last);
    let at = child(root, String(tokens.length));
    for (const token of path) {
      const known = at.keys.has(token);
      const full = at.keys.size + (at.keys.has(any) ? 0 : 1) >= options.children;
      at = child(at, known || (!/\d/.test(token) && !full) ? token : any);
    }
    at.clusters.push({ id: last, tokens });
    return { cluster: last, change: 'created' };
  };
}

/** Numbers in [0, 1) from a seed: mulberry32. */
export function randomFrom(seed: number): () => number {
  let a = seed;
  return () => {
    a = (a + 0x6d2b79f5) | 0;
    let t = Math.imul(a ^ (a >>> 15), 1 | a);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}
