/** Which spans are one trace, how deep they lie, and what their status says. */
import { expect, test } from 'vitest';
import { createSlots } from '../../src/data/windows/id-table.ts';
import { isOrphan, isRoot } from '../../src/data/windows/span-rows.ts';
import { findFamilies } from '../../src/data/windows/span-traces.ts';
import { isFailure } from '../../src/data/windows/status.ts';

function familiesOf(spans: readonly { trace: number; parent: number; time: number }[]) {
  const ints = (values: readonly number[]) => Int32Array.from(values);
  const all = ints(spans.map((_, i) => i));
  const none = ints(spans.map(() => 0));
  const family = { depth: none.slice(), head: none.slice(), trace: none.slice() };
  const rows = {
    count: spans.length,
    time: Float64Array.from(spans, ({ time }) => time),
    id: { low: ints(spans.map((_, i) => 100 + i)), high: none },
    trace: { low: ints(spans.map(({ trace }) => trace)), high: none.slice() },
  };
  const parents = ints(spans.map(({ parent }) => parent));
  findFamilies(all, rows, parents, createSlots(spans.length), family);
  return { depth: [...family.depth], trace: [...family.trace] };
}

test('traces count by their first span, depth by the spans above', () => {
  const found = familiesOf([
    { trace: 7, parent: 1, time: 5 },
    { trace: 7, parent: isRoot, time: 4 },
    { trace: 9, parent: isRoot, time: 1 },
    { trace: 7, parent: 0, time: 9 },
    { trace: 9, parent: isOrphan, time: 2 },
  ]);
  expect(found).toEqual({ depth: [1, 0, 0, 2, 0], trace: [1, 1, 0, 1, 0] });
});

test('without trace ids, spans under one root are a trace', () => {
  const found = familiesOf([
    { trace: 0, parent: 2, time: 3 },
    { trace: 0, parent: isRoot, time: 2 },
    { trace: 0, parent: isRoot, time: 1 },
    { trace: 0, parent: 0, time: 4 },
  ]);
  expect(found).toEqual({ depth: [1, 0, 0, 2], trace: [0, 1, 0, 0] });
});

test('a circle of parents ends', () => {
  const found = familiesOf([
    { trace: 1, parent: 1, time: 1 },
    { trace: 1, parent: 0, time: 2 },
    { trace: 1, parent: 2, time: 3 },
  ]);
  expect(found.trace).toEqual([0, 0, 0]);
  expect(found.depth.every((depth) => depth >= 0 && depth < 3)).toBe(true);
});

test.each([
  ['0', false],
  ['200', false],
  ['302', false],
  ['', false],
  ['Ok', false],
  ['STATUS_CODE_UNSET', false],
  ['404', true],
  ['503', true],
  ['13', true],
  ['ERROR', true],
  ['STATUS_CODE_ERROR', true],
  ['DEADLINE_EXCEEDED', true],
])('status %s: failed %s', (status, failed) => {
  expect(isFailure(status)).toBe(failed);
});
