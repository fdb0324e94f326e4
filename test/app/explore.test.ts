/** Looking into finished runs: keys in, lines out; the last test drives a real terminal. */
import { spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { exploreLines, exploreSizes } from '../../src/app/ui/explore/screen.ts';
import { type ExploreState, firstExploreState, pressKey } from '../../src/app/ui/explore/state.ts';
import { plainText } from '../../src/app/ui/lines.ts';
import { recordedTables } from '../../src/report/recorded.ts';
import { recordOf } from '../report/support.ts';
import { isBuilt } from '../run/support.ts';
import { tempFolder } from '../support/temp.ts';
import { hasTmux, openTmux } from '../support/tmux.ts';

const main = fileURLToPath(new URL('../../dist/app/cli/main.js', import.meta.url));
const tables = recordedTables([recordOf()]);
const window = { columns: 120, rows: 30 };

function press(keys: readonly string[], of = tables, size = window) {
  let state: ExploreState = firstExploreState;
  for (const key of keys) {
    const next = pressKey(
      state,
      key,
      exploreSizes(of, state, size, () => undefined),
    );
    if (next === 'quit') return 'quit';
    state = next;
  }
  return exploreLines(of, state, size, (_, id) => (id === 'case 0' ? ['cpu (right)'] : undefined)).map(
    (line) => plainText(line).trimEnd(),
  );
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

test('keys are listed and searched, and everything stays inside the window', () => {
  expect(pane(['?', '/', ...'pivot'])).toMatch(/^Table\n {2}p +lay out by scores/);
  expect(press(['q'])).toBe('quit');
  for (const size of [
    { columns: 80, rows: 24 },
    { columns: 20, rows: 6 },
  ])
    for (const keys of [[], ['enter'], ['v'], ['v', 'enter'], ['down', 'd'], ['?'], Array(9).fill('right')]) {
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

test.runIf(isBuilt && hasTmux)(
  'in a terminal: choose, compare, ask, leave',
  async () => {
    const terminal = openTmux([process.execPath, main, '--store', storeWithRecord(), 'explore'], {
      columns: 100,
      rows: 24,
    });
    try {
      await terminal.sees('F1 weighted');
      terminal.press('Down', 'd');
      await terminal.sees('full against no_mao');
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
