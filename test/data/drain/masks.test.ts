import { expect, test } from 'vitest';
import { masks, medicineMaskNames } from '../../../src/catalog/masks.ts';
import {
  compileMasks,
  generalMasks,
  type Mask,
  medicineMasks,
  namedMasks,
} from '../../../src/data/drain/masks.ts';
import { createVocabulary } from '../../../src/data/drain/vocabulary.ts';
import { randomFrom } from './reference.ts';

/** Masks a line the way Drain does: only where the gate lets it through. */
function maskWith(masks: readonly Mask[]): (line: string) => string {
  const masker = compileMasks(masks);
  const vocabulary = createVocabulary('_', masker.gate);
  return (line) => {
    const { hits } = vocabulary.scan(line);
    return masker.mayMatch(hits) ? masker.apply(line, hits) : line;
  };
}

test.each([
  ['from 10.244.0.17:8080 to 1.2.3.4', 'from <:IP:>:8080 to <:IP:>'],
  ['10.1.2.3', '<:IP:>'],
  ['version 1.22.3 at 16:42:22.382', 'version 1.22.3 at 16:42:22.382'],
  ['v10.1.2.3', 'v10.1.2.3'],
  ['rack J12-U03 down', 'rack <:MID:> down'],
  ['2005-06-03-15.42.50.675872 up', '<:DTIME:> up'],
  ['at 0x7ffe?? and 0XAB', 'at <:HEX:> and <:HEX:>'],
  ["ids=['66VCHSJNUP', 'OLJ'] end", 'ids=<:LIST:> end'],
  ['', ''],
])('masks %j as %j', (line, masked) => {
  expect(maskWith(medicineMasks)(line)).toBe(masked);
});

test('the gate never hides a match', () => {
  const patterns = [
    String.raw`\d+ms`,
    'a?b',
    '(?:ab)+c',
    'x{2,3}y',
    String.raw`[^a-c\]]-\d`,
    '(a|b)c',
    String.raw`(?<!a)b\b`,
    'a{2}',
    'a*d',
    '(?<q>a)b',
    String.raw`\x61b`,
    'c{0}d',
    '(?:a-){2,}b',
    String.raw`\.\.`,
    'ß+a',
    String.raw`[^\s]y$`,
    ...medicineMasks.map(({ pattern }) => pattern),
  ];
  const random = randomFrom(11);
  const alphabet = "aabbccdxxyy00112..--  __]ms['X,JUß";
  const lines = Array.from({ length: 3000 }, () =>
    Array.from(
      { length: Math.floor(random() * 24) },
      () => alphabet[Math.floor(random() * alphabet.length)],
    ).join(''),
  );
  const all = patterns.map((pattern, i) => ({ name: `M${i}`, pattern }));
  for (const masks of [...all.map((mask) => [mask]), all.slice(0, 6), all.slice(10)]) {
    const mask = maskWith(masks);
    const plainly = lines.map((line) =>
      masks.reduce((text, m) => text.replace(new RegExp(m.pattern, 'g'), `<:${m.name}:>`), line),
    );
    expect(lines.map(mask), masks.map(({ pattern }) => pattern).join(' ')).toEqual(plainly);
    const changed = plainly.filter((text, i) => text !== lines[i]).length;
    if (masks[0]?.name.match(/^M\d$/)) expect(changed).toBeGreaterThan(0);
  }
});

test('every mask that a file can name has a pattern', () => {
  expect(namedMasks.map(({ name }) => name)).toEqual(masks.map(({ name }) => name));
  expect(medicineMasks.map(({ name }) => name)).toEqual(medicineMaskNames);
});

test.each([
  ['id=6e8bc430-9c3a-11d9-9669-0800200c9a66)', 'id=<:UUID:>)'],
  ['TraceID: ffc8ca7e4c8f06c75142c880d5595d96 SpanID: 439bc949a9eeb0cc', 'TraceID: <:ID:> SpanID: <:ID:>'],
  ['date: 2021-07-14, trip', 'date: <:DATE:>, trip'],
  ['16:42:22.382 INFO t.s.TravelServiceImpl#532', '<:CLOCK:> INFO t.s.TravelServiceImpl#532'],
  ['status=1, price 50.0 D1345 a2b 3ms', 'status=<:NUM:>, price <:NUM:> D1345 a2b 3ms'],
])('general masks: %j becomes %j', (line, masked) => {
  expect(maskWith(generalMasks)(line)).toBe(masked);
});
