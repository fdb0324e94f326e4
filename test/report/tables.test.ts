import { expect, test } from 'vitest';
import { answersOf } from '../../src/report/answers.ts';
import { renderComparisons } from '../../src/report/comparisons.ts';
import { renderCsv } from '../../src/report/csv.ts';
import { detailsOf, renderDetails } from '../../src/report/details.ts';
import { renderLatex } from '../../src/report/latex.ts';
import { renderMarkdown } from '../../src/report/markdown.ts';
import { compareRuns } from '../../src/report/table.ts';
import { renderTable } from '../../src/report/text.ts';
import { recordOf, tablesOfRecord } from './support.ts';

const golden = (name: string) => `./fixtures/${name}`;
const text = (lines: readonly string[]) => `${lines.join('\n')}\n`;
const ansi = new RegExp(`${String.fromCharCode(27)}\\[[0-9;]*m`, 'g');

test('the terminal table', async () => {
  const [table] = tablesOfRecord(recordOf());
  await expect(text(renderTable(table!, { width: 120, color: false }))).toMatchFileSnapshot(
    golden('wide.txt'),
  );
  await expect(text(renderTable(table!, { width: 80, color: false }))).toMatchFileSnapshot(golden('80.txt'));
});

test('a row without all its jobs says so', async () => {
  const [table] = tablesOfRecord(recordOf({ broken: true }));
  await expect(text(renderTable(table!, { width: 80, color: false }))).toMatchFileSnapshot(
    golden('broken.txt'),
  );
});

test.each([24, 40, 60, 80, 100, 200])('no line is wider than a terminal of %i columns', (width) => {
  const [table] = tablesOfRecord(recordOf({ broken: true }));
  for (const line of renderTable(table!, { width, color: true })) {
    const plain = line.replace(ansi, '');
    // A single word longer than the terminal cannot be broken.
    const longest = Math.max(...plain.split(' ').map((word) => word.length));
    expect(plain.length, plain).toBeLessThanOrEqual(Math.max(width, 10 + longest));
  }
});

test('Markdown and CSV', async () => {
  const tables = tablesOfRecord(recordOf());
  await expect(renderMarkdown(tables)).toMatchFileSnapshot(golden('table.md'));
  await expect(renderCsv(tables)).toMatchFileSnapshot(golden('table.csv'));
});

test('CSV quotes what needs it', () => {
  const [table] = tablesOfRecord(recordOf());
  const facts = [['engine', 'a "b", c'] as const];
  const line = renderCsv([{ ...table!, facts }]).split('\r\n')[1]!;
  expect(line).toContain('"a ""b"", c"');
});

test('runs side by side say what differs between them', async () => {
  const other = recordOf({ run: 'd3_ablation-20261123-080000-abcd' });
  const [experiment] = other.experiments;
  const changed = { ...other, experiments: [{ ...experiment!, engine: 'onnx on webgpu' }] };
  const [table] = compareRuns([recordOf(), changed].map(answersOf));
  expect(table!.rows.length).toBe(8);
  expect(table!.facts.map(([key]) => key)).toEqual([
    '#1',
    '#2',
    'data',
    'cases',
    'stand-in',
    'engine #1',
    'engine #2',
  ]);
  expect(table!.rows.slice(0, 3).map((row) => `${row.label} ${row.run}`)).toEqual([
    'full #1',
    'full #2',
    'no_mao #1',
  ]);
  const engines = renderCsv([table!])
    .split('\r\n')
    .map((line) => /onnx on (cpu|webgpu)/.exec(line)?.[1]);
  expect(engines.slice(1, 3)).toEqual(['cpu', 'webgpu']);
  await expect(renderMarkdown([table!])).toMatchFileSnapshot(golden('compare.md'));
});

test('what was expected is said under the table and in every file', () => {
  const record = recordOf();
  const [experiment] = record.experiments;
  const [full, noMao, ...rest] = experiment!.rows;
  const rows = [
    { ...full!, expect: [{ score: 'f1_weighted', value: 0.83, tolerance: 0.01 }] as const },
    {
      name: noMao!.name,
      kind: noMao!.kind,
      jobs: [],
      expect: [{ score: 'accuracy', value: 0.7, tolerance: 0.1 }] as const,
    },
    ...rest,
  ];
  const [table] = tablesOfRecord({ ...record, experiments: [{ ...experiment!, rows }] });
  const lines = renderTable(table!, { width: 80, color: false });
  expect(lines).toContain('met      full f1_weighted 0.83 ± 0.01 expected: 0.829');
  expect(lines).toContain('not met  no_mao accuracy 0.7 ± 0.1 expected: no result');
  expect(renderMarkdown([table!])).toContain('- **not met**: no_mao accuracy 0.7 ± 0.1');
  expect(renderCsv([table!])).toContain(',f1_weighted 0.83 ± 0.01 met,');
});

test('what the p of every row is made of', () => {
  const [table] = tablesOfRecord(recordOf());
  expect(renderComparisons(table!, { width: 90, color: false })).toEqual([
    'd3_ablation: compared with full, case by case',
    '                    seeds  cases  better  worse  McNemar  bootstrap    Holm  needed',
    'no_mao                  3     12       2      6    0.289      0.337   0.674      60',
    'full mao.alpha=0.3      3     12       3      3    1.000      0.657   1.000       –',
    'majority                3     12       1      7    0.070     <0.001   0.211      25',
  ]);
});

test('per-class scores and the confusion matrix', async () => {
  const details = detailsOf(answersOf(recordOf()));
  expect(details.map((d) => d.row)).toEqual(['full', 'no_mao', 'full mao.alpha=0.3', 'majority']);
  await expect(text(renderDetails(details[0]!, false))).toMatchFileSnapshot(golden('details.txt'));
});

test('rows are compared with the one that the file names', () => {
  const record = recordOf();
  const experiments = record.experiments.map((one) => ({ ...one, against: 'no_mao' }));
  const [table] = tablesOfRecord({ ...record, experiments });
  const statistics = new Map(table?.rows.map(({ label, result }) => [label, result.statistics]));
  expect(statistics.get('no_mao')).toMatchObject({ reference: true, tied: true });
  expect(statistics.get('no_mao')?.comparison).toBeUndefined();
  const best = tablesOfRecord(record)[0]?.rows.map(({ result }) => result.statistics);
  expect(table?.rows.map(({ result }) => result.statistics?.rank)).toEqual(best?.map((one) => one?.rank));
  // The same two rows the other way round.
  const { comparison: one } = statistics.get('full') ?? {};
  const { comparison: other } = best?.[1] ?? {};
  expect(best?.[0]?.comparison).toBeUndefined();
  expect(one?.f1_difference).toBeCloseTo(-(other?.f1_difference ?? 0), 12);
  expect([one?.wins, one?.losses]).toEqual([other?.losses, other?.wins]);
  expect(table?.footnote).toContain('= cannot be told from no_mao');
  expect(renderMarkdown([table!])).toContain('| F1 less no_mao |');
  expect(renderLatex([table!])).toContain('F1 less no\\_mao');
  expect(table?.alarms.join()).toContain('`no_mao` is not shown to beat `majority`');
});
