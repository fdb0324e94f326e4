/** The answers beside a record: what tables need of it, and not taken for it wherever they may be of another. */
import {
  appendFileSync,
  existsSync,
  mkdirSync,
  readFileSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { answersOf } from '../../src/report/answers.ts';
import { keepAnswers, readAnswers, writeAnswers } from '../../src/run/answers.ts';
import { recordPath, writeRecord } from '../../src/run/record.ts';
import { recordOf } from '../report/support.ts';
import { tempFolder } from '../support/temp.ts';

function written() {
  const store = { root: tempFolder() };
  const record = recordOf({ broken: true });
  mkdirSync(join(store.root, 'runs', record.run), { recursive: true });
  writeRecord(store, record);
  const answers = answersOf(record);
  writeAnswers(store, answers);
  const path = recordPath(store, record.run);
  return { store, answers, path, beside: join(path, '..', 'answers.json') };
}

test('they are read as they were made of the record, and are an eighth of it', () => {
  const { answers, path, beside } = written();
  expect(readAnswers(path)).toEqual(answers);
  expect(readFileSync(beside).length).toBeLessThan(readFileSync(path).length / 8);
});

test('rows of a seed share their test cases, and jobs without a result have none', () => {
  const { answers } = written();
  const [experiment] = answers.experiments;
  expect(experiment?.tests.map(({ ids }) => ids.length)).toEqual([12]);
  const places = experiment?.rows.map(({ jobs }) => jobs.map((job) => job.answers?.test));
  expect(places).toEqual([
    [0, 0, 0],
    [0, 0, undefined],
    [0, 0, 0],
    [0, 0, 0],
  ]);
});

test('older ones are not taken', () => {
  const { path, beside } = written();
  utimesSync(beside, 1000, 1000);
  expect(readAnswers(path)).toBeUndefined();
});

test('those of another record are not taken, whatever their times', () => {
  const { path, beside } = written();
  appendFileSync(path, '\n');
  utimesSync(path, 1000, 1000);
  expect(readAnswers(path)).toBeUndefined();
  expect(readFileSync(beside).length).toBeGreaterThan(0);
});

test('damaged ones are not taken, nor those of another form', () => {
  const { path, beside } = written();
  const text = readFileSync(beside, 'utf8');
  writeFileSync(beside, text.slice(0, -20));
  expect(readAnswers(path)).toBeUndefined();
  writeFileSync(beside, text.replace('"format":2', '"format":1'));
  expect(readAnswers(path)).toBeUndefined();
});

test('those that had to be made again are kept in the store, and nowhere else', () => {
  const { store, answers, path, beside } = written();
  rmSync(beside);
  keepAnswers(store, path, answers);
  expect(readAnswers(path)).toEqual(answers);
  const elsewhere = tempFolder();
  writeFileSync(join(elsewhere, 'record.json'), readFileSync(path));
  keepAnswers(store, join(elsewhere, 'record.json'), answers);
  expect(existsSync(join(elsewhere, 'answers.json'))).toBe(false);
});

test('a store that cannot be written is read as it is', () => {
  const { store, answers, path, beside } = written();
  rmSync(beside);
  mkdirSync(join(beside, 'in the way'), { recursive: true });
  expect(() => keepAnswers(store, path, answers)).not.toThrow();
  expect(readAnswers(path)).toBeUndefined();
});
