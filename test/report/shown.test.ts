/** What a `report` block chooses of tables: rows, columns, charts, words; and what it cannot change. */
import { expect, test } from 'vitest';
import { renderLatex } from '../../src/report/latex.ts';
import { renderMarkdown } from '../../src/report/markdown.ts';
import { ranksOver } from '../../src/report/over-datasets.ts';
import { renderPage } from '../../src/report/page/page.ts';
import { type RecordedTable, recordedTables } from '../../src/report/recorded.ts';
import { chooseRanks, chooseRows, type Shown } from '../../src/report/shown.ts';
import { hostile, trainedFor } from './page-support.ts';
import { recordOf } from './support.ts';

const record = recordOf();
const whole = recordedTables([record]);
const markdown = (tables: readonly RecordedTable[], shown: Shown = {}) =>
  renderMarkdown(
    tables.map(({ table }) => table),
    undefined,
    shown,
  );
const page = (shown: Shown, tables = whole) =>
  renderPage({
    records: [record],
    tables,
    historiesOf: () => ({ histories: [trainedFor(4)], lacking: [] }),
    shown,
  });
/** Cells of the line of a row, by head. */
function cells(text: string, row: string): Record<string, string> {
  const lines = text.split('\n').filter((line) => line.startsWith('| '));
  const split = (line = '') => line.split(' | ').map((cell) => cell.replace(/^\| | \|$/g, '').trim());
  const [heads, own] = [split(lines[0]), split(lines.find((line) => line.includes(`| \`${row}\` |`)))];
  return Object.fromEntries(heads.map((head, i) => [head, own[i] ?? '']));
}

test('rows come in the order that was asked for, with the rank and p that they have among all', () => {
  const chosen = chooseRows(whole, ['majority', 'no_mao']);
  const [text, all] = [markdown(chosen), markdown(whole)];
  expect([...text.matchAll(/^\| \d =? ?\| `(.*?)`/gm)].map(([, name]) => name)).toEqual([
    'majority',
    'no_mao',
  ]);
  expect(text).toContain('- rows: 2 of 4 shown; ranks, p and alarms are those of all 4\n');
  for (const row of ['majority', 'no_mao']) expect(cells(text, row)).toEqual(cells(all, row));
  expect(cells(text, 'no_mao').p).not.toBe('best');
  const notes = (one: string) => one.split('\n').filter((line) => /^(=|- \*\*)/.test(line));
  expect(notes(text)).toEqual(notes(all));
  expect(notes(text).length).toBeGreaterThan(1);
});

test('all rows, in another order: nothing is hidden, so nothing is said', () => {
  const names = whole[0]?.table.rows.map(({ result }) => result.name) ?? [];
  const text = markdown(chooseRows(whole, names.toReversed()));
  expect(text).not.toContain('- rows:');
  expect([...text.matchAll(/^\| \d =? ?\| `(.*?)`/gm)].map(([, name]) => name)).toEqual(names.toReversed());
});

test('what rows are compared with is said where that row is not shown', () => {
  const against = recordedTables([
    { ...record, experiments: record.experiments.map((one) => ({ ...one, against: 'no_mao' })) },
  ]);
  const chosen = chooseRows(against, ['full', 'majority']);
  expect(markdown(chosen)).toContain('| p | F1 less no_mao |');
  expect(page({ charts: ['scores'] }, chosen)).toContain('Weighted F1 less that of no_mao');
});

test('columns come in the order that was asked for, behind rank and name', () => {
  const columns = ['seeds', 'p', 'f1', 'kind'] as const;
  const text = markdown(whole, { columns });
  expect(text).toContain(
    '\n| rank | row | kind | seeds | p | F1 weighted |\n| --- | --- | --- | ---: | ---: | ---: |\n',
  );
  const latex = renderLatex(
    whole.map(({ table }) => table),
    undefined,
    { columns },
  );
  expect(latex).toContain('\nrow & kind & seeds & p & F1 weighted \\\\\n');
  const html = page({ columns });
  const heads = [...html.matchAll(/<th scope="col"[^>]*>(.*?)<\/th>/g)].map(([, head]) => head);
  expect(heads).toEqual(['rank', 'row', 'seeds', 'p', 'F1 weighted', 'kind']);
  expect(markdown(whole, { columns: [] })).toContain('\n| rank | row |\n');
});

