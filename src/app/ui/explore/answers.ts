/** What rows answered, case by case, and where two rows differ: in their settings, their scores and their answers. Pure. */

import { formatScore } from '../../../report/cells.ts';
import type { RecordedRow } from '../../../report/recorded.ts';
import { scoreNames } from '../../../report/scores.ts';
import type { ResolvedSpec } from '../../../spec/resolved.ts';

export interface CaseAnswers {
  readonly id: string;
  readonly truth: string;
  /** Seed → class; absent where the seed did not test the case. */
  readonly bySeed: ReadonlyMap<number, string>;
  readonly right: number;
}

/** Every case that a seed of the row has tested, those that are answered worst first. */
export function casesOf({ seeds, experiment }: RecordedRow): CaseAnswers[] {
  const className = (label: number) => experiment.classes[label] ?? String(label);
  const cases = new Map<string, { truth: string; bySeed: Map<number, string>; right: number }>();
  for (const { seed, tests } of seeds) {
    for (const { ids, truth, answer } of tests) {
      for (const [i, id] of ids.entries()) {
        const known = cases.get(id) ?? { truth: className(truth[i]!), bySeed: new Map(), right: 0 };
        known.bySeed.set(seed, className(answer[i]!));
        if (truth[i] === answer[i]) known.right += 1;
        cases.set(id, known);
      }
    }
  }
  return [...cases]
    .map(([id, one]) => ({ id, ...one }))
    .sort((a, b) => a.right / a.bySeed.size - b.right / b.bySeed.size || (a.id < b.id ? -1 : 1));
}

export interface Difference {
  /** Settings with other values: path, of the one, of the other. */
  readonly settings: readonly (readonly [path: string, a: string, b: string])[];
  readonly scores: readonly (readonly [score: string, a: string, b: string])[];
  /** Cases of a seed that one answers rightly and the other wrongly. */
  readonly flipped: readonly {
    readonly id: string;
    readonly seed: number;
    readonly truth: string;
    readonly a: string;
    readonly b: string;
    readonly better: 'a' | 'b';
  }[];
}

export function differenceOf(a: RecordedRow, b: RecordedRow): Difference {
  return {
    settings: settingsApart(a, b),
    scores: scoreNames.map((name) => [
      name,
      formatScore(a.row.result.scores[name]),
      formatScore(b.row.result.scores[name]),
    ]),
    flipped: flippedCases(a, b),
  };
}

/** Settings of the row, and those of its experiment, by path without the names of either. */
function settingsOf({ record, experiment, result }: RecordedRow): Map<string, string> {
  const { values = [] } = record.about.resolved as Partial<ResolvedSpec>;
  const own = `${experiment.name}.${result.name}.`;
  const shared = `${experiment.name}.`;
  const rows = experiment.rows.map(({ name }) => `${shared}${name}.`);
  return new Map(
    values.flatMap(({ path, text }) => {
      if (path.startsWith(own)) return [[path.slice(own.length), text] as const];
      const ofOther = rows.some((name) => path.startsWith(name));
      return path.startsWith(shared) && !ofOther ? [[path.slice(shared.length), text] as const] : [];
    }),
  );
}

function settingsApart(a: RecordedRow, b: RecordedRow): Difference['settings'] {
  const [mine, theirs] = [settingsOf(a), settingsOf(b)];
  return [...new Set([...mine.keys(), ...theirs.keys()])].flatMap((path) => {
    const [x = '–', y = '–'] = [mine.get(path), theirs.get(path)];
    return x === y ? [] : [[path, x, y] as const];
  });
}

function flippedCases(a: RecordedRow, b: RecordedRow): Difference['flipped'] {
  const theirs = new Map(casesOf(b).map((one) => [one.id, one]));
  return casesOf(a).flatMap(({ id, truth, bySeed }) =>
    [...bySeed].flatMap(([seed, answer]) => {
      const other = theirs.get(id)?.bySeed.get(seed);
      if (other === undefined || (answer === truth) === (other === truth)) return [];
      return [
        { id, seed, truth, a: answer, b: other, better: answer === truth ? ('a' as const) : ('b' as const) },
      ];
    }),
  );
}
