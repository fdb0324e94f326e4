/** Cloud19: rare exceptions of single services tell the failure; without exceptions it answers by class frequency. */
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { tempFolder } from '../../support/temp.ts';
import { ask, cases, type Line, labelOf, linesOf, majority, split, windows } from './support.ts';

const folder = tempFolder('cloud19');
const all = Array.from({ length: cases }, (_, index) => index);

/** Many requests, and here and there an exception that any failure has. */
function background(index: number): Line[] {
  return Array.from({ length: windows }, (_, window) => [
    ...Array.from({ length: 8 }, (_, k) => ({
      ...{ index, window, instance: `cart-${k % 2}` },
      message: `INFO get cart of user took ${k} ms`,
    })),
    ...(index % 2 === 0 && window === 1
      ? [{ index, window, instance: 'pay-0', message: 'ERROR card declined by bank' }]
      : []),
  ]).flat();
}

/** One line per case, of the service and text that its class has. */
const rare = [
  { instance: 'cart-0', message: 'ERROR deadline exceeded while calling redis' },
  { instance: 'cart-1', message: 'FATAL out of memory in cache of carts' },
  { instance: 'front-0', message: 'ERROR connection reset by peer' },
] as const;

test('one rare exception per case among hundreds of lines is enough', async () => {
  const lines = all.flatMap((index) => [
    ...background(index),
    ...rare.filter((_, label) => label === labelOf(index)).map((line) => ({ index, window: 3, ...line })),
  ]);
  const { right, notices } = await ask('cloud19', join(folder, 'rare'), { lines: linesOf(lines) });
  expect(right).toBeGreaterThanOrEqual(0.9);
  expect(notices).toEqual([]);
});

test('the level may stand in a field of its own', async () => {
  const messages = ['redis is slow to answer', 'cache of carts is full', 'peer has gone away'];
  const lines = all.flatMap((index) => [
    ...background(index).filter(({ message }) => message.startsWith('INFO')),
    ...messages.map((message, label) => ({
      ...{ index, window: 3, instance: 'cart-0', message },
      level: label === labelOf(index) ? 'critical' : 'info',
    })),
  ]);
  const { right } = await ask('cloud19', join(folder, 'field'), { lines: linesOf(lines) });
  expect(right).toBe(1);
});

test('a service without exceptions is read by its warnings', async () => {
  const words = [
    'WARN redis is slow to answer',
    'severity: warning, message: cache is full',
    'WARN peer has gone',
  ];
  const lines = all.flatMap((index) => [
    ...background(index),
    { index, window: 3, instance: 'cart-0', message: words[labelOf(index)] ?? '' },
  ]);
  const { right } = await ask('cloud19', join(folder, 'warnings'), { lines: linesOf(lines) });
  expect(right).toBe(1);
});

test('the same exceptions whatever the failure: near the majority', async () => {
  const lines = all.flatMap((index) => [
    ...background(index),
    ...rare.filter((_, k) => (index * 7 + k) % 3 === 0).map((line) => ({ index, window: 3, ...line })),
  ]);
  const { right } = await ask('cloud19', join(folder, 'noise'), { lines: linesOf(lines) });
  expect(right).toBeGreaterThan(0.3);
  expect(right).toBeLessThan(0.8);
});

test('no exceptions at all: class frequencies, and it says so', async () => {
  const lines = all.flatMap((index) => background(index).filter(({ message }) => message.startsWith('INFO')));
  const found = await ask('cloud19', join(folder, 'none'), { lines: linesOf(lines) });
  expect(found.right).toBe(majority);
  expect(found.tested[0]?.probabilities.map((p) => p.toFixed(2))).toEqual(['0.60', '0.20', '0.20']);
  expect(found.notices).toEqual([expect.stringMatching(/^MED3740 .*20/)]);
});

test('what no training case wrote is ignored', async () => {
  const tested = new Set([...split.test, ...split.valid]);
  const lines = all.flatMap((index) => [
    ...background(index).filter(({ message }) => message.startsWith('INFO')),
    ...rare
      .filter((_, label) => label === labelOf(index))
      .map(({ message }) => ({
        index,
        window: 3,
        instance: tested.has(index) ? 'new-0' : 'cart-0',
        message,
      })),
  ]);
  const { right, notices } = await ask('cloud19', join(folder, 'unseen'), { lines: linesOf(lines) });
  expect(right).toBe(majority);
  expect(notices).toEqual([expect.stringMatching(/^MED3740 .*20/)]);
});
