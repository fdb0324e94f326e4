/** Published numbers beside measured ones: from the text of a file to every kind of table. */
import { expect, test } from 'vitest';
import { planSpec } from '../../src/graph/plan-spec.ts';
import { renderCsv } from '../../src/report/csv.ts';
import { jsonOf } from '../../src/report/json.ts';
import { renderMarkdown } from '../../src/report/markdown.ts';
import { renderTable } from '../../src/report/text.ts';
import { emptyWorld } from '../graph/support.ts';
import { resolveText } from '../spec/support.ts';
import { recordOf, tablesOfRecord } from './support.ts';

const text = (paper: string, rows: string, sweep = '') => `med 1
dataset d { from = simulate(online_boutique)   paper = d3 }
model m {
  encode log    = drain -> hashed(32) -> weighted_sum -> transformer -> pool
  encode metric = window_mean -> squeeze_excite -> transformer -> pool
  encode trace  = spans -> standardize -> three_sigma -> transformer -> linear
  dim = 32
  mao { alpha = 0.5 }
}
experiment e {
  data = d   seeds = 1   paper = ${paper}   baselines = [majority]
${rows}
${sweep}
}`;

const ablation =
  '  variant full = m\n  variant no_mao = m without mao\n  variant poor = m corrupt log drop 30%';

function published(paper: string, rows = ablation, sweep = '') {
  const spec = resolveText(text(paper, rows, sweep));
  const [planned] = planSpec(spec, emptyWorld(spec)).experiments;
  return {
    paper: planned?.paper,
    rows: Object.fromEntries((planned?.rows ?? []).map((row) => [row.name, row.published])),
  };
}

test('a variant is found by what is left of Medicine, a corrupted one has no published number', () => {
  const { paper, rows } = published('table4');
  expect(paper).toBe('Tao et al., ASE 2024, table 4, on d3');
  expect(rows.full?.f1_weighted).toBe(0.826);
  expect(rows.no_mao).toEqual({ precision_weighted: 0.7121, recall_weighted: 0.7083, f1_weighted: 0.6956 });
  expect(rows.poor).toBeUndefined();
  expect(rows.majority).toBeUndefined();
  expect(published('figure9').rows.full?.note).toBe('around 5 ms');
  const points = published(
    'figure10',
    '  variant full = m',
    '  sweep full each { mao.alpha = [0.5, 0.7] }',
  ).rows;
  expect(points['full mao.alpha=0.5']).toEqual({ note: 'best α' });
  expect(points['full mao.alpha=0.7']).toBeUndefined();
});

function tables(rows: ReturnType<typeof published>['rows'], simulated = true) {
  const record = recordOf();
  const experiments = record.experiments.map((experiment) => ({
    ...experiment,
    simulated,
    paper: 'Tao et al., ASE 2024, table 4, on d3',
    rows: experiment.rows.map((row) => {
      const found = rows[row.name];
      return found ? { ...row, published: found } : row;
    }),
  }));
  return tablesOfRecord({ ...record, experiments });
}

test('the terminal shows them beside F1, and says that simulated telemetry is another thing', () => {
  const [table] = tables(published('table4').rows);
  if (!table) throw new Error('there is a table');
  const lines = renderTable(table, { width: 200, color: false });
  expect(lines.find((line) => line.includes('F1 weighted'))).toMatch(
    /F1 weighted +paper F1 +paper P +paper R/,
  );
  expect(lines.find((line) => line.includes('no_mao'))).toMatch(
    /no_mao +0\.\d{3} ± 0\.\d{3} +0\.696 +0\.712 +0\.708/,
  );
  expect(lines.find((line) => line.includes('majority'))).toMatch(/majority +\S+ ± \S+ +– +– +–/);
  const said = (one: typeof table) => one.facts.find(([key]) => key === 'paper')?.[1];
  expect(said(table)).toMatch(/^Tao et al., ASE 2024, table 4, on d3; the telemetry here is simulated/);
  const [real] = tables(published('table4').rows, false);
  expect(real && said(real)).toBe('Tao et al., ASE 2024, table 4, on d3');
});

test('Markdown, CSV and --json too; without published numbers there is no such column', () => {
  const made = tables(published('table4').rows);
  expect(renderMarkdown(made)).toMatch(/\| `no_mao` \| variant \| [^|]+ \| 0\.696 \| 0\.712 \| 0\.708 \|/);
  const [head = '', ...lines] = renderCsv(made).split('\r\n');
  const row = lines.find((line) => line.includes(',no_mao,')) ?? '';
  // The facts of this record hold commas behind these columns only.
  expect(row.split(',')[head.split(',').indexOf('paper_f1_weighted')]).toBe('0.6956');
  expect(
    made[0] &&
      jsonOf([made[0]], undefined).rows.find(({ name }) => name === 'no_mao')?.published?.f1_weighted,
  ).toBe(0.6956);
  expect(renderMarkdown(tables({}))).not.toContain('paper F1');
});

test('what a figure gives: times and marks', () => {
  const [table] = tables({ full: { detect_seconds: 0.00344, note: 'best α' } });
  const lines = table ? renderTable(table, { width: 200, color: false }) : [];
  expect(lines.find((line) => line.includes('F1 weighted'))).toMatch(/F1 weighted +paper raw +paper says/);
  expect(lines.find((line) => / full {2,}/.test(line))).toMatch(/3\.4 ms +best α/);
});
