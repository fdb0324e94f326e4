/** Tests of independence against SciPy's answers, and the PC algorithm on networks whose equivalence class is known. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { uniformAt } from '../../../src/data/random.ts';
import { chiSquareTail, gTest, type Variable } from '../../../src/stages/baselines/learners/chi-square.ts';
import { findStructure, type PartialGraph, parentsOf } from '../../../src/stages/baselines/learners/pc.ts';

const recorded = JSON.parse(
  readFileSync(join(import.meta.dirname, 'fixtures', 'independence.json'), 'utf8'),
) as {
  readonly tests: readonly {
    readonly states: readonly [number, number];
    readonly strata: number;
    readonly x: readonly number[];
    readonly y: readonly number[];
    readonly given: readonly number[];
    readonly statistic: number;
    readonly freedom: number;
    readonly p: number;
  }[];
  readonly tails: readonly { readonly x: number; readonly freedom: number; readonly p: number }[];
};

const variable = (states: number, values: readonly number[]): Variable => ({
  states,
  values: Uint8Array.from(values),
});

test.each(recorded.tests)('G² of $states.0 × $states.1 states in $strata strata is SciPy’s', (one) => {
  const { states, strata, x, y, given, statistic, freedom, p } = one;
  const conditions = strata > 1 ? [variable(strata, given)] : [];
  const found = gTest(variable(states[0], x), variable(states[1], y), conditions);
  expect(found.statistic).toBeCloseTo(statistic, 9);
  expect(found.freedom).toBe(freedom);
  expect(found.p).toBeCloseTo(p, 11);
});

test('tails of χ² are SciPy’s', () => {
  for (const { x, freedom, p } of recorded.tails)
    expect(Math.abs(chiSquareTail(x, freedom) - p)).toBeLessThan(1e-12 + 1e-9 * p);
});

/** Binary variables drawn one after the other: `chance(i, before)` is the probability of a 1. */
function drawn(
  count: number,
  rows: number,
  chance: (i: number, before: readonly number[]) => number,
): Variable[] {
  const values = Array.from({ length: count }, () => new Uint8Array(rows));
  for (let row = 0; row < rows; row++) {
    const before: number[] = [];
    for (let i = 0; i < count; i++) {
      before.push(uniformAt(5, i, row) < chance(i, before) ? 1 : 0);
      (values[i] as Uint8Array)[row] = before[i] as number;
    }
  }
  return values.map((one) => ({ states: 2, values: one }));
}

/** `0→2`, `1—3`. */
function edgesOf(graph: PartialGraph): string[] {
  const all = Array.from({ length: graph.count }, (_, i) => i);
  return all.flatMap((i) =>
    all.flatMap((j) => {
      if (!graph.has(i, j)) return [];
      if (graph.arrow(i, j)) return [`${i}→${j}`];
      return i < j && !graph.arrow(j, i) ? [`${i}—${j}`] : [];
    }),
  );
}

const options = { alpha: 0.01, conditioning: 2 };
/** A child that mostly does what a parent does. */
const like = (parent: number | undefined) => (parent ? 0.85 : 0.15);

describe('the PC algorithm', () => {
  test('a chain has no direction of its own; its ends are separated by its middle', () => {
    const chain = drawn(3, 4000, (i, before) => (i === 0 ? 0.5 : like(before[i - 1])));
    const found = findStructure(chain, options);
    expect(edgesOf(found)).toEqual(['0—1', '1—2']);
    expect(parentsOf(found)).toEqual([[], [0], [1]]);
  });

  test('two causes of one effect are found to be causes, and what follows is directed by Meek’s first rule', () => {
    // 0 → 2 ← 1, 2 → 3.
    const chances = [0.5, 0.5];
    const collider = drawn(4, 4000, (i, [a = 0, b = 0, c = 0]) =>
      i < 2 ? (chances[i] ?? 0) : i === 2 ? 0.05 + 0.45 * a + 0.45 * b : like(c),
    );
    const found = findStructure(collider, options);
    expect(edgesOf(found)).toEqual(['0→2', '1→2', '2→3']);
    expect(parentsOf(found)).toEqual([[], [], [0, 1], [2]]);
  });

  test('the third rule: of a diamond whose sides meet, the middle edge points at the meeting', () => {
    // 0 → 1, 0 → 2, 1 → 3 ← 2, 0 → 3: the equivalence class directs 1, 2 and 0 at 3 and leaves 0—1 and 0—2 open.
    const diamond = drawn(4, 60_000, (i, [a = 0, b = 0, c = 0]) =>
      i === 0 ? 0.5 : i < 3 ? like(a) : 0.03 + 0.31 * a + 0.31 * b + 0.31 * c,
    );
    const found = findStructure(diamond, options);
    expect(edgesOf(found)).toEqual(['0—1', '0—2', '0→3', '1→3', '2→3']);
    // What stays open gets a direction that makes neither a circle nor a new v-structure.
    const parents = parentsOf(found);
    expect(parents[3]).toEqual([0, 1, 2]);
    expect(parents[0]?.length).toBeLessThan(2);
  });

  test('effects of a known cause are no neighbours of each other once it may be conditioned on', () => {
    const [cause, ...effects] = drawn(4, 3000, (i, [a = 0]) => (i === 0 ? 0.4 : like(a)));
    expect(edgesOf(findStructure(effects, options))).toHaveLength(3);
    expect(edgesOf(findStructure(effects, cause ? { ...options, cause } : options))).toEqual([]);
  });

  test('the order of the variables changes no edge', () => {
    const network = drawn(5, 4000, (i, [a = 0, b = 0, c = 0]) =>
      i < 2 ? 0.5 : i === 2 ? 0.05 + 0.45 * a + 0.45 * b : like(i === 3 ? c : a),
    );
    const turned = [4, 2, 0, 3, 1];
    const name = (edge: string) => edge.replaceAll(/\d/g, (d) => String(turned[Number(d)]));
    const sorted = (edges: readonly string[]) =>
      edges.map((edge) => (edge.includes('—') ? edge.split('—').sort().join('—') : edge)).sort();
    const straight = edgesOf(findStructure(network, options));
    const other = edgesOf(
      findStructure(
        turned.map((i) => network[i] as Variable),
        options,
      ),
    );
    expect(sorted(other.map(name))).toEqual(sorted(straight));
  });
});
