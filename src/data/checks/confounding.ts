/**
 * Whether the day or the service of a case tells its type: bias-corrected Cramér's V (Bergsma, "A bias-correction for
 * Cramér's V and Tschuprow's T", 2013) and a seeded permutation test of chi² (the tables are too thin for its asymptotics).
 */
import type { CaseTable } from '../../stages/contracts.ts';
import type { Finding } from '../../stages/findings.ts';
import { uniformAt } from '../random.ts';
import { type DataCheck, finding } from './check.ts';

const permutations = 1999;
/** Reported if chance makes it in less than one of a hundred tables, and it is not weak. */
const [alpha, weak] = [0.01, 0.3];

export const confounding: DataCheck = {
  name: 'confounding',
  doc: 'Types that go with days or services (Cramér’s V and a permutation test).',
  labelsOnly: true,
  run: ({ table }) => (table ? findConfounding(table) : []),
};

/** Findings MED3421, of the cases alone. */
export function findConfounding(table: CaseTable): Finding[] {
  return (['day', 'service'] as const).flatMap((by): Finding[] => {
    const names = [...new Set(table.cases.map((one) => one[by]))].sort();
    if (names.includes('')) return [];
    const groups = table.cases.map((one) => names.indexOf(one[by]));
    const types = table.cases.map(({ label }) => label);
    if (names.length < 2) return [];
    const counts = contingency(types, groups, table.classes.length, names.length);
    const v = cramersV(counts, types.length);
    const p = permutationP(types, groups, table.classes.length, names.length);
    if (p >= alpha || v < weak) return [];
    const only = table.classes.flatMap((type, label) => {
      const row = counts[label] ?? [];
      const total = row.reduce((a, b) => a + b, 0);
      const at = row.indexOf(total);
      return total >= 3 && at >= 0
        ? [`\`${type}\` (${total} cases) only ${by === 'day' ? 'on' : 'in'} ${names[at]}`]
        : [];
    });
    const hit =
      names.reduce((sum, _, g) => sum + Math.max(...counts.map((row) => row[g] ?? 0)), 0) / types.length;
    const base = Math.max(...counts.map((row) => row.reduce((a, b) => a + b, 0))) / types.length;
    const params = {
      by,
      v,
      p: p <= 1 / (permutations + 1) ? `≤ ${1 / (permutations + 1)}` : `= ${p.toFixed(4)}`,
      hit,
      base,
      only,
    };
    return [finding('MED3421', params, types.length, strongest(counts, table.classes, names))];
  });
}

/** Rows are types, columns days or services. */
export function contingency(
  types: readonly number[],
  groups: readonly number[],
  rows: number,
  columns: number,
): number[][] {
  const counts = Array.from({ length: rows }, () => new Array<number>(columns).fill(0));
  types.forEach((type, i) => {
    const row = counts[type];
    const group = groups[i] ?? 0;
    if (row) row[group] = (row[group] ?? 0) + 1;
  });
  return counts;
}

export function chiSquare(counts: readonly (readonly number[])[]): number {
  const rowSums = counts.map((row) => row.reduce((a, b) => a + b, 0));
  const columnSums = (counts[0] ?? []).map((_, c) => counts.reduce((sum, row) => sum + (row[c] ?? 0), 0));
  const n = rowSums.reduce((a, b) => a + b, 0);
  let sum = 0;
  counts.forEach((row, r) => {
    row.forEach((count, c) => {
      const expected = ((rowSums[r] ?? 0) * (columnSums[c] ?? 0)) / n;
      if (expected > 0) sum += (count - expected) ** 2 / expected;
    });
  });
  return sum;
}

export function cramersV(counts: readonly (readonly number[])[], n: number): number {
  const rows = counts.filter((row) => row.some((count) => count > 0)).length;
  const columns = counts[0]?.length ?? 0;
  if (rows < 2 || columns < 2 || n < 2) return 0;
  const corrected = Math.max(0, chiSquare(counts) / n - ((rows - 1) * (columns - 1)) / (n - 1));
  const r = rows - (rows - 1) ** 2 / (n - 1);
  const c = columns - (columns - 1) ** 2 / (n - 1);
  const least = Math.min(r, c) - 1;
  return least > 0 ? Math.sqrt(corrected / least) : 0;
}

/** Share of tables, the groups shuffled, that are at least as far from independence; the table itself is one of them. */
export function permutationP(
  types: readonly number[],
  groups: readonly number[],
  rows: number,
  columns: number,
): number {
  const observed = chiSquare(contingency(types, groups, rows, columns));
  const shuffled = [...groups];
  let extreme = 1;
  for (let round = 0; round < permutations; round++) {
    for (let i = shuffled.length - 1; i > 0; i--) {
      const k = Math.floor(uniformAt(0, round, i) * (i + 1));
      const kept = shuffled[i] ?? 0;
      shuffled[i] = shuffled[k] ?? 0;
      shuffled[k] = kept;
    }
    if (chiSquare(contingency(types, shuffled, rows, columns)) >= observed - 1e-9) extreme++;
  }
  return extreme / (permutations + 1);
}

/** The cell that is furthest above what independence would give, in words. */
function strongest(
  counts: readonly (readonly number[])[],
  types: readonly string[],
  names: readonly string[],
): string {
  const columnSums = names.map((_, c) => counts.reduce((sum, row) => sum + (row[c] ?? 0), 0));
  const n = columnSums.reduce((a, b) => a + b, 0);
  let best = { excess: Number.NEGATIVE_INFINITY, text: '' };
  counts.forEach((row, r) => {
    const total = row.reduce((a, b) => a + b, 0);
    row.forEach((count, c) => {
      const excess = count - (total * (columnSums[c] ?? 0)) / n;
      if (excess > best.excess)
        best = {
          excess,
          text: `${count} of ${total} cases of \`${types[r]}\` in ${names[c]}, which has ${columnSums[c]} of ${n} cases`,
        };
    });
  });
  return best.text;
}
