/** Points drawn from a space: within it, all over it, the same for the same seed. */
import { expect, test } from 'vitest';
import { type Axis, drawPoints, type Range, shareOf, valueAt } from '../../src/search/space.ts';

const range = (low: number, high: number, more: Partial<Range> = {}): Range => {
  return { kind: 'range', low, high, log: false, whole: false, ...more };
};
const axes: Axis[] = [range(0.1, 0.9), range(1e-5, 1e-2, { log: true }), range(2, 5, { whole: true })];

test('a seed draws the same points, another one others, and more points begin with the same', () => {
  const ten = drawPoints(axes, 10, 3);
  expect(drawPoints(axes, 10, 3)).toEqual(ten);
  expect(drawPoints(axes, 25, 3).slice(0, 10)).toEqual(ten);
  expect(drawPoints(axes, 10, 4)).not.toEqual(ten);
});

test('points fill their ranges evenly, in the logarithm where that is asked for', () => {
  const points = drawPoints(axes, 4000, 1);
  const column = (k: number) => points.map((point) => point[k]!);
  const below = (k: number, value: number) => column(k).filter((one) => one < value).length / points.length;
  expect(Math.min(...column(0))).toBeGreaterThanOrEqual(0.1);
  expect(Math.max(...column(0))).toBeLessThanOrEqual(0.9);
  // Three standard errors of a share of a half are 0.024.
  expect(Math.abs(below(0, 0.5) - 0.5)).toBeLessThan(0.024);
  expect(Math.abs(below(1, 10 ** -3.5) - 0.5)).toBeLessThan(0.024);
  for (const whole of [2, 3, 4, 5]) {
    const share = column(2).filter((one) => one === whole).length / points.length;
    expect(Math.abs(share - 0.25)).toBeLessThan(0.021);
  }
});

test('a space with fewer points gives all of them, each once', () => {
  const small: Axis[] = [{ kind: 'list', count: 3 }, range(1, 2, { whole: true })];
  const points = drawPoints(small, 10, 1);
  expect(new Set(points.map(String))).toEqual(new Set(['0,1', '0,2', '1,1', '1,2', '2,1', '2,2']));
});

test('ends are not passed, whatever is rounded', () => {
  expect(valueAt(range(0.12344, 0.12348), 0)).toBe(0.12344);
  expect(valueAt(range(0.12344, 0.12348), 1)).toBe(0.12348);
  expect(valueAt(range(1, 64, { log: true, whole: true }), 1)).toBe(64);
});

test('a value lies where it was drawn', () => {
  for (const axis of [
    range(-3, 7),
    range(1e-5, 1e-2, { log: true }),
    range(1, 1000, { whole: true, log: true }),
  ])
    for (const share of [0.1, 0.35, 0.8]) expect(shareOf(axis, valueAt(axis, share))).toBeCloseTo(share, 1);
});
