/**
 * Answers as numbers, in columns: one entry per seed (and repeat of its folds) and test case. Rows are compared on the entries that both have, and a
 * case is one case however many seeds asked it.
 */
import type { SeedPredictions } from '../seeds.ts';

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
  readonly cases: Map<string, number>;
  readonly classes: Map<string, number>;
}

export const createNumbering = (): Numbering => ({ seeds: new Map(), cases: new Map(), classes: new Map() });

export function numberAnswers(
  seeds: readonly SeedPredictions[],
  classNames: readonly string[],
  numbering: Numbering,
): Answers {
  const classes = classNames.map((name) => numberOf(numbering.classes, name));
  const size = seeds.reduce((sum, { test }) => sum + test.length, 0);
  const columns = () => new Int32Array(size);
  const answers = { seed: columns(), case: columns(), truth: columns(), answer: columns() };
  let at = 0;
  for (const { seed, repeat, test } of seeds) {
    const number = numberOf(numbering.seeds, `${seed} ${repeat}`);
    for (const { id, truth, answer } of test) {
      answers.seed[at] = number;
      // A failure that another set files under another class is another case.
      answers.case[at] = numberOf(numbering.cases, `${classNames[truth]}\n${id}`);
      answers.truth[at] = classes[truth] ?? 0;
      answers.answer[at] = classes[answer] ?? 0;
      at++;
    }
  }
  return answers;
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
  const stride = 1 + Math.max(0, ...maxOf(a.case), ...maxOf(b.case));
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

const maxOf = (column: Int32Array) => (column.length === 0 ? [] : [column.reduce((x, y) => Math.max(x, y))]);

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
  const margin = new Map<number, number>();
  a.case.forEach((one, i) => {
    const right = Number(a.answer[i] === a.truth[i]) - Number(b.answer[i] === b.truth[i]);
    margin.set(one, (margin.get(one) ?? 0) + right);
  });
  const margins = [...margin.values()];
  return {
    cases: margins.length,
    wins: margins.filter((one) => one > 0).length,
    losses: margins.filter((one) => one < 0).length,
  };
}

/** Distinct cases, and their rightly answered shares added up: a case that two of three seeds met counts ⅔. */
export function countHits(answers: Answers): { cases: number; hits: number } {
  const asked = new Map<number, { times: number; right: number }>();
  answers.case.forEach((one, i) => {
    const case_ = asked.get(one) ?? { times: 0, right: 0 };
    case_.times += 1;
    case_.right += Number(answers.answer[i] === answers.truth[i]);
    asked.set(one, case_);
  });
  let hits = 0;
  for (const { times, right } of asked.values()) hits += right / times;
  return { cases: asked.size, hits };
}
