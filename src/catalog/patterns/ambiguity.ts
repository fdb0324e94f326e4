/**
 * Whether a backtracking matcher may need time exponential in the length of a text: it does if some position of the
 * pattern can be reached from itself in two ways that read the same characters (exponential degree of ambiguity: Weber
 * and Seidl, "On the degree of ambiguity of finite automata", 1991; for matchers: Weideman et al., CIAA 2016).
 *
 * `(a+)+`, `(a|a)*`, `(a?b?)*` do; `a+b+`, `[0-9]+(,[0-9]+)*` do not. Time that grows as a power of the length, as in
 * `a*a*`, is let through.
 */
import type { Automaton } from './automaton.ts';

/** Loops of more positions are not looked through. */
export const largestLoop = 250;

export function isExponential(automaton: Automaton): boolean | 'too large' {
  for (const loop of loopsOf(automaton.follow)) {
    if (loop.length > largestLoop) return 'too large';
    if (ambiguous(automaton, loop)) return true;
  }
  return false;
}

/** Positions that reach each other (strongly connected, with at least one edge inside). */
function loopsOf(follow: readonly (readonly number[])[]): number[][] {
  return connected(follow.length, (node) => follow[node] ?? []).filter(
    (nodes) => nodes.length > 1 || follow[nodes[0] as number]?.includes(nodes[0] as number),
  );
}

function ambiguous({ classes, follow }: Automaton, loop: readonly number[]): boolean {
  const inside = new Map(loop.map((position, place) => [position, place]));
  const edges = loop.map((position) =>
    (follow[position] ?? []).flatMap((next) => {
      const place = inside.get(next);
      return place === undefined ? [] : [place];
    }),
  );
  // The same step in two ways, within a loop.
  if (edges.some((next) => new Set(next).size < next.length)) return true;
  const size = loop.length;
  const meet = loop.map((a) => loop.map((b) => classes[a]?.some((holds, c) => holds && classes[b]?.[c])));
  // Two readers of one text: from the pair (q, q) to a pair of different positions and back to (q, q).
  const pairs = connected(size * size, (pair) =>
    (edges[Math.floor(pair / size)] ?? []).flatMap((a) =>
      (edges[pair % size] ?? []).flatMap((b) => (meet[a]?.[b] ? [a * size + b] : [])),
    ),
  );
  return pairs.some((nodes) => {
    const equal = nodes.some((pair) => Math.floor(pair / size) === pair % size);
    return equal && nodes.some((pair) => Math.floor(pair / size) !== pair % size);
  });
}

/** Strongly connected components (Tarjan, 1972), without recursion. */
function connected(count: number, nextOf: (node: number) => readonly number[]): number[][] {
  const index = new Int32Array(count).fill(-1);
  const low = new Int32Array(count);
  const open = new Uint8Array(count);
  const stack: number[] = [];
  const found: number[][] = [];
  let clock = 0;
  for (let root = 0; root < count; root++) {
    if (index[root] !== -1) continue;
    const path = [{ node: root, next: nextOf(root), at: 0 }];
    index[root] = low[root] = clock++;
    stack.push(root);
    open[root] = 1;
    for (let top = path.at(-1); top; top = path.at(-1)) {
      const { node, next } = top;
      const to = next[top.at++];
      if (to !== undefined) {
        if (index[to] === -1) {
          index[to] = low[to] = clock++;
          stack.push(to);
          open[to] = 1;
          path.push({ node: to, next: nextOf(to), at: 0 });
        } else if (open[to]) low[node] = Math.min(low[node] as number, index[to] as number);
        continue;
      }
      path.pop();
      const parent = path.at(-1)?.node;
      if (parent !== undefined) low[parent] = Math.min(low[parent] as number, low[node] as number);
      if (low[node] !== index[node]) continue;
      const component: number[] = [];
      for (let popped = stack.pop(); popped !== undefined; popped = stack.pop()) {
        open[popped] = 0;
        component.push(popped);
        if (popped === node) break;
      }
      found.push(component);
    }
  }
  return found;
}
