/**
 * The PC algorithm (Spirtes, Glymour and Scheines, Causation, Prediction, and Search, 5.4.2) on discrete variables, in its
 * form that does not depend on the order of the variables (Colombo and Maathuis, JMLR 2014): edges are taken away where a
 * G² test given up to so many neighbours finds independence; v-structures are oriented by the separating sets, then Meek's
 * rules 1 to 3 (UAI 1995), which are complete without background knowledge. An arrow that would close a circle or turn one
 * that is there, as contradicting tests may ask for, is left out. Our own: npm has none.
 */
import { gTest, type Variable } from './chi-square.ts';

export interface PcOptions {
  /** An edge stays where p is at most this. */
  readonly alpha: number;
  /** Most variables to condition on. */
  readonly conditioning: number;
  /** A known cause of every variable: it may be conditioned on, and is no part of the graph. */
  readonly cause?: Variable;
}

/** By variable; `has(i, j)`: an edge between them, `arrow(i, j)`: it goes from i to j. Neither way: it is undirected. */
export interface PartialGraph {
  readonly count: number;
  has(i: number, j: number): boolean;
  arrow(i: number, j: number): boolean;
}

interface Graph extends PartialGraph {
  /** False where the arrow cannot be drawn. */
  orient(i: number, j: number): boolean;
  remove(i: number, j: number): void;
}

export function findStructure(variables: readonly Variable[], options: PcOptions): PartialGraph {
  const graph = completeGraph(variables.length);
  const separators = separate(graph, variables, options);
  const all = variables.map((_, i) => i);
  for (const k of all)
    for (const i of all)
      for (const j of all.slice(i + 1)) {
        const isUnshielded = graph.has(i, k) && graph.has(k, j) && !graph.has(i, j);
        if (!isUnshielded || separators.get(keyOf(i, j, all.length))?.includes(k)) continue;
        if (graph.arrow(k, i) || graph.arrow(k, j)) continue;
        graph.orient(i, k);
        graph.orient(j, k);
      }
  meek(graph);
  return graph;
}

/** The parents of every variable once undirected edges have a direction too: one after the other, each followed by Meek's rules. */
export function parentsOf(found: PartialGraph): number[][] {
  const all = Array.from({ length: found.count }, (_, i) => i);
  const graph = completeGraph(found.count);
  for (const i of all)
    for (const j of all.slice(i + 1)) {
      if (!found.has(i, j)) graph.remove(i, j);
      else if (found.arrow(i, j)) graph.orient(i, j);
      else if (found.arrow(j, i)) graph.orient(j, i);
    }
  for (const i of all)
    for (const j of all.slice(i + 1)) {
      if (!graph.has(i, j) || graph.arrow(i, j) || graph.arrow(j, i)) continue;
      if (!graph.orient(i, j)) graph.orient(j, i);
      meek(graph);
    }
  return all.map((j) => all.filter((i) => graph.arrow(i, j)));
}

/** Takes away edges; gives what separated their ends. */
function separate(
  graph: Graph,
  variables: readonly Variable[],
  { alpha, conditioning, cause }: PcOptions,
): Map<number, readonly number[]> {
  const count = variables.length;
  const separators = new Map<number, readonly number[]>();
  const of = (i: number) => (i === count ? cause : variables[i]) as Variable;
  for (let size = 0; size <= conditioning; size++) {
    // Neighbours as they are before this size: what is taken away meanwhile changes no test.
    const neighbours = variables.map((_, i) => [
      ...(cause ? [count] : []),
      ...variables.flatMap((_, j) => (graph.has(i, j) ? [j] : [])),
    ]);
    for (let i = 0; i < count; i++)
      for (let j = i + 1; j < count; j++) {
        if (!graph.has(i, j)) continue;
        const separator = firstOf(
          [i, j],
          (end) => (neighbours[end] ?? []).filter((k) => k !== i && k !== j),
          size,
          (given) => gTest(of(i), of(j), given.map(of)).p > alpha,
        );
        if (!separator) continue;
        graph.remove(i, j);
        separators.set(keyOf(i, j, count), separator);
      }
  }
  return separators;
}

/** The first subset of so many neighbours of either end that passes. */
function firstOf(
  ends: readonly number[],
  near: (end: number) => readonly number[],
  size: number,
  passes: (given: readonly number[]) => boolean,
): readonly number[] | undefined {
  for (const end of ends) for (const given of subsets(near(end), size)) if (passes(given)) return given;
  return undefined;
}

function* subsets(of: readonly number[], size: number): Generator<readonly number[]> {
  if (size === 0) yield [];
  else
    for (const [at, first] of of.entries())
      for (const rest of subsets(of.slice(at + 1), size - 1)) yield [first, ...rest];
}

function meek(graph: Graph): void {
  const all = Array.from({ length: graph.count }, (_, i) => i);
  const isOpen = (i: number, j: number) => graph.has(i, j) && !graph.arrow(i, j) && !graph.arrow(j, i);
  const follows = (a: number, b: number): boolean =>
    all.some((c) => graph.arrow(c, a) && c !== b && !graph.has(c, b)) ||
    all.some((c) => graph.arrow(a, c) && graph.arrow(c, b)) ||
    all.some((c) =>
      all.some(
        (d) =>
          c < d && isOpen(a, c) && isOpen(a, d) && graph.arrow(c, b) && graph.arrow(d, b) && !graph.has(c, d),
      ),
    );
  for (let changed = true; changed; ) {
    changed = false;
    for (const a of all)
      for (const b of all) if (isOpen(a, b) && follows(a, b)) changed = graph.orient(a, b) || changed;
  }
}

function keyOf(i: number, j: number, count: number): number {
  return Math.min(i, j) * count + Math.max(i, j);
}

function completeGraph(count: number): Graph {
  const edges = new Uint8Array(count * count).fill(1);
  const arrows = new Uint8Array(count * count);
  for (let i = 0; i < count; i++) edges[i * count + i] = 0;
  const reaches = (from: number, to: number): boolean => {
    const seen = new Set([from]);
    for (const at of seen) {
      if (at === to) return true;
      for (let next = 0; next < count; next++) if (arrows[at * count + next]) seen.add(next);
    }
    return false;
  };
  return {
    count,
    has: (i, j) => edges[i * count + j] === 1,
    arrow: (i, j) => arrows[i * count + j] === 1,
    orient(i, j) {
      if (arrows[j * count + i] === 1 || reaches(j, i)) return false;
      arrows[i * count + j] = 1;
      return true;
    },
    remove(i, j) {
      edges[i * count + j] = 0;
      edges[j * count + i] = 0;
    },
  };
}
