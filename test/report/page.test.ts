/** The page about runs: it says what the tables say, its charts show the numbers, and no name in it is ever markup. */
import { expect, test } from 'vitest';
import { ranksOver } from '../../src/report/over-datasets.ts';
import { drawConfusion } from '../../src/report/page/charts/confusion.ts';
import { drawCurves } from '../../src/report/page/charts/curves.ts';
import { drawRanges } from '../../src/report/page/charts/ranges.ts';
import type { HistoriesOf } from '../../src/report/page/figures.ts';
import { historiesText, lackingTexts, lossCurves, thetaCurves } from '../../src/report/page/learning.ts';
import { renderPage } from '../../src/report/page/page.ts';
import { sweepCharts } from '../../src/report/page/sweeps.ts';
import { recordedTables } from '../../src/report/recorded.ts';
import type { RunRecord } from '../../src/run/record.ts';
import type { History } from '../../src/stages/contracts.ts';
import { findControl } from '../../src/text/visible.ts';
import { hostile, hostileRecord, trainedFor } from './page-support.ts';
import { recordOf } from './support.ts';

const none: HistoriesOf = () => undefined;

function pageOf(records: readonly RunRecord[], historiesOf: HistoriesOf = none): string {
  const tables = recordedTables(records);
  const ranks = ranksOver(tables.map(({ table }) => table));
  return renderPage({ records, tables, historiesOf, ...(ranks ? { ranks } : {}) });
}

/** The tags of a page in order; every one that is opened must be closed in its place. */
function tagsOf(page: string): string[] {
  const open: string[] = [];
  const all: string[] = [];
  for (const [, end, name = ''] of page
    .replace(/<style>[^<]*<\/style>/, '')
    .matchAll(/<(\/?)([a-z][a-z0-9]*)[^>]*>/gi)) {
    if (end) expect(open.pop()).toBe(name);
    else if (name !== 'meta') open.push(name);
    if (!end) all.push(name);
  }
  expect(open).toEqual([]);
  return all;
}

/** Letters as a reader sees them. */
const read = (page: string) =>
  page
    .replace(/<style>[^<]*<\/style>/, '')
    .replace(/<[^>]+>/g, ' ')
    .replaceAll('&gt;', '>')
    .replaceAll('&lt;', '<')
    .replaceAll('&#39;', "'")
    .replaceAll('&quot;', '"')
    .replaceAll('&amp;', '&')
    .replace(/\s+/g, ' ');

const numbersOf = (markup: string, pattern: RegExp) =>
  [...markup.matchAll(pattern)].map(([, value]) => Number(value));

test('whatever the table says stands on the page', () => {
  const record = recordOf({ broken: true });
  const text = read(pageOf([record]));
  const [{ table } = { table: undefined }] = recordedTables([record]);
  const said = [
    ...(table?.facts.flat() ?? []),
    ...(table?.alarms ?? []),
    ...(table?.remarks ?? []),
    table?.footnote ?? '',
    ...(table?.rows.map(({ label }) => label) ?? []),
  ];
  expect(said.length).toBeGreaterThan(15);
  for (const one of said)
    expect(text).toContain(one.replaceAll('`', ' ').replace(/\s+/g, ' ').trim().split(' , ')[0]);
  expect(text).toContain('d3 (simulated)');
  expect(text).toContain('no microservo data under the data root');
  expect(text).toContain('no_mao: 1 job without a result');
  expect(text).toContain('This run failed: its tables are incomplete.');
  // Figures travel without their page.
  expect(text.match(/\(simulated telemetry\)/g)?.length).toBeGreaterThan(4);
});

test('expectations that were not met are said', () => {
  const record = recordOf();
  const [experiment] = record.experiments;
  const [full, ...others] = experiment?.rows ?? [];
  if (!experiment || !full) throw new Error('no row');
  const expecting = { ...full, expect: [{ score: 'f1_weighted' as const, value: 0.1, tolerance: 0.01 }] };
  const page = pageOf([{ ...record, experiments: [{ ...experiment, rows: [expecting, ...others] }] }]);
  expect(read(page)).toMatch(/not met: full f1_weighted 0\.1 ± 0\.01 expected: 0\.\d{3}/);
});

