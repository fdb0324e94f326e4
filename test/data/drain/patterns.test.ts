import { expect, test } from 'vitest';
import { patternProblem } from '../../../src/catalog/patterns/index.ts';
import { namedMasks } from '../../../src/data/drain/masks.ts';
import { randomFrom } from './reference.ts';

test.each([
  ['(a+)+', 'exponential'],
  ['(a|a)+b', 'exponential'],
  ['(a|ab|b)+c', 'exponential'],
  ['(a?b?)+c', 'exponential'],
  ['x(a?b?)*c', 'exponential'],
  [String.raw`(\w+\s?)+$`, 'exponential'],
  ['(?:x{1,3})+', 'exponential'],
  ['(.*,)+x', 'exponential'],
  ['a(?=(b+)+c)', 'exponential'],
  [String.raw`\[('[0-9A-Z]+'[ ]*,?[ ]*)+\]`, 'exponential'],
  ['a*', 'matches nothing'],
  ['(a|)', 'matches nothing'],
  [String.raw`\b`, 'matches nothing'],
  ['(?=a)', 'matches nothing'],
  ['(x', 'no expression'],
  ['(?i:x)', 'no expression'],
  [String.raw`(a)\1`, 'backreference'],
  [String.raw`(?<q>a)\k<q>`, 'backreference'],
  ['((a{1,1000}){1,1000})', 'too large'],
])('a mask cannot be %j: %s', (pattern, what) => {
  expect(patternProblem(pattern)?.what).toBe(what);
});

test.each([
  'req-[0-9]+',
  '(a|b)+',
  '(a|ab)+c',
  String.raw`\d+(,\d+)*`,
  '([^"]|"")+"',
  String.raw`[a-z]+@[a-z]+(\.[a-z]+)+`,
  'x{2,40}y',
  'a+b+',
  String.raw`(?<!\d)\d{4}(?!\d)`,
  String.raw`\x41[\]\-]+`,
  'a.+b',
])('a mask can be %j', (pattern) => {
  expect(patternProblem(pattern)).toBeUndefined();
});

test('every named mask can be applied to any line', () => {
  for (const { name, pattern } of namedMasks) expect(patternProblem(pattern), name).toBeUndefined();
});

test('the mask LIST matches what the authors wrote, without its exponential time', () => {
  const list = namedMasks.find(({ name }) => name === 'LIST');
  const theirs = String.raw`\[('[0-9A-Z]+'[ ]*,?[ ]*)+\]`;
  const random = randomFrom(5);
  const tokens = ['[', "'A1'", "'b'", ',', ' ', '  ', ']', "''", 'x'];
  let matched = 0;
  for (let i = 0; i < 20_000; i++) {
    const length = 2 + Math.floor(random() * 8);
    const text = `[${Array.from({ length }, () => tokens[Math.floor(random() ** 1.5 * tokens.length)]).join('')}]`;
    const expected = text.replace(new RegExp(theirs, 'g'), '<:LIST:>');
    expect(text.replace(new RegExp(list?.pattern ?? '', 'g'), '<:LIST:>'), text).toBe(expected);
    if (expected !== text) matched++;
  }
  expect(matched).toBeGreaterThan(50);
});
