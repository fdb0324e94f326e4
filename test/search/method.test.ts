/** Searches by what they have tried: the rungs of halving, the densities of TPE, and that both find what is good. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import {
  chooseTrial,
  countTrials,
  type Method,
  nextTrials,
  rungsOf,
  type Tried,
} from '../../src/search/method.ts';
import type { Axis, Point } from '../../src/search/space.ts';
import { density, frequencies, parzen } from '../../src/search/tpe.ts';

const line = (low: number, high: number, log = false): Axis => {
  return { kind: 'range', low, high, log, whole: false };
};

/** A whole search. `lossOf` may depend on the epochs. */
function search(
  method: Method,
  axes: readonly Axis[],
  lossOf: (point: Point, epochs: number) => number | null,
  epochs = 27,
): Tried[] {
  const tried: Tried[] = [];
  for (;;) {
    const [next] = nextTrials(method, axes, tried, epochs);
    if (!next) return tried;
    tried.push({ ...next, loss: lossOf(next.point, next.epochs) });
  }
}

describe('successive halving', () => {
  test('has the rungs of the bracket s = 4 in the table of Hyperband: 81 points, η = 3, R = 81', () => {
    const rungs = rungsOf({ points: 81, eta: 3 }, 81).map(({ count, epochs }) => [count, epochs]);
    expect(rungs).toEqual([
      [81, 1],
      [27, 3],
      [9, 9],
      [3, 27],
      [1, 81],
    ]);
  });

  test('trains nothing for less than an epoch', () => {
    const rungs = rungsOf({ points: 81, eta: 3 }, 10).map(({ count, epochs }) => [count, epochs]);
    expect(rungs).toEqual([
      [81, 1],
      [27, 3],
      [9, 10],
    ]);
  });

  const method: Method = { kind: 'halving', points: 9, eta: 3, seed: 1 };

  test('keeps the best third, and chooses among those that trained all epochs', () => {
    const tried = search(method, [line(0, 1)], ([x]) => Math.abs(x! - 0.5));
    expect(tried.map(({ epochs }) => epochs)).toEqual([...Array(9).fill(3), 9, 9, 9, 27]);
    expect(tried).toHaveLength(countTrials(method, 27));
    const first = tried.slice(0, 9).toSorted((a, b) => a.loss! - b.loss!);
    expect(tried.slice(9, 12).map(({ point }) => point)).toEqual(first.slice(0, 3).map(({ point }) => point));
    expect(chooseTrial(tried)).toBe(12);
  });

  test('does not choose a point for a low loss after few epochs', () => {
    const tried = search(method, [line(0, 1)], ([x], epochs) => x! + epochs);
    expect(tried[chooseTrial(tried)!]!.epochs).toBe(27);
  });

  test('a point that could not be trained goes no further', () => {
    const tried = search(method, [line(0, 1)], ([x]) => (x! < 0.5 ? null : x!));
    expect(tried.slice(9).every(({ point }) => point[0]! >= 0.5)).toBe(true);
  });
});

describe('the tree-structured Parzen estimator', () => {
  test('has the densities that scipy gives', () => {
    const cases = JSON.parse(readFileSync(join(import.meta.dirname, 'fixtures/parzen.json'), 'utf8')) as {
      points: number[];
      at: number[];
      density: number[];
    }[];
    for (const one of cases)
      one.at.forEach((share, i) => {
        expect(density(parzen(one.points), share)).toBeCloseTo(one.density[i]!, 6);
      });
  });

  test('counts the values of a list beside one draw of all: two of three a, none b', () => {
    expect(frequencies(2, [0, 0, 0])).toEqual([3.5 / 4, 0.5 / 4]);
  });

  const axes = [line(0, 1), line(1e-5, 1, true), { kind: 'list', count: 3 }] as const;
  const bowl = ([x, y, c]: Point) => (x! - 0.3) ** 2 + (Math.log10(y!) + 3) ** 2 / 10 + (c === 1 ? 0 : 0.2);
  const best = (tried: readonly Tried[]) =>
    Math.min(...tried.map(({ loss }) => loss ?? Number.POSITIVE_INFINITY));

  test('ends lower than random points in most searches of as many', () => {
    let wins = 0;
    for (let seed = 0; seed < 20; seed++) {
      const tpe = search({ kind: 'tpe', points: 40, startup: 10, seed }, axes, bowl);
      const random = search({ kind: 'tpe', points: 40, startup: 40, seed }, axes, bowl);
      expect(tpe.slice(0, 10)).toEqual(random.slice(0, 10));
      if (best(tpe) < best(random)) wins += 1;
    }
    // A fair coin does this once in 770 times.
    expect(wins).toBeGreaterThanOrEqual(17);
  });

  test('goes on as if it had not been interrupted, and tries nothing twice', () => {
    const method: Method = { kind: 'tpe', points: 12, startup: 3, seed: 5 };
    const lists: Axis[] = [
      { kind: 'list', count: 4 },
      { kind: 'list', count: 3 },
    ];
    const tried = search(method, lists, ([a, b]) => a! * b!);
    expect(new Set(tried.map(({ point }) => String(point))).size).toBe(12);
    const again = nextTrials(method, lists, tried.slice(0, 7), 27);
    expect(again).toEqual([{ point: tried[7]!.point, epochs: 27 }]);
  });
});

test('where nothing could be trained nothing is chosen', () => {
  const method: Method = { kind: 'tpe', points: 3, startup: 2, seed: 1 };
  expect(chooseTrial(search(method, [line(0, 1)], () => null))).toBeUndefined();
});
