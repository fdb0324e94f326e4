/** The answers beside a record: the same tables as from the record, and the record wherever they are not to be trusted. */
import { mkdirSync, readFileSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { tablesOf } from '../../src/report/table.ts';
import { readAnswers, writeAnswers } from '../../src/run/answers.ts';
import { recordPath, writeRecord } from '../../src/run/record.ts';
import { recordOf } from '../report/support.ts';
import { tempFolder } from '../support/temp.ts';

function written() {
  const store = { root: tempFolder() };
  const record = recordOf({ broken: true });
  mkdirSync(join(store.root, 'runs', record.run), { recursive: true });
  writeRecord(store, record);
  const path = recordPath(store, record.run);
  return { store, record, path, beside: join(path, '..', 'answers.json') };
}

test('tables from the answers equal those from the record, in a quarter of its size', () => {
  const { store, record, path, beside } = written();
  writeAnswers(store, record);
  expect(tablesOf(readAnswers(path))).toEqual(tablesOf(record));
  expect(readFileSync(beside).length).toBeLessThan(readFileSync(path).length / 4);
});

test('a run without them, or with older or damaged ones, is read from its record', () => {
  const { store, record, path, beside } = written();
  expect(readAnswers(path)).toEqual(record);
  writeAnswers(store, { ...record, experiments: [] });
  utimesSync(beside, 1000, 1000);
  expect(readAnswers(path)).toEqual(record);
  writeFileSync(beside, '{"format":1,"run":"x","experi');
  expect(readAnswers(path)).toEqual(record);
});
