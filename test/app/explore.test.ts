/** Looking into finished runs: keys in, lines out; the last test drives a real terminal. */
import { spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { arrange, gridOf } from '../../src/app/ui/explore/grid.ts';
import { exploreLines, exploreSizes, type Told } from '../../src/app/ui/explore/screen.ts';
import { type ExploreState, firstExploreState, pressKey } from '../../src/app/ui/explore/state.ts';
import { plainText } from '../../src/app/ui/lines.ts';
import { type RecordedTable, recordedTables } from '../../src/report/recorded.ts';
import type { RowResult } from '../../src/run/record.ts';
import { recordOf } from '../report/support.ts';
import { isBuilt } from '../run/support.ts';
import { tempFolder } from '../support/temp.ts';
import { hasTmux, openTmux } from '../support/tmux.ts';

const main = fileURLToPath(new URL('../../dist/app/cli/main.js', import.meta.url));
const tables = recordedTables([recordOf()]);
const window = { columns: 120, rows: 30 };
/** Nats per validation case of the points of `swept`. */
const validation: Readonly<Record<string, number>> = {
  'full mao.alpha=0.3 fuse=sum': 1.25,
  'full mao.alpha=0.1 fuse=concat': 0.875,
  'full mao.alpha=0.10004 fuse=gated': 2,
};

const told: Told = {
  explained: (_, id) => (id === 'case 0' ? ['cpu (right)'] : undefined),
  validationOf: ({ result }) =>
    result.name in validation
      ? { loss: validation[result.name] ?? 0, right: 0.5 }
      : { lacking: 'not all of its jobs are in this store' },
};

function press(keys: readonly string[], of = tables, size = window) {
  let state: ExploreState = firstExploreState;
  for (const key of keys) {
    const next = pressKey(state, key, exploreSizes(of, state, size, told));
    if (next === 'quit') return 'quit';
    state = next;
  }
  return exploreLines(of, state, size, told).map((line) => plainText(line).trimEnd());
}

const pane = (keys: readonly string[], of = tables, size = window): string => {
  const lines = press(keys, of, size);
  return lines === 'quit' ? lines : lines.slice(2, -1).join('\n').trimEnd();
};
const labels = (text: string) =>
  text
    .split('\n')
    .slice(1)
    .flatMap((line) => /^[* ] (\S.*?) {2}/.exec(line)?.[1] ?? []);

test('rows are sorted by any column, both ways, and then stand as the file has them', () => {
  const plain = labels(pane([]));
  expect(plain[0]).toBe('full');
  const f1 = ['right'];
  const down = labels(pane([...f1, 's']));
  const up = labels(pane([...f1, 's', 's']));
  expect(down).not.toEqual(plain);
  expect(up).toEqual(down.toReversed());
  expect(labels(pane([...f1, 's', 's', 's']))).toEqual(plain);
});

test('columns are sorted by what they show, not by what a cell begins with', () => {
  const [table] = tables;
  if (!table) throw new Error('there is a table');
  // Times of three units, and p that all read `<0.001`.
  const seconds = [0.0025, 1.5, 9e-4, undefined];
  const ps = [4e-4, 1e-5, 9e-4];
  const rows = table.rows.map((one, i): RecordedTable['rows'][number] => {
    const { statistics, ...result } = one.row.result;
    const [median, p] = [seconds[i], ps[i - 1]];
    const { comparison: _, ...others } = statistics!;
    const comparison = table.rows.find(({ row }) => row.result.statistics?.comparison)?.row.result.statistics
      ?.comparison;
    return {
      ...one,
      row: {
        ...one.row,
        result: {
          ...result,
          statistics: {
            ...others,
            rank: i + 1,
            tied: i === 0,
            ...(p === undefined ? {} : { comparison: { ...comparison!, p, f1_difference: -p } }),
          },
          ...(median === undefined ? {} : { cost: { answer_seconds: { median, p95: 2 * median } } }),
        },
      },
    };
  });
  const shown = { rows, table: { ...table.table, rows: rows.map(({ row }) => row) } };
  const order = (head: string, descending: boolean) =>
    arrange(gridOf(shown, 'scores'), { sort: { head, descending }, hidden: [], search: '' }).rows.map(
      ({ source }) => rows.indexOf(source),
    );
  const cells = gridOf(shown, 'scores');
  const at = cells.heads.indexOf('p');
  expect(cells.rows.map(({ cells }) => cells[at]?.text)).toEqual(['best', '<0.001', '<0.001', '<0.001']);
  // A row without a number comes last both ways; the row that others are compared with is nearest to itself.
  expect(order('case p50–p95', true)).toEqual([1, 0, 2, 3]);
  expect(order('case p50–p95', false)).toEqual([2, 0, 1, 3]);
  expect(order('p', true)).toEqual([0, 3, 1, 2]);
  expect(order('p', false)).toEqual([2, 1, 3, 0]);
  expect(order('F1 less the best', true)).toEqual([0, 2, 1, 3]);
  expect(order('rank', true)).toEqual([3, 2, 1, 0]);
});

/** The record with points of a sweep over a number and a word, and a row whose jobs searched. */
function tried(options: { readonly run?: string } = {}) {
  const record = recordOf(options);
  const [experiment] = record.experiments;
  const [full, , point, majority] = experiment!.rows as [RowResult, RowResult, RowResult, RowResult];
  const at = (alpha: number, fuse: string) => ({
    ...point,
    name: `full mao.alpha=${alpha} fuse=${fuse}`,
    point: { 'mao.alpha': alpha, fuse },
  });
  const trial = (alpha: number, loss: number | null, epochs: number) => ({
    settings: { 'mao.alpha': alpha },
    epochs,
    loss,
  });
  const searches = {
    ...full,
    name: 'full halving(3)',
    point: {},
    jobs: full.jobs.map((job, i) =>
      i === 2
        ? job
        : {
            ...job,
            search: { tried: [trial(0.5, 0.1, 1), trial(0.25, null, 1), trial(0.5, 1 + i, 3)], chosen: 2 },
          },
    ),
  };
  const rows = [
    full,
    at(0.3, 'sum'),
    at(0.1, 'concat'),
    at(0.10004, 'gated'),
    at(0.9, 'sum'),
    searches,
    majority,
  ];
  return recordedTables([{ ...record, experiments: [{ ...experiment!, rows }] }]);
}
/** Cells of the lines below the head of the points. */
const pointLines = (text: string) => {
  const lines = text.split('\n');
  return lines
    .slice(lines.findIndex((line) => line.includes('valid loss')) + 1)
    .map((line) => line.trim().split(/ {2,}/));
};

test('points of a sweep: losses on validation cases, the one they choose, test scores beside it', () => {
  const of = tried();
  // From the row that was swept and from any of its points.
  const text = pane(['t'], of);
  expect(pane(['down', 't'], of)).toBe(text);
  expect(text).toMatch(/^full: 4 points\nChosen is the point with the least loss on validation cases/);
  expect(text).toContain('\n1 point without validation: not all of its jobs are in this store.\n');
  expect(text).toMatch(/\n +chosen +valid loss +valid right +test F1 +mao\.alpha +fuse\n/);
  const rows = pointLines(text);
  expect(rows[0]).toEqual(['#1', '1.2500', '0.500', expect.stringMatching(/^0\.\d{3} ± /), '0.3', 'sum']);
  expect(rows[1]?.slice(0, 3)).toEqual(['#2', 'chosen', '0.8750']);
  expect(rows[3]?.slice(0, 3)).toEqual(['#4', '–', '–']);
  // Numbers by value (0.10004 is shown as 0.1), words by their letters, what has none last.
  const first = (keys: readonly string[]) => pointLines(pane(['t', ...keys], of)).map(([label]) => label);
  const right = (n: number) => Array(n).fill('right') as string[];
  expect(first(['right', 's'])).toEqual(['#3', '#1', '#2', '#4']);
  expect(first(['right', 's', 's'])).toEqual(['#2', '#1', '#3', '#4']);
  expect(first(['right', 's', 's', 's'])).toEqual(['#1', '#2', '#3', '#4']);
  expect(first([...right(4), 's', 's'])).toEqual(['#2', '#3', '#1', '#4']);
  expect(first([...right(5), 's', 's'])).toEqual(['#2', '#3', '#1', '#4']);
  expect(first(['s'])[0]).toBe('#2');
  expect(first(['/', ...'sum', 'enter'])).toEqual(['#1', '#4']);
  expect(pane(['t', 'c'], of)).not.toContain('chosen ');
  // The table is as it was.
  expect(pane(['t', 'right', 's', 'escape'], of)).toBe(pane([], of));
});

test('points that searches tried: each job has its own, and its own choice', () => {
  const of = tried();
  const text = pane([...Array(5).fill('down'), 't'], of);
  expect(text).toMatch(/^full halving\(3\): 6 trials of 2 jobs\nEach job keeps/);
  expect(text).toContain('\n1 job without a search that ended.\n');
  expect(pointLines(text)).toEqual([
    ['seed 1 #1', '0.1000', '1', '0.5'],
    ['seed 1 #2', 'not finite', '1', '0.25'],
    ['seed 1 #3', 'chosen', '1.0000', '3', '0.5'],
    ['seed 2 #1', '0.1000', '1', '0.5'],
    ['seed 2 #2', 'not finite', '1', '0.25'],
    ['seed 2 #3', 'chosen', '2.0000', '3', '0.5'],
  ]);
});

test('a row that tried nothing says so; the points of two runs are not mixed', () => {
  expect(pane([...Array(6).fill('down'), 't'], tried())).toContain('this row has tried no settings');
  const record = (run: string) => tried({ run })[0]?.rows[0]?.record;
  const two = recordedTables([record('a')!, record('b')!]);
  expect(pane(['t'], two)).toMatch(/^full #1: 4 points\n/);
  expect(pane(['down', 't'], two)).toMatch(/^full #2: 4 points\n/);
});

test('a table is laid out by seeds, classes and the values of a sweep', () => {
  expect(pane(['p'])).toMatch(/seed 1 +seed 2 +seed 3/);
  expect(pane(['p', 'p'])).toMatch(/cpu +http\/grpc +memory/);
  expect(pane(['p', 'p', 'p'])).toMatch(/mao\.alpha=0\.3\n {2}full +\d\.\d{3}/);
  expect(pane(['p', 'p', 'p', 'p'])).toBe(pane([]));
});

test('columns can be left out, rows be searched for', () => {
  expect(pane(['right', 'c'])).not.toContain('F1 weighted');
  expect(pane(['right', 'c', 'C'])).toBe(pane(['right']));
  expect(labels(pane(['/', 'n', 'o', '_', 'enter']))).toEqual(['no_mao']);
  expect(pane(['/', 'z'])).toMatch(/^no row has such a name\n/);
  expect(press(['/', 'z'])).toContain('/z▏  enter keep  esc drop');
});

test('a row shows its classes and its confusion matrix', () => {
  expect(pane(['enter'])).toMatch(/truth +prec\. +recall F1 +cases +answered as +#0 +#1 +#2\ncpu +\d/);
});

test('cases are listed with the answers of every seed, the worst first, and one is asked about', () => {
  const all = pane(['v']).split('\n');
  expect(all[1]).toMatch(/^case +truth +seed 1 +seed 2 +seed 3$/);
  expect(all.length).toBe(14);
  const wrong = pane(['v', 'w']).split('\n').slice(2);
  expect(wrong.length).toBeLessThan(12);
  expect(wrong.every((line) => new Set(line.split(/ {2,}/).slice(1)).size > 1)).toBe(true);
  expect(pane(['v', '/', ...'case 0', 'enter', 'enter'])).toMatch(
    /^case 0 {2}full\ntruth cpu; seed 1 .*\n\ncpu \(right\)$/,
  );
  expect(pane(['v', '/', ...'case 11', 'enter', 'enter'])).toContain('asking the model …');
});

test('two rows are compared: settings, scores, cases that flipped', () => {
  expect(pane(['d'])).toContain('choose another');
  const text = pane(['down', 'd'], tables, { columns: 120, rows: 80 });
  expect(text).toMatch(/^full against no_mao\n\nsettings/);
  expect(text).toMatch(/f1_weighted +\d\.\d{3} ± \S+ +\d\.\d{3}/);
  const [, flipped, mine, theirs] =
    /cases {2}(\d+) flipped: (\d+) for full, (\d+) for no_mao/.exec(text) ?? [];
  expect(Number(mine) + Number(theirs)).toBe(Number(flipped));
  expect(text.match(/^case \d+, seed \d {2}\S+: \S+ \| \S+$/gm)?.length).toBe(Number(flipped));
  // Marked, another row is compared with.
  expect(pane(['down', 'x', 'up', 'd'])).toContain('no_mao against full');
});

test('the rows of two runs stand side by side', () => {
  const two = recordedTables([recordOf({ run: 'a' }), recordOf({ run: 'b' })]);
  expect(labels(pane([], two)).slice(0, 2)).toEqual(['full #1', 'full #2']);
  expect(pane(['down', 'd'], two)).toMatch(/no setting differs[\s\S]*0 flipped/);
});

test('small windows show points before what is said of them', () => {
  const lines = press(['t'], tried(), { columns: 60, rows: 10 });
  expect(lines).toContainEqual(expect.stringMatching(/^ {2}#1 +1\.2500/));
});

test('keys are listed and searched, and everything stays inside the window', () => {
  expect(pane(['?', '/', ...'pivot'])).toMatch(/^Table\n {2}p +lay out by scores/);
  expect(pane(['?', '/', ...'chosen column; again'], tables, { columns: 44, rows: 24 })).toMatch(
    /s {15}sort by the chosen column;\n {18}again: the other way; a\n {18}third time: as it was/,
  );
  expect(press(['q'])).toBe('quit');
  for (const size of [
    { columns: 80, rows: 24 },
    { columns: 20, rows: 6 },
  ])
    for (const keys of [
      [],
      ['t'],
      ['enter'],
      ['v'],
      ['v', 'enter'],
      ['down', 'd'],
      ['?'],
      Array(9).fill('right'),
    ]) {
      const lines = press(keys, tables, size);
      expect(lines.length).toBeLessThan(size.rows);
      for (const line of lines) expect(line.length).toBeLessThanOrEqual(size.columns);
    }
});

/** A store with the record of a run and nothing else. */
function storeWithRecord(): string {
  const folder = join(tempFolder(), 'store', 'runs', 'd3_ablation-x');
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'record.json'), JSON.stringify(recordOf()));
  return join(folder, '..', '..');
}

test.runIf(isBuilt && hasTmux).each([
  { columns: 80, rows: 24 },
  { columns: 160, rows: 50 },
])(
  'in a terminal of $columns columns: choose, compare, points, ask, leave',
  async (size) => {
    const terminal = openTmux([process.execPath, main, '--store', storeWithRecord(), 'explore'], size);
    try {
      await terminal.sees('F1 weighted');
      terminal.press('Down', 'd');
      await terminal.sees('full against no_mao');
      terminal.press('Escape');
      await terminal.sees('enter row');
      terminal.press('Up', 't');
      await terminal.sees(/full: 1 point\n[\s\S]*valid loss[\s\S]*#1 +– /);
      terminal.press('Escape');
      await terminal.sees('enter row');
      terminal.press('v');
      await terminal.sees('seed 3');
      terminal.press('Enter');
      // The store has no artefacts: said, not thrown.
      await terminal.sees(/truth .*\n\n.+/);
      terminal.press('q');
      await terminal.sees('ended with 0');
    } finally {
      terminal.close();
    }
  },
  60_000,
);

test.runIf(isBuilt)('without a terminal it says what to do instead', () => {
  const { status, stderr } = spawnSync(process.execPath, [main, '--store', storeWithRecord(), 'explore'], {
    encoding: 'utf8',
  });
  expect(status).toBe(1);
  expect(stderr).toContain('MED4030: `medx explore` needs a terminal');
});
