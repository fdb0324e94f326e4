/** Published numbers: those of the paper's text, number by number, and well-formed. */
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { baselines } from '../../src/catalog/baselines/index.ts';
import { publishedSets, publishedTables } from '../../src/catalog/published/index.ts';
import { sharedPath } from '../support/shared.ts';

const paper = sharedPath('paper', 'medicine-ase24.txt');
const tableOf = (name: string) => publishedTables.find((one) => one.name === name)?.sets ?? {};
const scoresOf = (set: string, table: string, row: string) => {
  const { precision_weighted, recall_weighted, f1_weighted } = tableOf(table)[set]?.[row] ?? {};
  return [precision_weighted, recall_weighted, f1_weighted];
};

describe.skipIf(paper === undefined)('as the paper prints them (needs shared/paper)', () => {
  const lines = (paper === undefined ? '' : readFileSync(paper, 'utf8'))
    .replace(/<\/?b>/g, '')
    .split('\n')
    .map((line) => line.split('\t').map((cell) => cell.trim()));
  const numbers = (cells: readonly string[]) => cells.filter((cell) => /^0\.\d{4}$/.test(cell)).map(Number);

  test.each([
    ['DéjàVu [14]', 'dejavu'],
    ['iSQUAD [9]', 'isquad'],
    ['Cloud19 [15]', 'cloud19'],
    ['LogCluster [10]', 'logcluster'],
    ['MEPFL [16]', 'mepfl'],
    ['CloudRCA [20]', 'cloudrca'],
    ['DiagFusion [17]', 'diagfusion'],
    ['MicroCBR [22]', 'microcbr'],
    ['Medicine', 'medicine'],
  ])('table 3: %s', (printed, row) => {
    const found = lines
      .map((cells) => (cells[0] === printed ? numbers(cells) : []))
      .find((n) => n.length === 9);
    expect(['d1', 'd2', 'd3'].flatMap((set) => scoresOf(set, 'table3', row))).toEqual(found);
  });

  test.each([
    ['Only Metric', 'only_metric'],
    ['Only Log', 'only_log'],
    ['Only Trace', 'only_trace'],
    ['w/o MAO', 'without_mao'],
    ['Medicine', 'medicine'],
  ])('table 4: %s', (printed, row) => {
    const found = lines.flatMap((cells) =>
      cells.includes(printed) && numbers(cells).length === 3 ? [numbers(cells)] : [],
    );
    expect(found).toHaveLength(3);
    expect(['d1', 'd2', 'd3'].map((set) => scoresOf(set, 'table4', row))).toEqual(found);
  });
});

test('every set and every row is one that a file can name', () => {
  const sets = publishedSets.map(({ name }) => name);
  const variants = ['medicine', 'without_mao', 'only_log', 'only_metric', 'only_trace'];
  const methods = baselines.map(({ name }) => name);
  const rows = [...methods, ...variants];
  for (const { name, sets: own } of publishedTables)
    for (const [set, numbers] of Object.entries(own)) {
      expect(sets, name).toContain(set);
      for (const [row, { note, ...values }] of Object.entries(numbers)) {
        expect(row.startsWith('mao.') || rows.includes(row), `${name} ${row}`).toBe(true);
        expect(note !== undefined || Object.keys(values).length > 0, `${name} ${set} ${row}`).toBe(true);
      }
    }
});
