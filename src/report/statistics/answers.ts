/**
 * Answers as numbers, in columns: one entry per seed (and repeat of its folds) and test case. Rows are compared on the entries that both have, and a
 * case is one case however many seeds asked it.
 */
import type { TestSet } from '../../run/answers.ts';
import type { SeedAnswers } from '../seeds.ts';

/** Entries of a row, ordered by seed. Cases and classes are numbers that the compared rows share. */
export interface Answers {
  readonly seed: Int32Array;
  readonly case: Int32Array;
  readonly truth: Int32Array;
  readonly answer: Int32Array;
}

/** Numbers for the seeds, cases and classes of rows that are compared: in the order in which they are first met. */
export interface Numbering {
  readonly seeds: Map<string, number>;
  /** By name of the class, then by id: a failure that another set files under another class is another case. */
  readonly cases: Map<string, Map<string, number>>;
  count: number;
  readonly classes: Map<string, number>;
  /** Test sets whose cases have their numbers, by their ids: rows of a run share them. */
  readonly known: Map<TestSet['ids'], Pick<Answers, 'case' | 'truth'>>;
}

export const createNumbering = (): Numbering => ({
  seeds: new Map(),
  cases: new Map(),
  count: 0,
  classes: new Map(),
  known: new Map(),
});

export function numberAnswers(
  seeds: readonly SeedAnswers[],
  classNames: readonly string[],
  numbering: Numbering,
): Answers {
  const classes = classNames.map((name) => numberOf(numbering.classes, name));
  const size = seeds.reduce((sum, { tests }) => tests.reduce((n, { ids }) => n + ids.length, sum), 0);
  const columns = () => new Int32Array(size);
  const answers = { seed: columns(), case: columns(), truth: columns(), answer: columns() };
  let at = 0;
  for (const { seed, repeat, tests } of seeds) {
    const number = numberOf(numbering.seeds, `${seed} ${repeat}`);
    for (const test of tests) {
      const known = numbering.known.get(test.ids) ?? numberCases(test, classNames, numbering);
      answers.seed.fill(number, at, at + test.ids.length);
      answers.case.set(known.case, at);
      answers.truth.set(known.truth, at);
      for (const one of test.answer) answers.answer[at++] = classes[one]!;
    }
  }
  return answers;
}

function numberCases({ ids, truth }: TestSet, classNames: readonly string[], numbering: Numbering) {
  const numbers = classNames.map((name) => {
    const ofClass = numbering.cases.get(name) ?? new Map<string, number>();
    numbering.cases.set(name, ofClass);
    return ofClass;
  });
  const known = { case: new Int32Array(ids.length), truth: new Int32Array(ids.length) };
  for (const [i, id] of ids.entries()) {
    const ofClass = numbers[truth[i]!]!;
    const number = ofClass.get(id) ?? numbering.count++;
    ofClass.set(id, number);
    known.case[i] = number;
    known.truth[i] = numberOf(numbering.classes, classNames[truth[i]!]!);
  }
  numbering.known.set(ids, known);
  return known;
}

function numberOf<K>(numbers: Map<K, number>, key: K): number {
  const known = numbers.get(key);
  if (known !== undefined) return known;
  numbers.set(key, numbers.size);
  return numbers.size - 1;
}

/** The entries of both rows for the same seed and case, in the order of `a`. `a` itself where `b` has all of its entries. */
export function shareEntries(a: Answers, b: Answers): readonly [Answers, Answers] {
  if (equal(a.seed, b.seed) && equal(a.case, b.case)) return [a, b];
  // Below 2⁵³: a seed's number times the largest case number.
  const stride = 1 + Math.max(largest(a.case), largest(b.case));
  const places = new Map<number, number>();
  b.case.forEach((one, i) => {
    places.set((b.seed[i] ?? 0) * stride + one, i);
  });
  const pairs: [number, number][] = [];
  a.case.forEach((one, i) => {
    const there = places.get((a.seed[i] ?? 0) * stride + one);
    if (there !== undefined) pairs.push([i, there]);
  });
  const whole = pairs.length === a.case.length;
  return [
    whole
      ? a
      : pick(
          a,
          pairs.map(([i]) => i),
        ),
    pick(
      b,
      pairs.map(([, i]) => i),
    ),
  ];
}

const equal = (a: Int32Array, b: Int32Array) =>
  a.length === b.length && a.every((value, i) => value === b[i]);

function pick(from: Answers, places: readonly number[]): Answers {
  const column = (values: Int32Array) => Int32Array.from(places, (i) => values[i] ?? 0);
  return {
    seed: column(from.seed),
    case: column(from.case),
    truth: column(from.truth),
    answer: column(from.answer),
  };
}

/** Distinct cases, and cases on which one row answered rightly in more seeds than the other. */
export function countCases(a: Answers, b: Answers): { cases: number; wins: number; losses: number } {
  const size = 1 + largest(a.case);
  const [asked, margin] = [new Uint8Array(size), new Int32Array(size)];
  a.case.forEach((one, i) => {
    asked[one] = 1;
    margin[one]! += Number(a.answer[i] === a.truth[i]) - Number(b.answer[i] === b.truth[i]);
  });
  const counts = { cases: 0, wins: 0, losses: 0 };
  for (let one = 0; one < size; one++) {
    counts.cases += asked[one]!;
    if (margin[one]! > 0) counts.wins++;
    if (margin[one]! < 0) counts.losses++;
  }
  return counts;
}

/** Distinct cases, and the share of answers that are right. */
export function countHits(answers: Answers): { cases: number; share: number } {
  const right = answers.answer.reduce((sum, answer, i) => sum + Number(answer === answers.truth[i]), 0);
  return { cases: new Set(answers.case).size, share: right / answers.case.length };
}

/** −1 of an empty column. */
export function largest(column: Int32Array): number {
  let max = -1;
  for (const one of column) if (one > max) max = one;
  return max;
}
