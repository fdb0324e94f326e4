/** What tables say of methods to compare with: their provenance, and what fitting and answering took. */
import { expect, test } from 'vitest';
import { renderCsv } from '../../src/report/csv.ts';
import { renderMarkdown } from '../../src/report/markdown.ts';
import { summariseResults } from '../../src/report/summary.ts';
import { tablesOf } from '../../src/report/table.ts';
import { formatSeconds, renderTable } from '../../src/report/text.ts';
import { recordOf } from './support.ts';

function tables() {
  const record = recordOf();
  const experiments = record.experiments.map((experiment) => ({
    ...experiment,
    rows: experiment.rows.map((row) =>
      row.kind === 'variant'
        ? row
        : {
            ...row,
            name: 'isquad',
            provenance: 'adapted' as const,
            jobs: row.jobs.map((job, i) => ({
              ...job,
              cost: { fit_seconds: 1 + i, answer_seconds_per_case: 0.0004 },
            })),
          },
    ),
  }));
  return tablesOf({ ...record, experiments, rows: summariseResults(experiments) });
}

test('the terminal names the provenance and shows mean times, a dash where there are none', () => {
  const [table] = tables();
  if (!table) throw new Error('there is a table');
  const lines = renderTable(table, { width: 120, color: false });
  expect(lines.find((line) => line.includes('F1 weighted'))).toMatch(
    /F1 weighted +fit +per case +P weighted/,
  );
  expect(lines.find((line) => line.startsWith('isquad'))).toMatch(
    /^isquad \(adapted\) +0\.222 ± 0\.000 +2\.0 s +400 µs/,
  );
  expect(lines.find((line) => line.startsWith('full '))).toMatch(/^full +0\.829 ± 0\.006 +– +–/);
});

test('Markdown and CSV too', () => {
  expect(renderMarkdown(tables())).toMatch(
    /\| `isquad` \| baseline, adapted \|.*\| 3 \| 2\.0 s \| 400 µs \|/,
  );
  const [head = '', ...rows] = renderCsv(tables())
    .split('\r\n')
    .map((line) => line.split(','));
  const row = rows.find((cells) => cells.includes('isquad')) ?? [];
  const cell = (name: string) => row[head.indexOf(name)];
  expect(cell('provenance')).toBe('adapted');
  expect(Number(cell('fit_seconds'))).toBe(2);
  expect(Number(cell('answer_seconds_per_case'))).toBeCloseTo(0.0004);
});

test('times in two digits and a unit', () => {
  expect([12.34, 9.96, 1.25, 0.0123, 0.00031, 4e-6, 0].map(formatSeconds)).toEqual([
    '12 s',
    '10 s',
    '1.3 s',
    '12 ms',
    '310 µs',
    '4.0 µs',
    '0.0 µs',
  ]);
});
