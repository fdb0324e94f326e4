/** Splits that keep more apart than the classes: by service, instance or day, and by time. */
import { dataCodes } from '../diagnostics/codes/data.ts';
import { MedxError, report } from '../diagnostics/diagnostic.ts';
import type { CaseRow, Split, SplitParams } from '../stages/contracts.ts';

type Grouped = Extract<SplitParams, { kind: 'grouped' }>;
type Temporal = Extract<SplitParams, { kind: 'temporal' }>;
type GroupCase = Pick<CaseRow, 'id' | 'label' | 'group' | Grouped['by']>;

/** The cases with larger groups: equal services (instances, days) and overlapping intervals are never divided. */
export function mergeGroups<C extends GroupCase>(cases: readonly C[], by: Grouped['by']): C[] {
  const unknown = cases.find((one) => one[by] === '');
  if (unknown) throw impossible(`${unknown.id} has no ${by} to group by`, `a ${by} for every case`);
  const parent = new Map<string, string>();
  const find = (key: string): string => {
    const above = parent.get(key) ?? key;
    return above === key ? key : find(above);
  };
  for (const one of cases) {
    const [name, group] = [find(`name ${one[by]}`), find(`group ${one.group}`)];
    if (name !== group) parent.set(group, name);
  }
  const roots = new Map<string, number>();
  return cases.map((one) => {
    const root = find(`name ${one[by]}`);
    const number = roots.get(root) ?? roots.size;
    roots.set(root, number);
    return { ...one, group: number };
  });
}

/** A grouped split needs a group for every side, or for every fold and one more to learn from. */
export function requireGroups(cases: readonly { readonly group: number }[], params: Grouped): void {
  const groups = new Set(cases.map(({ group }) => group)).size;
  const needed =
    'folds' in params ? params.folds : [params.train, params.valid, params.test].filter(Boolean).length;
  if (groups >= needed) return;
  throw impossible(
    `by ${params.by}, with overlapping cases together, there are ${groups} groups`,
    `at least ${needed}, one for each ${'folds' in params ? 'fold' : 'part'}`,
  );
}

/**
 * Groups are few and large, so dealing them out by classes may leave a part with none: it gets the smallest group of the part
 * that has most. Throws where none can spare one.
 */
export function fillParts(
  parts: readonly number[][],
  cases: readonly { readonly group: number }[],
): number[][] {
  const filled = parts.map((part) => [...part]);
  const sizes = (part: readonly number[]) => {
    const counts = new Map<number, number>();
    for (const i of part) counts.set(cases[i]?.group ?? i, (counts.get(cases[i]?.group ?? i) ?? 0) + 1);
    return counts;
  };
  for (const empty of filled.filter((part) => part.length === 0)) {
    const giver = filled.reduce((most, part) => (sizes(part).size > sizes(most).size ? part : most));
    const [smallest, ...others] = [...sizes(giver)].sort((a, b) => a[1] - b[1] || a[0] - b[0]);
    if (!smallest || others.length === 0)
      throw impossible(
        'one group is left to learn from and to choose the epoch by',
        'at least two such groups',
      );
    const moves = (i: number) => cases[i]?.group === smallest[0];
    empty.push(...giver.filter(moves));
    giver.splice(0, giver.length, ...giver.filter((i) => !moves(i)));
  }
  return filled;
}

type TimedCase = Pick<CaseRow, 'start' | 'end'>;

/** By start, equal starts in the order of the table. Earlier cases that overlap with those behind a border are left out. */
export function splitByTime(cases: readonly TimedCase[], params: Temporal): Split {
  if (cases.every(({ end }) => end === 0)) throw impossible('the labels have no times', 'labels with times');
  const order = cases.map((_, i) => i).sort((a, b) => startOf(a) - startOf(b) || a - b);
  function startOf(i: number): number {
    return cases[i]?.start ?? 0;
  }
  /** Of `earlier`, those that end before the first of `later` starts. */
  const before = (earlier: readonly number[], later: readonly number[]) => {
    const border = later.reduce((least, i) => Math.min(least, startOf(i)), Number.POSITIVE_INFINITY);
    return earlier.filter((i) => (cases[i]?.end ?? 0) <= border);
  };
  const n = order.length;
  const [from, to] = testRange(n, params);
  const test = order.slice(from, to);
  const past = order.slice(0, from);
  const share = 'folds' in params ? params.valid : params.valid / (params.train + params.valid);
  const border = from - Math.round(from * share);
  const valid = before(past.slice(border), test);
  const train = before(past.slice(0, border), [...past.slice(border), ...test]);
  const ascending = (part: readonly number[]) => part.toSorted((a, b) => a - b);
  return { train: ascending(train), valid: ascending(valid), test: ascending(test) };
}

/** Places in time of the test cases: the last share, or the block behind those that the fold learns from. */
function testRange(n: number, params: Temporal): readonly [number, number] {
  if (!('folds' in params)) return [n - Math.round(n * params.test), n];
  const at = (block: number) => Math.round((block * n) / (params.folds + 1));
  return [at(params.fold + 1), at(params.fold + 2)];
}

export function impossible(problem: string, expected: string): MedxError {
  return new MedxError(report(dataCodes, 'MED3015', { problem, expected }));
}
