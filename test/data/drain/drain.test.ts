import { expect, test } from 'vitest';
import { createDrain, type DrainOptions, restoreDrain } from '../../../src/data/drain/drain.ts';
import { medicineMasks } from '../../../src/data/drain/masks.ts';
import { MedxError } from '../../../src/diagnostics/diagnostic.ts';
import { plainDrain, randomFrom } from './reference.ts';

const options: DrainOptions = {
  similarity: 0.5,
  depth: 3,
  children: 100,
  clusters: 1024,
  delimiters: '_',
  masks: medicineMasks,
};

const words = [
  'get',
  'put',
  'user',
  'order',
  'failed',
  'ok',
  'in',
  'ms',
  '',
  'a_b',
  'Größe',
  '：',
  '\u3000',
  '<:*:>',
];

function randomLines(count: number, seed: number): string[] {
  const random = randomFrom(seed);
  const pick = (): string => {
    const kind = random();
    if (kind < 0.75) return words[Math.floor(random() * words.length)] as string;
    if (kind < 0.85) return `n${Math.floor(random() * 50)}`;
    if (kind < 0.9) return `10.0.0.${Math.floor(random() * 200)}:80`;
    if (kind < 0.95) return `0x${Math.floor(random() * 1e6).toString(16)}`;
    return `w${Math.floor(random() * 1e6).toString(36)}`;
  };
  return Array.from({ length: count }, () =>
    Array.from({ length: Math.floor(random() * 8) }, pick).join(' '),
  );
}

test.each([
  ['lines grouped by length alone', {}],
  ['three more levels', { depth: 6 }],
  ['few children', { depth: 5, children: 3 }],
  ['few clusters, so that many are evicted', { clusters: 7 }],
  ['few clusters under a deep tree', { clusters: 9, depth: 5, children: 4 }],
  ['a high threshold', { similarity: 0.9, depth: 4 }],
  ['a low threshold', { similarity: 0.1, depth: 4 }],
  ['other delimiters, no masks', { delimiters: '=:', masks: [] }],
] as const)('assigns every line as Drain written plainly does: %s', (_, changes) => {
  const settings = { ...options, ...changes };
  const drain = createDrain(settings);
  const plain = plainDrain(settings);
  const lines = randomLines(3000, 7);
  expect(lines.map((line) => [line, drain.fit(line)])).toEqual(lines.map((line) => [line, plain(line)]));
});

test('a saved tree goes on where it stopped', () => {
  const settings = { ...options, depth: 5, clusters: 40 };
  const lines = randomLines(4000, 3);
  const whole = createDrain(settings);
  const first = createDrain(settings);
  for (const line of lines.slice(0, 2000)) {
    whole.fit(line);
    first.fit(line);
  }
  const saved = JSON.stringify(first.save());
  const second = restoreDrain(JSON.parse(saved));
  expect(JSON.stringify(second.save())).toBe(saved);
  for (const line of lines.slice(2000)) expect(second.fit(line)).toEqual(whole.fit(line));
  expect(second.templates()).toEqual(whole.templates());
});

test('matching names the cluster that learning would choose, and learns nothing', () => {
  const drain = createDrain(options);
  for (const line of ['user 7 logged in', 'user 8 logged in', 'disk full']) drain.fit(line);
  const before = JSON.stringify(drain.save());
  expect(drain.match('user 9 logged in')).toBe(1);
  expect(drain.match('disk full')).toBe(2);
  expect(drain.match('disk failed badly')).toBeUndefined();
  expect(drain.match('something else altogether here')).toBeUndefined();
  expect(JSON.stringify(drain.save())).toBe(before);
  expect(drain.templates()).toEqual([
    { id: 1, size: 2, template: 'user <:*:> logged in' },
    { id: 2, size: 1, template: 'disk full' },
  ]);
});

test('what is remembered of earlier lines changes no answer, however many there were', () => {
  const drain = createDrain(options);
  for (const line of randomLines(500, 21)) drain.fit(line);
  const lines = randomLines(30_000, 22);
  const found = lines.map((line) => drain.match(line));
  const other = restoreDrain(drain.save());
  expect(lines.map((_, i) => other.match(lines.at(-1 - i) ?? '')).toReversed()).toEqual(found);
  expect(lines.map((line) => drain.match(line))).toEqual(found);
  // More than are remembered.
  expect(new Set(lines.map((line) => line.replace(/\d+/g, '0'))).size).toBeGreaterThan(10_000);
});

test('tokens that no template needs are forgotten: memory follows the templates', () => {
  const settings = { ...options, clusters: 3 };
  const drain = createDrain(settings);
  const plain = plainDrain(settings);
  const random = randomFrom(1);
  for (let i = 0; i < 6000; i++) {
    const line = Array.from({ length: 1 + (i % 5) }, () => Math.floor(random() * 1e9).toString(36)).join(' ');
    expect(drain.fit(line)).toEqual(plain(line));
  }
  expect(drain.templates()).toHaveLength(3);
});

test('every mask that cannot be used and every setting out of range is named at once', () => {
  const codes = (run: () => unknown): string[] => {
    try {
      run();
    } catch (error) {
      if (error instanceof MedxError) return error.diagnostics.map(({ code }) => code);
    }
    return [];
  };
  const masks = [
    { name: 'my id', pattern: 'x' },
    { name: 'OPEN', pattern: '(' },
  ];
  expect(codes(() => createDrain({ ...options, masks }))).toEqual(['MED3501', 'MED3502']);
  expect(codes(() => createDrain({ ...options, similarity: 0, depth: 2, children: 1, clusters: 0 }))).toEqual(
    ['MED3503', 'MED3503', 'MED3503', 'MED3503'],
  );
});