test('charts are those that were asked for', () => {
  const titles = (html: string) => [...html.matchAll(/<h3>(.*?)<\/h3>/g)].map(([, title]) => title);
  expect(titles(page({}))).toEqual(['Scores', 'Training', 'Confusion']);
  expect(titles(page({ charts: [] }))).toEqual([]);
  expect(titles(page({ charts: ['confusion'] }))).toEqual(['Confusion']);
  expect(titles(page({ charts: ['times', 'sweeps', 'scores'] }))).toEqual(['Scores']);
  expect(titles(page({ charts: ['confusion', 'theta', 'scores'] }))).toEqual([
    'Confusion',
    'Training',
    'Scores',
  ]);
  const [losses, thetas] = [page({ charts: ['loss'] }), page({ charts: ['theta'] })];
  expect([losses.includes('loss per modality'), losses.includes('θ per modality')]).toEqual([true, false]);
  expect([thetas.includes('loss per modality'), thetas.includes('θ per modality')]).toEqual([false, true]);
});

test('sweeps and times have charts of their own', () => {
  const [experiment] = record.experiments;
  const rows = experiment!.rows.flatMap((row) => {
    const jobs = row.jobs.map((job) => ({ ...job, cost: { answer_seconds: [0.01, 0.02] } }));
    const point = (alpha: number) => ({
      ...row,
      name: `full mao.alpha=${alpha}`,
      point: { 'mao.alpha': alpha },
      jobs,
    });
    return row.point ? [point(0.3), point(0.5)] : [{ ...row, jobs }];
  });
  const swept = recordedTables([{ ...record, experiments: [{ ...experiment!, rows }] }]);
  expect(page({ charts: ['sweeps'] }, swept)).toContain('Weighted F1 over mao.alpha');
  expect(page({ charts: ['sweeps'] }, swept)).not.toContain('From features');
  expect(page({ charts: ['times'] }, swept)).toContain('From features');
});

test('title and note: above the tables, in LaTeX in caption and notes; the file says which report it is', () => {
  const shown = { report: 'r', title: 'Table 4', note: 'Of D3.' };
  const tables = whole.map(({ table }) => table);
  expect(markdown(whole, shown)).toMatch(
    /^<!-- medx report: r, .* -->\n\n# Table 4\n\nOf D3\.\n\n### d3_ablation\n/,
  );
  const latex = renderLatex(tables, undefined, shown);
  expect(latex).toMatch(/^% medx report: r, [^\n]*\n%/);
  expect(latex).toContain('\\caption{Table 4}\n\\label{tab:d3-ablation}\n');
  expect(latex).toContain('\\raggedright\nOf D3.\\par\n');
  expect(renderLatex([...tables, ...tables], undefined, shown)).toContain(
    '\\caption{Table 4: d3\\_ablation}',
  );
  const html = page(shown);
  expect(html).toContain('<title>Table 4</title>');
  expect(html).toContain('<h1>Table 4</h1><p>Of D3.</p>');
  expect(html).toContain('<meta name="generator" content="medx report: r, ');
});

test('a title is never markup or a command', () => {
  const shown = { title: hostile, note: hostile };
  const [own, none] = [page(shown), page({})];
  expect(own.match(/<script|<img/g)).toEqual(none.match(/<script|<img/g));
  expect(renderLatex([], undefined, shown)).not.toContain('\\input');
  expect(
    renderLatex(
      whole.map(({ table }) => table),
      undefined,
      shown,
    ),
  ).not.toContain('\\input');
});

test('mean ranks are those among all rows; groups are of what is shown', () => {
  const [experiment] = record.experiments;
  const experiments = ['d1', 'd2', 'd3'].map((data) => ({ ...experiment!, name: data, data }));
  const tables = recordedTables([{ ...record, experiments }]);
  const all = ranksOver(tables.map(({ table }) => table));
  if (!all) throw new Error('three datasets are enough');
  const chosen = chooseRanks(all, new Set(['majority', 'full']));
  const rankOf = (name: string) => all.methods.find((one) => one.name === name)?.rank;
  expect(chosen.methods).toEqual([
    ...all.methods.filter(({ name }) => name === 'full' || name === 'majority'),
  ]);
  expect(chosen.methods.map(({ rank }) => rank)).toContain(rankOf('majority'));
  expect(chosen.hidden).toBe(2);
  expect(chooseRanks(all, new Set(all.methods.map(({ name }) => name)))).toEqual({ ...all, hidden: 0 });
  const apart = Math.abs((rankOf('majority') ?? 0) - (rankOf('full') ?? 0));
  expect(chosen.groups).toEqual(apart < all.critical_difference ? [[0, 1]] : []);
  const text = renderMarkdown([], chosen);
  expect(text).toContain('2 of 4 rows are shown; ranks are those among all 4.');
  expect(text).toContain(`| \`majority\` | ${rankOf('majority')?.toFixed(2)} |`);
});
