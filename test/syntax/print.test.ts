import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, test } from 'vitest';
import { parseFile } from '../../src/syntax/parse.ts';
import { printFile } from '../../src/syntax/print.ts';
import { createSourceFile } from '../../src/text/source.ts';

const root = resolve(import.meta.dirname, '../..');
const programs = ['experiments', 'experiments/lib', 'test/spec/good']
  .flatMap((folder) => readdirSync(join(root, folder)).map((name) => join(folder, name)))
  .filter((name) => name.endsWith('.med'));

/** The tree without places. */
function shape(text: string): unknown {
  const { file, diagnostics } = parseFile(createSourceFile('x.med', text));
  expect(diagnostics).toEqual([]);
  return JSON.parse(JSON.stringify(file.statements, (key, value) => (key === 'span' ? undefined : value)));
}

describe('printing and parsing again gives the same tree', () => {
  test.each(programs)('%s', (name) => {
    const text = readFileSync(join(root, name), 'utf8');
    const printed = printFile(parseFile(createSourceFile(name, text)).file);
    expect(shape(printed)).toEqual(shape(text));
    // Printing is settled after once.
    expect(printFile(parseFile(createSourceFile(name, printed)).file)).toBe(printed);
  });

  test('every kind of value', () => {
    const text = String.raw`med 1
"http/grpc" = ["a \"b\" \\ \d", -1.5e-7, 1e21, 70%, name, call(), call(1, key: [x], before: 4m)]
x = 1..5   y = 10m before .. 10m after   z = 0.1..0.9 step 0.1
v = m only [a, b] without c with d.e = 1, f = g
w = m corrupt log drop 30% corrupt trace drop all at both with a = 1 corrupt mask instance 0.2
corrupt metric noise 0.5 at train
corrupt { log { drop = all } }
corrupt.log.delay = 2m
at = at
p = a -> b(1) else c -> d
empty { }
nested { deep { a = 1 } b = 2 }`;
    const printed = printFile(parseFile(createSourceFile('x.med', text)).file);
    expect(shape(printed)).toEqual(shape(text));
  });
});

test('the usual layout', () => {
  const text =
    'med 1\nimport "a.med"\nimport "b.med"\ndataset d { from=nezha("x") window=60s split = s(a:1%) }';
  expect(printFile(parseFile(createSourceFile('x.med', text)).file)).toBe(`med 1

import "a.med"
import "b.med"

dataset d {
  from   = nezha("x")
  window = 60s
  split  = s(a: 1%)
}
`);
});
