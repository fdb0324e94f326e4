/** CSV files of labels: quotes in any place lose no row. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { readCsv } from '../../../src/data/readers/labels.ts';
import { refusalOf } from '../../support/read-cases.ts';
import { tempFolder } from '../../support/temp.ts';

function read(text: string) {
  const root = tempFolder('labels');
  mkdirSync(root, { recursive: true });
  writeFileSync(join(root, 'labels.csv'), text);
  return readCsv(root, 'labels.csv');
}

test('quoted fields may hold commas, quotes and line breaks; a quote within a field is a sign like any other', () => {
  expect(read('a,b\r\n"x, ""y""","one\ntwo"\n\n5" disk,2')).toEqual([
    { line: 1, cells: ['a', 'b'] },
    { line: 2, cells: ['x, "y"', 'one\ntwo'] },
    { line: 5, cells: ['5" disk', '2'] },
  ]);
});

test('a quote that is not closed is an error that names its row: rows behind it would be lost', async () => {
  const refused = await refusalOf(Promise.resolve().then(() => read('a,b\n1,2\n3,"4\n5,6\n')));
  expect(refused).toContain('MED3003 | labels.csv');
  expect(refused).toContain('a quote in the row of line 3 is not closed');
});
