/** Compares the table of a rerun with the one that was stated, number by number. Pure. */
import type { ResultRow } from '../run/events.ts';
import type { ExperimentResult } from '../run/record.ts';

export interface VerifiedNumber {
  readonly experiment: string;
  readonly row: string;
  /** `f1_weighted.mean`, `seeds`. */
  readonly name: string;
  /** Null: there is none. */
  readonly stated: number | null;
  readonly found: number | null;
  /** How far it may be off; 0 for counts. */
  readonly tolerance: number;
  readonly pass: boolean;
}

export interface Verdict {
  readonly pass: boolean;
  readonly numbers: readonly VerifiedNumber[];
  /** Test cases over all jobs, and how many of them were answered otherwise. */
  readonly answers: { readonly compared: number; readonly changed: number };
}

const counts = ['cases', 'seeds', 'folds', 'test_cases', 'missing_jobs'] as const;

export function verifyRows(
  stated: readonly ResultRow[],
  found: readonly ResultRow[],
  tolerance: number,
): VerifiedNumber[] {
  const keyOf = (row: ResultRow) => JSON.stringify([row.experiment, row.name]);
  const rows = new Map(found.map((row) => [keyOf(row), row]));
  const known = new Set(stated.map(keyOf));
  const extra = found.filter((row) => !known.has(keyOf(row)));
  return [
    ...stated.flatMap((row) => compareRow(row, rows.get(keyOf(row)), tolerance)),
    ...extra.flatMap((row) => compareRow(undefined, row, tolerance)),
  ];
}

function compareRow(
  stated: ResultRow | undefined,
  found: ResultRow | undefined,
  tolerance: number,
): VerifiedNumber[] {
  const { experiment = '', name: row = '' } = stated ?? found ?? {};
  const [a, b] = [numbersOf(stated), numbersOf(found)];
  return [...new Set([...a.keys(), ...b.keys()])].map((name) => {
    const [is, was] = [b.get(name) ?? null, a.get(name) ?? null];
    const allowed = counts.some((one) => one === name) ? 0 : tolerance;
    // A difference of numbers with few digits is not exact: 0.83 - 0.82 is a little more than 0.01.
    const near = is !== null && was !== null && Math.abs(is - was) <= allowed + 1e-12;
    return { experiment, row, name, stated: was, found: is, tolerance: allowed, pass: near || is === was };
  });
}

function numbersOf(row: ResultRow | undefined): Map<string, number | null> {
  const numbers = new Map<string, number | null>();
  if (!row) return numbers;
  for (const name of counts) numbers.set(name, row[name]);
  const visit = (path: string, value: unknown): void => {
    if (typeof value === 'number' || value === null) numbers.set(path, value);
    else if (typeof value === 'object')
      for (const [name, one] of Object.entries(value)) visit(path === '' ? name : `${path}.${name}`, one);
  };
  visit('', row.scores);
  return numbers;
}

/** Cases of the same job that got another answer. */
export function countChanged(
  stated: readonly ExperimentResult[],
  found: readonly ExperimentResult[],
): Verdict['answers'] {
  const answers = (list: readonly ExperimentResult[]) =>
    new Map(
      list.flatMap(({ name, classes, rows }) =>
        rows.flatMap((row) =>
          row.jobs.flatMap(({ seed, fold, test = [] }) =>
            test.map(({ id, answer }) => [JSON.stringify([name, row.name, seed, fold, id]), classes[answer]]),
          ),
        ),
      ),
    );
  const now = answers(found);
  const before = [...answers(stated)].filter(([key]) => now.has(key));
  return {
    compared: before.length,
    changed: before.filter(([key, answer]) => now.get(key) !== answer).length,
  };
}
