/** The real run table of July against the 1,099 failures that the literature selected from it. */
import { copyFileSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { gaia } from '../../../src/data/readers/gaia.ts';
import { readRunTable } from '../../../src/data/readers/gaia-run-table.ts';
import type { LabelRow } from '../../../src/data/readers/reader.ts';
import { sharedPath } from '../../support/shared.ts';
import { tempFolder } from '../../support/temp.ts';

const july = sharedPath('data', 'gaia-run-table', 'run_table_2021-07.csv.gz');
const august = sharedPath('data', 'gaia-run-table', 'run_table_2021-08.csv.gz');
const published = sharedPath('data', 'tvdiag', 'gaia', 'label.csv');

function folderOf(name: string, ...files: string[]): string {
  const folder = tempFolder(name);
  for (const file of files) copyFileSync(file, join(folder, file.replace(/^.*\//, '')));
  return folder;
}

const keyOf = ({ time, instance, type }: LabelRow) => `${time} ${instance} ${type}`;

function count(rows: readonly { readonly type: string }[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { type } of rows) counts[type] = (counts[type] ?? 0) + 1;
  return counts;
}

test.skipIf(!july || !august)('gaia-run-table: every line of July and August is accounted for', () => {
  const table = readRunTable(join(july ?? '', '..'), ['run_table_2021-07.csv.gz']);
  const kinds = (list: readonly { readonly kind: string }[]) =>
    count(list.map(({ kind }) => ({ type: kind })));
  expect(kinds(table.injections)).toEqual({
    login: 15_478,
    memory: 652,
    freed: 17,
    file: 43,
    access: 15,
    cpu: 12,
  });
  expect(table.refused.map(({ reason }) => reason)).toEqual([
    'it is said to last 1631518 s (19 days)',
    'it is said to last 1985016 s (23 days)',
    'it is said to last 1996721 s (23 days)',
  ]);
  expect(table.rows).toBe(17_155);
  expect(table.injections.length + table.refused.length + table.others + table.blank).toBe(table.rows);
  const next = readRunTable(join(august ?? '', '..'), ['run_table_2021-08.csv.gz']);
  expect(kinds(next.injections)).toMatchObject({
    login: 17_215,
    memory: 715,
    freed: 12,
    file: 36,
    access: 20,
  });
  expect(next.rows).toBe(19_419);
  expect(next.injections.length + next.refused.length + next.others + next.blank).toBe(next.rows);
});

test.skipIf(!july || !published)(
  'gaia-run-table: all 1,099 published failures are injections of July, with the same start, end and class',
  async () => {
    const selected = await gaia.labels(gaia.find(folderOf('gaia', published ?? ''), {}), {});
    expect(selected.refused).toEqual([]);
    expect(count(selected.rows)).toEqual({ login: 527, memory: 521, file: 36, access: 15 });
    const root = folderOf('gaia', july ?? '');
    const table = readRunTable(root, ['run_table_2021-07.csv.gz']);
    const offset = 8 * 3_600_000;
    const all = new Map<string, number>(
      table.injections.map(({ start, seconds, instance, type }) => {
        const time = Math.round(start - offset);
        return [`${time} ${instance} ${type}`, time + seconds * 1000] as const;
      }),
    );
    const matched = selected.rows.filter((row) => all.get(keyOf(row)) === row.end);
    expect(matched).toHaveLength(1099);
    // First line of the file: 2021-07-04 00:37:11.553 in China.
    expect(readFileSync(published ?? '', 'utf8').split('\n')[1]).toContain('2021-07-04 00:37:11.553000');
    expect(selected.rows[0]?.time).toBe(Date.UTC(2021, 6, 3, 16, 37, 11, 553));

    // What becomes of the whole table: every injection but the login failures that are too many.
    const labels = await gaia.labels(gaia.find(root, {}), {});
    expect(count(labels.rows)).toEqual({ memory: 669, file: 43, access: 15, cpu: 12, login: 654 });
    const keys = new Set(labels.rows.map(keyOf));
    const longer = selected.rows.filter(({ type }) => type !== 'login');
    expect(longer.filter((row) => !keys.has(keyOf(row)))).toEqual([]);
    expect(labels.notices?.map(({ message }) => message)).toEqual([
      expect.stringMatching(
        /^run table: 16217 of 17155 lines are injections, 0 are empty, 935 are something else/,
      ),
      'run table: 654 of 15478 login failures become cases; 2681 lie within another injection, 12143 start within 60 min of the one before (`login_gap`)',
    ]);
  },
);
