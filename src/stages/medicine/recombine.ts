/**
 * Training cases made of others (METHOD 5, class balancing of the authors' code): until every class has as many as the largest, a
 * case is added whose modalities come from two cases of the class. Validation and test cases are no part of it.
 */
import { randomBits, randomKey } from '../../tensor/random.ts';
import type { Modality } from '../contracts.ts';

export interface Recombined {
  /** The training cases, then those that were added: these count on from `count`. */
  readonly train: readonly number[];
  /** The case that gives the features of a modality; of a case that was not added it is itself. */
  readonly sourceOf: (index: number, modality: Modality) => number;
}

/**
 * `count`: how many cases there are in all. Which two cases meet, and which modality comes from whom, depends on the seed alone. A
 * class with a single case is repeated; with a single modality all are.
 */
export function recombine(
  train: readonly number[],
  labelOf: (index: number) => number,
  modalities: readonly Modality[],
  count: number,
  seed: number,
): Recombined {
  const byClass = new Map<number, number[]>();
  for (const index of train) {
    const label = labelOf(index);
    byClass.set(label, [...(byClass.get(label) ?? []), index]);
  }
  const most = Math.max(...[...byClass.values()].map(({ length }) => length));
  const key = randomKey(seed, 'recombine', 0);
  let drawn = 0;
  const draw = (below: number) => Math.floor((randomBits(key, drawn++) / 2 ** 32) * below);
  const added: (readonly number[])[] = [];
  for (const [, members] of [...byClass].sort(([a], [b]) => a - b)) {
    for (let have = members.length; have < most; have++) {
      const first = draw(members.length);
      // Another one, where there is another.
      const second = (first + 1 + draw(Math.max(1, members.length - 1))) % members.length;
      // Neither all from the one nor all from the other.
      const mask = modalities.length > 1 ? 1 + draw(2 ** modalities.length - 2) : 1;
      added.push(modalities.map((_, k) => members[mask & (1 << k) ? first : second] ?? -1));
    }
  }
  return {
    train: [...train, ...added.map((_, i) => count + i)],
    sourceOf: (index, modality) => added[index - count]?.[modalities.indexOf(modality)] ?? index,
  };
}
