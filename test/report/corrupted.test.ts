/** Rows of corrupted telemetry say so in every form of a table. */
import { expect, test } from 'vitest';
import { corruptionTexts } from '../../src/report/corrupted.ts';
import { renderCsv } from '../../src/report/csv.ts';
import { renderMarkdown } from '../../src/report/markdown.ts';

import { renderTable } from '../../src/report/text.ts';
import { recordOf, tablesOfRecord } from './support.ts';

test('a table of sound and corrupted rows', () => {
  const record = recordOf();
  const [experiment] = record.experiments;
  const [full, noMao] = experiment!.rows;
  const at = (name: string, corrupted: readonly string[]) => ({ ...full!, name, corrupted });
  const rows = [
    full!,
    at('full corrupt.log.drop=30%', ['at test: log drop 30%']),
    at('full corrupt.log.drop=all', ['at test: log drop all']),
    {
      ...noMao!,
      name: 'poor',
      corrupted: ['at train: metric noise 0.5', 'at test: log drop 30%, trace drop all'],
    },
  ];
  const experiments = [{ ...experiment!, rows }];
  const tables = tablesOfRecord({ ...record, experiments });
  const lines = renderTable(tables[0]!, { width: 120, color: false });
  expect(lines.filter((line) => line.startsWith('corrupted'))).toEqual([
    'corrupted full at test: log drop 30%, all',
    'corrupted poor at train: metric noise 0.5; at test: log drop 30% + trace drop all',
  ]);
  expect(tables[0]!.rows.map(({ label }) => label)).toEqual([
    'full',
    'full corrupt.log.drop=30%',
    'full corrupt.log.drop=all',
    'poor (corrupted)',
  ]);
  expect(renderMarkdown(tables)).toContain('| `poor (corrupted)` | variant |');
  expect(renderCsv(tables)).toContain(
    ',poor,variant,,"at train: metric noise 0.5; at test: log drop 30%, trace drop all",',
  );
});

test('variants with the same corruptions share a line', () => {
  const swept = (variant: string) =>
    ['30%', '60%'].map((share) => ({
      name: `${variant} corrupt.trace.drop=${share}`,
      corrupted: [`at both: trace drop ${share}`],
    }));
  expect(corruptionTexts([...swept('full'), ...swept('no_mao'), { name: 'clean' }])).toEqual([
    'full, no_mao at both: trace drop 30%, 60%',
  ]);
});
