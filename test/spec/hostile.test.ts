/** A file from a stranger: what would exhaust medx, steer the terminal or leave its folder is refused with one clear error. */
import { expect, test } from 'vitest';
import { renderDiagnostic } from '../../src/diagnostics/terminal.ts';
import { resolveSpec } from '../../src/spec/resolve.ts';
import { visible, visibleButColours } from '../../src/text/visible.ts';
import { textHost } from './support.ts';

const head = `med 1
dataset d {
  from = simulate(online_boutique, cases: 16)   window = 60s   case = 3m before .. 3m after
  split = stratified(train: 50%, valid: 25%, test: 25%)
}
model m {
  encode metric = standardize -> window_mean -> squeeze_excite(by: instance) -> transformer(heads: 2) -> pool(mean)
  dim = 8   mao { alpha = 0.5  beta = 0.3 }
}
train t { epochs = 3  batch = 4 }
`;
const experiment = (more: string) => `${head}experiment e { data = d  train = t  variant v = m  ${more} }\n`;
const good = experiment('seeds = 1..3');

const check = (text: string, files: Readonly<Record<string, string>> = {}, sets: readonly string[] = []) =>
  resolveSpec('main.med', { host: textHost({ 'main.med': text, ...files }), sets }).diagnostics;

test('the file that all others are made of is sound', () => {
  expect(check(good)).toEqual([]);
});

const escapes = '\u001b]0;gone\u0007\u001b[2J';

test.each([
  [
    'a text of millions of characters',
    experiment(`seeds = 1..3  note = "${'a'.repeat(3_000_000)}"`),
    'MED1113',
    'more than',
  ],
  [
    'a name of millions of characters',
    `${head}experiment ${'e'.repeat(3_000_000)} { }`,
    'MED1113',
    'more than',
  ],
  ['blocks within blocks', `${head}experiment e ${'{ a '.repeat(20_000)}`, 'MED1113', '64 brackets'],
  [
    'lists within lists',
    experiment(`x = ${'['.repeat(50_000)}${']'.repeat(50_000)}`),
    'MED1113',
    '64 brackets',
  ],
  [
    'calls within calls',
    experiment(`x = ${'f('.repeat(50_000)}${')'.repeat(50_000)}`),
    'MED1113',
    '64 brackets',
  ],
  [
    'a terminal sequence in a text',
    experiment(`note = "${escapes}"`),
    'MED1113',
    'line 11 has the control character U+001B',
  ],
  ['a terminal sequence in a name', `${head}experiment \u001b[31me { }`, 'MED1113', 'U+001B'],
  ['a terminal sequence of one character', experiment('note = "\u009b2J"'), 'MED1113', 'U+009B'],
  ['letters shown in another order', experiment('note = "\u202ecba"'), 'MED1113', 'U+202E'],
  ['more seeds than anyone runs', experiment('seeds = 1..1000000000000'), 'MED1211', '1000000000000 values'],
  [
    'a seed of a hundred thousand digits',
    experiment(`seeds = [${'9'.repeat(100_000)}]`),
    'MED1203',
    'out of range',
  ],
  [
    'a sweep of a million points',
    experiment('seeds = 1..3  sweep v cross { mao.alpha = 0..1 step 0.001  mao.beta = 0..1 step 0.001 }'),
    'MED6131',
    '1,002,001 points',
  ],
  [
    'a pipeline of thousands of steps',
    good.replace('pool(mean)', `pool(mean)${' -> pool(mean)'.repeat(2000)}`),
    'MED6130',
    '2005 steps',
  ],
  [
    'an import above the folder',
    `med 1\nimport "../../etc/passwd"\n${head.slice(6)}`,
    'MED1112',
    '../../etc/passwd',
  ],
  ['an import from the root', `med 1\nimport "/etc/passwd"\n${head.slice(6)}`, 'MED1112', '/etc/passwd'],
])('%s: one clear error', (_, text, code, words) => {
  const found = check(text);
  expect(found.map((one) => one.code)).toEqual([code]);
  const shown = renderDiagnostic(found[0]!, {
    source: (name) => ({ name, text, lineStarts: [0] }),
    color: false,
  });
  expect(shown).toContain(words);
  expect(shown.length).toBeLessThan(3000);
  expect(shown.replaceAll('\n', '')).not.toMatch(/\p{Cc}/u);
});

test('imports in a circle are one error that names the circle', () => {
  const found = check(good.replace('med 1', 'med 1\nimport "a.med"'), {
    'a.med': 'med 1\nimport "b.med"\n',
    'b.med': 'med 1\nimport "a.med"\n',
  });
  expect(found.map((one) => one.code)).toEqual(['MED1111']);
  expect(JSON.stringify(found[0])).toContain('a.med');
});

test('an option that a pack brings along is looked at in the same way', () => {
  expect(check(good, {}, [`e.seeds=${'['.repeat(100_000)}`]).map((one) => one.code)).toEqual(['MED1113']);
  expect(check(good, {}, [`e.note="${escapes}"`]).map((one) => one.code)).toEqual(['MED1113']);
});

test('control characters of names and log lines are shown as signs; the colours of medx stay', () => {
  expect(visible(`cpu${escapes}\ttype\n`)).toBe('cpu␛]0;gone␇␛[2J\ttype\n');
  expect(visible('a\u009b2J\u007f\u202e')).toBe('a\\u009b2J\\u007f\\u202e');
  expect(visibleButColours(`\u001b[1;31merror\u001b[0m ${escapes}\r`)).toBe(
    '\u001b[1;31merror\u001b[0m ␛]0;gone␇␛[2J␍',
  );
  const one = {
    code: 'MED3001',
    severity: 'error' as const,
    message: `class ${escapes}`,
    notes: [escapes],
    place: escapes,
  };
  expect(renderDiagnostic(one, { source: () => undefined, color: false }).replaceAll('\n', '')).not.toMatch(
    /\p{Cc}/u,
  );
});