test('a page needs no network and no script, and its policy allows neither', () => {
  const page = pageOf([recordOf()]);
  expect(page).toMatch(
    /^<!doctype html>\n<html lang="en"><head><meta charset="utf-8"><meta http-equiv="Content-Security-Policy" content="default-src &#39;none&#39;;/,
  );
  expect(page.replaceAll('http://www.w3.org/2000/svg', '')).not.toMatch(
    /https?:|\bsrc=|@import|url\(|<link|<script/,
  );
  expect(page).toContain('@media (prefers-color-scheme: dark)');
  expect(page).toContain('name="viewport"');
});

test('every chart says in words what it shows', () => {
  const page = pageOf([recordOf()], () => ({ histories: [trainedFor(4)], lacking: [] }));
  const charts = page.match(/<svg .*?<\/svg>/gs) ?? [];
  expect(charts.length).toBeGreaterThan(8);
  for (const chart of charts) {
    expect(chart).toMatch(/^<svg [^>]*role="img"[^>]*><title>[^<]+<\/title><desc>[^<]+<\/desc>/);
    expect(chart).not.toMatch(/NaN|Infinity|undefined/);
  }
});

test('names of a stranger are names: no tag, no attribute, no control gets in', () => {
  const plain = new Set(tagsOf(pageOf([recordOf()], () => ({ histories: [trainedFor(3)], lacking: [] }))));
  const page = pageOf([hostileRecord()], () => ({
    histories: [trainedFor(3)],
    lacking: [{ job: hostile, reason: hostile }],
  }));
  for (const tag of tagsOf(page)) expect(['pre', ...plain]).toContain(tag);
  // Attributes, once the texts that they hold are out of the way.
  const bare = page.replace(/"[^"]*"/g, '""');
  expect(/<[^>]*\son[a-z]+=/i.test(bare)).toBe(false);
  expect(findControl(page)).toBeUndefined();
  expect(read(page)).toContain('<script>alert(1)</script>');
});

test('a history that is not there is said, with its reason', () => {
  const lacking = [1, 2].map((seed) => ({
    job: `seed ${seed}`,
    reason: 'it is not in this store (any more)',
  }));
  const text = read(
    pageOf([recordOf()], ({ label }) => (label === 'full' ? { histories: [], lacking } : undefined)),
  );
  expect(text).toContain(
    'full: 2 jobs without a history: it is not in this store (any more) (seed 1, seed 2)',
  );
  const many = lackingTexts({
    histories: [],
    lacking: Array.from({ length: 9 }, (_, i) => ({ job: `fold ${i}`, reason: 'x' })),
  });
  expect(many).toEqual(['9 jobs without a history: x (fold 0, fold 1, fold 2, fold 3, fold 4, fold 5, …)']);
});

test('losses and θ are the mean of the jobs, with the least and the most of them', () => {
  const [a, b]: readonly History[] = [trainedFor(2, 1), trainedFor(3, 2)];
  const losses = lossCurves([a!, b!]);
  expect(losses.map(({ name }) => name)).toEqual([
    'log',
    'log, validation',
    'metric',
    'metric, validation',
    'all together',
    'all together, validation',
  ]);
  // Losses of `log` are level / epoch: 1, 1/2 and 2, 1, 2/3.
  expect(losses[0]?.points).toEqual([
    { x: 1, y: 1.5, low: 1, high: 2 },
    { x: 2, y: 0.75, low: 0.5, high: 1 },
    { x: 3, y: 2 / 3 },
  ]);
  // θ is known from the second epoch on.
  expect(thetaCurves([a!, b!])[0]?.points.map(({ x }) => x)).toEqual([2, 3]);
  expect(historiesText([a!, b!])).toBe(
    'mean and band of 2 jobs, fewer from epoch 3 on; parameters kept: epochs 2 to 3',
  );
});

test('dots and lines lie where the numbers are', () => {
  const rows = [
    { label: 'a', value: 0, full: true, says: '0' },
    { label: 'b', value: 0.5, range: [0.25, 0.75] as const, published: 1, full: false, says: '0.5' },
  ];
  const { markup } = drawRanges({ title: 't', rows, scale: 'linear' });
  expect(numbersOf(markup, /cx="([\d.]+)"/g)).toEqual([8, 180]);
  expect(markup).toMatch(/<line x1="94" y1="58" x2="266" y2="58" class="reach">/);
  expect(markup).toContain('d="M352.00 52.5');
  expect(markup.match(/class="dot hollow"/g)?.length).toBe(1);
});

test('times lie on an axis of powers of ten', () => {
  const rows = [1e-3, 1e-2, 1e-1].map((value) => ({
    label: `${value}`,
    value,
    range: [value, value] as const,
    full: true,
    says: '',
  }));
  const [a = 0, b = 0, c = 0] = numbersOf(
    drawRanges({ title: 't', rows, scale: 'log' }).markup,
    /cx="([\d.]+)"/g,
  );
  expect(b - a).toBeGreaterThan(50);
  expect(c - b).toBeCloseTo(b - a, 1);
});

test('a confusion matrix counts every case once', () => {
  const [{ rows = [] } = {}] = recordedTables([recordOf()]);
  const page = pageOf([recordOf()]);
  expect(page).toContain('Confusion matrix of full');
  const classes = ['cpu', '<b>'].map((name) => ({ name, precision: 1, recall: 1, f1: 1, support: 4 }));
  const details = {
    experiment: 'e',
    row: 'r',
    seeds: 1,
    classes,
    confusion: [
      [3, 1],
      [0, 4],
    ],
  };
  const { markup } = drawConfusion('r', details);
  expect(numbersOf(markup, /class="count(?: on)?">(\d+)</g)).toEqual([3, 1, 4]);
  expect(numbersOf(markup, /fill-opacity="([\d.]+)"/g)).toEqual([0.79, 0.36, 1]);
  expect(markup).toContain('cpu answered as &lt;b&gt; 1 times');
  expect(rows.length).toBe(4);
});

test('points of a sweep are curves over each setting, a line for each that is held', () => {
  const record = recordOf();
  const [experiment] = record.experiments;
  const [full] = experiment?.rows ?? [];
  if (!experiment || !full) throw new Error('no row');
  const rows = [0.9, 0.1].flatMap((alpha) =>
    [0.3, 0.5].map((beta) => ({
      ...full,
      name: `full mao.alpha=${alpha} mao.beta=${beta}`,
      point: { 'mao.alpha': alpha, 'mao.beta': beta },
      ...(alpha === 0.1 ? { published: { note: 'best α' } } : {}),
    })),
  );
  const [table] = recordedTables([{ ...record, experiments: [{ ...experiment, rows }] }]);
  const charts = sweepCharts(table?.rows ?? []);
  expect(charts.map(({ xName, curves }) => [xName, curves.map(({ name }) => name)])).toEqual([
    ['mao.alpha', ['full mao.beta=0.3', 'full mao.beta=0.5']],
    ['mao.beta', ['full mao.alpha=0.9', 'full mao.alpha=0.1']],
  ]);
  expect(charts[0]?.curves[0]?.points.map(({ x }) => x)).toEqual([0.1, 0.9]);
  expect(charts[0]?.marks).toEqual([{ x: 0.1, label: 'paper: best α' }]);
  // A lone point is no curve.
  expect(sweepCharts(recordedTables([recordOf()])[0]?.rows ?? [])).toEqual([]);
});

test('values of a sweep that are no numbers lie side by side', () => {
  const points = ['none', 'mao', 'agm'].map((x, i) => ({ x, y: i }));
  const { markup } = drawCurves({
    title: 't',
    description: 'd',
    xName: 'balance',
    yName: 'y',
    curves: [{ name: 'full', kind: 'c0', points, dots: true }],
  });
  const [a = 0, b = 0, c = 0] = numbersOf(markup, /cx="([\d.]+)"/g);
  expect(c - b).toBeCloseTo(b - a, 1);
  expect(b).toBeGreaterThan(a);
});

test('runs side by side have each their own facts and rows', () => {
  const text = read(pageOf([recordOf({ run: 'a-1' }), recordOf({ run: 'a-2' })]));
  expect(text).toMatch(/run #1 a-1 .* run #2 a-2/);
  expect(text).toContain('Confusion');
  expect(text).toContain('no_mao #2');
});

test('rows over several datasets are ranked in a picture', () => {
  const record = recordOf();
  const [experiment] = record.experiments;
  const experiments = ['d1', 'd2', 'd3'].map((data) => ({ ...experiment!, name: data, data }));
  const page = pageOf([{ ...record, experiments }]);
  expect(page).toContain('<title>Mean ranks and critical difference</title>');
  expect(read(page)).toContain("Nemenyi's critical difference at 5%");
  expect(page).toContain('href="#t3"');
});
