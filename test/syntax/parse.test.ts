import { describe, expect, test } from 'vitest';
import type { Statement } from '../../src/syntax/ast.ts';
import { parseFile } from '../../src/syntax/parse.ts';
import { createSourceFile } from '../../src/text/source.ts';

const parse = (text: string) => parseFile(createSourceFile('x.med', text));
const keys = (text: string) => parse(text).file.statements.map((one) => one.key.text);
const inner = (text: string) => parse(`b {\n${text}\n}`).file.statements[0]?.block?.statements ?? [];
const plain = (value: unknown) =>
  JSON.parse(JSON.stringify(value, (key, part) => (key === 'span' ? undefined : part)));

describe('layout: what is a key', () => {
  test('several settings share a line', () => {
    const found = inner(
      'data = d3   train = standard   seeds = 1..5   mao { alpha = 0.5   beta = 0.3 }   dim = 4',
    );
    expect(found.map((one) => one.key.text)).toEqual(['data', 'train', 'seeds', 'mao', 'dim']);
  });

  test('forms with several words share a line too', () => {
    const found = inner(
      'encode log = a -> b   encode trace = c   variant full = m only log   sweep full each { x = 1 }',
    );
    expect(
      found.map((one) => [one.key.text, ...one.words.map((word) => 'text' in word && word.text)]),
    ).toEqual([
      ['encode', 'log'],
      ['encode', 'trace'],
      ['variant', 'full'],
      ['sweep', 'full', 'each'],
    ]);
  });

  test.each([
    ['after an arrow', 'a = b ->\n c\n d = e'],
    ['in front of an arrow', 'a = b\n -> c\n d = e'],
    ['after else', 'a = b else\n c\n d = e'],
    ['inside a list', 'a = [b,\n c\n, f]\n d = e'],
    ['inside arguments', 'a = b(\n c,\n k: 1\n)\n d = e'],
    ['after an equals sign', 'a =\n b\n d = e'],
    ['over several settings of with', 'a = m with x = 1,\n y = 2\n d = e'],
  ])('a line goes on %s', (_name, text) => {
    expect(parse(text).diagnostics).toEqual([]);
    expect(keys(text)).toEqual(['a', 'd']);
  });
});

describe('after a mistake reading goes on at the next key', () => {
  test.each([
    ['a value is missing', 'a =\nb = 1'],
    ['a list is open', 'a = [1, 2\nb = 1'],
    ['arguments are open', 'a = f(1, x: \nb = 1'],
    ['a sign is wrong', 'a = 1 ; 2\nb = 1'],
    ['text is open', 'a = "x\nb = 1'],
    ['two values', 'a = 1 2\nb = 1'],
    ['an arrow leads nowhere', 'a = x ->\nb = 1'],
    ['a patch names nothing', 'a = m only\nb each { c = 1 }'],
  ])('%s', (_name, text) => {
    const { file, diagnostics } = parse(text);
    expect(diagnostics).toHaveLength(1);
    expect(file.statements.map((one) => [one.key.text, one.broken])).toEqual([
      ['a', true],
      ['b', false],
    ]);
  });

  test('a block that is not closed ends where the next one starts', () => {
    const { file, diagnostics } = parse('dataset a {\n x = 1\nmodel b {\n y = 2\n}\n');
    expect(diagnostics.map((one) => one.code)).toEqual(['MED1005']);
    expect(file.statements.map((one) => one.key.text)).toEqual(['dataset', 'model']);
  });
});

describe('values', () => {
  test('numbers keep their unit', () => {
    const [a] = inner('a = [60s, 1e-4, 70%, -2, 0.5h]');
    expect(plain(a?.value)).toEqual({
      kind: 'list',
      items: [
        { kind: 'number', value: 60, unit: 's' },
        { kind: 'number', value: 1e-4, unit: '' },
        { kind: 'number', value: 70, unit: '%' },
        { kind: 'number', value: -2, unit: '' },
        { kind: 'number', value: 0.5, unit: 'h' },
      ],
    });
  });

  test('else binds tighter than an arrow, patches bind loosest', () => {
    const [a] = inner('a = x -> y else z only w');
    expect(plain(a?.value)).toMatchObject({
      kind: 'patched',
      base: { kind: 'pipeline', steps: [{ text: 'x' }, { kind: 'choice' }] },
      patches: [{ kind: 'only', targets: [{ text: 'w' }] }],
    });
  });

  test('spans cover what was written', () => {
    const text = 'a = f(x: 10m before .. 10m after)';
    const value = parse(text).file.statements[0]?.value;
    expect(text.slice(value?.span.start, value?.span.end)).toBe('f(x: 10m before .. 10m after)');
  });
});

describe('corrupt', () => {
  const patches = (statement: Statement | undefined) =>
    statement?.value?.kind === 'patched' ? statement.value.patches.map(({ kind }) => kind) : [];

  test('goes on from a variant where it stands further in, and is a line of its own where it does not', () => {
    const found = inner(`  variant a = m
    corrupt log drop 30%
    corrupt trace drop all at train
  corrupt log drop 10%
  variant b = m`);
    expect(found.map(({ key }) => key.text)).toEqual(['variant', 'corrupt', 'variant']);
    expect(patches(found[0])).toEqual(['corrupt', 'corrupt']);
    expect(found[1]?.words).toHaveLength(3);
  });

  test('a block before it or behind it is not gone on from', () => {
    const keys = inner(`  mao { a = 1 }
    corrupt log drop 30%
  data = d   corrupt { log.drop = 1 }`).map(({ key }) => key.text);
    expect(keys).toEqual(['mao', 'corrupt', 'data', 'corrupt']);
  });

  test('a setting is not gone on from, however far in it stands', () => {
    const { file } = parse('experiment x { data = d\n    corrupt log drop 30%\n  variant a = m\n}');
    const keys = file.statements[0]?.block?.statements.map(({ key }) => key.text);
    expect(keys).toEqual(['data', 'corrupt', 'variant']);
    expect(inner('  data = d\n    corrupt log drop 30%').map(({ key }) => key.text)).toEqual([
      'data',
      'corrupt',
    ]);
    const [one] =
      parse('experiment x { variant a = m\n    corrupt log drop 30% }').file.statements[0]?.block
        ?.statements ?? [];
    expect(patches(one)).toEqual(['corrupt']);
  });

  test('patches follow `with` too', () => {
    expect(patches(inner('  v = m with a = 1, b = 2 without c corrupt log drop 1')[0])).toEqual([
      'with',
      'without',
      'corrupt',
    ]);
  });
});
