/** Whatever is typed, medx answers with diagnostics: it neither throws nor accepts a damaged file in silence. */
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { expect, test } from 'vitest';
import { resolveSpec } from '../../src/spec/resolve.ts';
import { textHost } from './support.ts';

const root = resolve(import.meta.dirname, '../../experiments');
const library = readFileSync(join(root, 'lib/medicine.med'), 'utf8');
const text = readFileSync(join(root, 'd3-ablation.med'), 'utf8');
const check = (main: string) =>
  resolveSpec('main.med', { host: textHost({ 'main.med': main, 'lib/medicine.med': library }) });

test('a file cut off anywhere', () => {
  for (let end = 0; end < text.length; end += 29) expect(() => check(text.slice(0, end))).not.toThrow();
});

test('a word, sign or number left out anywhere', () => {
  const pieces = [...text.matchAll(/[\w.]+|[^\s\w]/g)];
  for (const { index, 0: piece } of pieces)
    expect(() => check(text.slice(0, index) + text.slice(index + piece.length))).not.toThrow();
});

test('a stray sign put in anywhere', () => {
  for (let at = 0; at < text.length; at += 53)
    for (const sign of ['}', ']', '"', '=', '->', '1..', '\u0000'])
      expect(() => check(`${text.slice(0, at)}${sign}${text.slice(at)}`)).not.toThrow();
});

test('a missing brace or bracket is one error', () => {
  for (const { index, 0: sign } of text.matchAll(/[{}()]/g)) {
    const line = text.slice(text.lastIndexOf('\n', index) + 1, index);
    if (line.includes('#')) continue;
    const { diagnostics } = check(text.slice(0, index) + text.slice(index + 1));
    const shown = diagnostics.map((one) => `${one.code} ${one.message}`);
    expect(shown.length, `without \`${sign}\` at ${index}: ${shown.join('; ')}`).toBe(1);
  }
});
