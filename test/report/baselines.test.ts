/** What tables say of methods to compare with: their provenance, and what fitting and answering took. */
import { expect, test } from 'vitest';
import { spreadOf } from '../../src/report/answers.ts';
import { formatSeconds, formatSpread } from '../../src/report/cells.ts';
import { renderCsv } from '../../src/report/csv.ts';
import { renderMarkdown } from '../../src/report/markdown.ts';

import { renderTable } from '../../src/report/text.ts';
import { recordOf, tablesOfRecord } from './support.ts';

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
              cost: { fit_seconds: 1 + i, answer_seconds: [0.0004, 0.0003, 0.0004, 0.002] },
            })),
          },
    ),
  }));
  return tablesOfRecord({ ...record, experiments });
}

test('the terminal names the provenance and shows mean times, a dash where there are none', () => {
  const [table] = tables();
  if (!table) throw new Error('there is a table');
  const lines = renderTable(table, { width: 120, color: false });
  expect(lines.find((line) => line.includes('F1 weighted'))).toMatch(
    /F1 weighted +p .* accuracy +fit +case p50–p95/,
  );
  expect(lines.find((line) => line.includes(' isquad'))).toMatch(
    /^4 = isquad \(adapted\) +0\.222 ± 0\.000 .* +2\.0 s +400 µs–2\.0 ms/,
  );
  expect(lines.find((line) => line.startsWith('1 = full '))).toMatch(
    /^1 = full +0\.829 ± 0\.014 +best .* – +–/,
  );
});

test('Markdown and CSV too', () => {
  expect(renderMarkdown(tables())).toMatch(
    /\| `isquad` \| baseline, adapted \|.*\| 3 \| 2\.0 s \| 400 µs–2\.0 ms \|/,
  );
  const [head = '', ...rows] = renderCsv(tables())
    .split('\r\n')
    .map((line) => line.split(','));
  const row = rows.find((cells) => cells.includes('isquad')) ?? [];
  const cell = (name: string) => row[head.indexOf(name)];
  expect(cell('provenance')).toBe('adapted');
  expect(Number(cell('fit_seconds'))).toBe(2);
  expect(Number(cell('answer_seconds_median'))).toBeCloseTo(0.0004);
  expect(Number(cell('answer_seconds_p95'))).toBeCloseTo(0.002);
  expect(cell('detect_seconds_median')).toBe('');
});

test('median and 95th percentile as numpy has them', () => {
  expect(spreadOf([4, 1, 3, 2])).toEqual({ median: 2.5, p95: 3.8499999999999996 });
  expect(spreadOf([7])).toEqual({ median: 7, p95: 7 });
  expect(formatSpread({ median: 0.0041, p95: 0.012 })).toBe('4.1–12 ms');
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
