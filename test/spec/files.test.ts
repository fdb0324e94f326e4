import { expect, test } from 'vitest';
import { planSpec } from '../../src/graph/plan-spec.ts';
import { resolveSpec } from '../../src/spec/resolve.ts';
import { emptyWorld } from '../graph/support.ts';
import { textHost } from './support.ts';

const codes = (files: Readonly<Record<string, string>>) =>
  resolveSpec('main.med', { host: textHost(files) }).diagnostics.map((one) => one.code);

test('a file that is not text says so and nothing else', () => {
  expect(codes({ 'main.med': 'med 1\n\0\uFFFDdataset' })).toEqual(['MED1113']);
});

test('an empty file, a byte order mark, Windows line ends', () => {
  expect(codes({ 'main.med': '' })).toEqual(['MED1007']);
  expect(codes({ 'main.med': '\uFEFFmed 1\r\ndataset d {\r\n  from = nezha("x")\r\n}\r\n' })).toEqual([]);
});

test('two files may import a third; each is read once', () => {
  const model = 'model m { encode log = drain -> hashed(64) -> weighted_sum -> transformer -> pool }';
  expect(
    codes({
      'main.med': 'med 1\nimport "a.med"\nimport "lib/b.med"\n',
      'a.med': 'med 1\nimport "lib/c.med"\n',
      'lib/b.med': 'med 1\nimport "../lib/c.med"\n',
      'lib/c.med': `med 1\n${model}\n`,
    }),
  ).toEqual([]);
});

test('experiments of imported files do not run, and their mistakes are their own', () => {
  const library = `med 1
dataset d { from = nezha("x") }
model m { encode log = drain -> hashed(64) -> weighted_sum -> transformer -> pool }
experiment inner { data = d   variant a = m }
`;
  const host = textHost({
    'main.med': 'med 1\nimport "lib.med"\nexperiment outer { data = d   variant b = m }\n',
    'lib.med': library,
  });
  const { spec } = resolveSpec('main.med', { host });
  expect(spec?.experiments.map((one) => one.name)).toEqual(['outer']);
});

test('reports of imported files are not written, and a report changes nothing that is computed', () => {
  const library = `med 1
dataset d { from = simulate(online_boutique) }
model m { encode log = drain -> hashed(64) -> weighted_sum -> transformer -> pool }
experiment inner { data = d   variant a = m }
report inner { write = ["inner.md"]   rows = [a] }
`;
  const main = 'med 1\nimport "lib.med"\nexperiment outer { data = d   variant b = m }\n';
  const resolve = (text: string) =>
    resolveSpec('main.med', { host: textHost({ 'main.med': text, 'lib.med': library }) }).spec;
  const [without, reported] = [resolve(main), resolve(`${main}report r { write = ["r.md"] }\n`)];
  expect(without && 'reports' in without).toBe(false);
  expect(reported?.reports).toEqual([{ name: 'r', of: ['outer'], write: ['r.md'] }]);
  expect(reported?.experiments).toEqual(without?.experiments);
  const [plan, same] = [without, reported].map((spec) => spec && planSpec(spec, emptyWorld(spec)));
  expect(same).toEqual(plan);
});
