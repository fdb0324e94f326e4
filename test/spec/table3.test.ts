/** The files of Table 3 name every method that there is, and mean the same data, training and model as the files beside them. */
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { baselines } from '../../src/catalog/baselines/index.ts';
import { resolveSpec } from '../../src/spec/resolve.ts';
import { folderHost, render } from './support.ts';

const host = folderHost(join(import.meta.dirname, '../../experiments'));

function experimentsOf(file: string) {
  const result = resolveSpec(file, { host });
  if (!result.spec) throw new Error(render(result));
  return result.spec.experiments;
}

test.each(['table3.med', 'table3-d1.med', 'table3-d2.med', 'table3-d3.med'])('%s has all rows', (file) => {
  const all = baselines.map(({ name }) => name).sort();
  for (const { name, baselines: rows } of experimentsOf(file))
    expect(rows.map((row) => row.method).sort(), name).toEqual(all);
});

test.each([
  ['table3-d1.med', 'd1.med'],
  ['table3-d2.med', 'd2.med'],
  ['table3-d3.med', 'd3-ablation.med'],
])('%s compares on what %s has', (table, ablation) => {
  const [[one], [other]] = [experimentsOf(table), experimentsOf(ablation)];
  expect(one?.data).toEqual(other?.data);
  expect(one?.seeds).toEqual(other?.seeds);
  const [medicine, full] = [one?.variants[0], other?.variants.find(({ name }) => name === 'full')];
  expect(medicine?.model).toEqual(full?.model);
  expect(medicine?.train).toEqual(full?.train);
  expect(Object.keys(one?.paper?.rows ?? {})).toContain('medicine');
  expect(Object.keys(other?.paper?.rows ?? {})).toHaveLength(5);
});
