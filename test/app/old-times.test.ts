/** Records and stores whose times are of the shape that medx had before it timed every case: an empty cell, one note, never NaN. */
import { spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { exploreLines, exploreSizes } from '../../src/app/ui/explore/screen.ts';
import { firstExploreState } from '../../src/app/ui/explore/state.ts';
import { plainText } from '../../src/app/ui/lines.ts';
import { recordedTables } from '../../src/report/recorded.ts';
import { readRecordFile, recordPath, runFolder } from '../../src/run/record.ts';
import { recordOf } from '../report/support.ts';
import { inProcess, isBuilt, runTiny, tinyPlan } from '../run/support.ts';
import { tempFolder } from '../support/temp.ts';

const main = fileURLToPath(new URL('../../dist/app/cli/main.js', import.meta.url));
const told = 'times of 3 jobs are of an earlier medx, which did not time every case: they are not shown';

/** The first row has today's times, the second those of before, the others none. */
function oldRecord(): string {
  const store = { root: tempFolder() };
  const record = recordOf();
  const costs = [
    { fit_seconds: 2, answer_seconds: [0.001, 0.003], detect_seconds: [0.1, 0.2] },
    { fit_seconds: 2, answer_seconds_per_case: 0.001 },
  ];
  const experiments = record.experiments.map((experiment) => ({
    ...experiment,
    rows: experiment.rows.map((row, i) => ({
      ...row,
      jobs: row.jobs.map((job) => ({ ...job, ...(costs[i] ? { cost: costs[i] } : {}) })),
    })),
  }));
  const rows = record.rows.map((row) => ({
    ...row,
    cost: { fit_seconds: 2, answer_seconds_per_case: 0.001 },
  }));
  mkdirSync(runFolder(store, record.run), { recursive: true });
  writeFileSync(recordPath(store, record.run), JSON.stringify({ ...record, experiments, rows }));
  return store.root;
}

test.runIf(isBuilt).each([
  ['compare', ['last']],
  ['compare', ['last', 'last']],
  ['compare', ['last', '--details']],
  ['report', ['last']],
  ['report', ['last', '--html', 'report.html', '--csv', 'report.csv', '--latex', 'report.tex']],
])('medx %s %j leaves them out and says so', (command, args) => {
  const cwd = oldRecord();
  const run = spawnSync(process.execPath, [main, '--store', cwd, command, ...args], {
    encoding: 'utf8',
    cwd,
  });
  expect([run.status, run.stderr]).toEqual([0, '']);
  const files = readdirSync(cwd).filter((name) => name.startsWith('report.'));
  const texts = files.map((name) => readFileSync(join(cwd, name), 'utf8'));
  for (const text of [run.stdout, ...texts]) expect(text).not.toMatch(/NaN|Infinity|undefined/);
  expect(files.length).toBe(args.includes('--html') ? 3 : 0);
  const all = [run.stdout, ...texts].join('').replace(/\n {2,}/g, ' ');
  expect(all).toContain(told);
});

test('medx explore has them in no column, and says so', () => {
  const root = oldRecord();
  const tables = recordedTables([readRecordFile(recordPath({ root }, recordOf().run))]);
  const window = { columns: 240, rows: 60 };
  const nothing = { explained: () => undefined, validationOf: () => ({ lacking: '' }) };
  exploreSizes(tables, firstExploreState, window, nothing);
  const lines = exploreLines(tables, firstExploreState, window, nothing).map(plainText);
  const [full, without] = ['full ', 'no_mao '].map((name) => lines.find((line) => line.includes(name)) ?? '');
  expect(full).toMatch(/ 2\.0 s/);
  expect(without).not.toMatch(/NaN/);
  expect(lines.join('\n')).toContain(told);
});

test('a new run over stages that were timed in the old way keeps no such times', async () => {
  const folder = tempFolder();
  const root = join(folder, 'store');
  const plan = tinyPlan({ rows: 1, steps: 1, ms: 0 });
  const how = { worker: inProcess(root, folder) };
  await runTiny(plan, root, folder, how);
  for (const name of readdirSync(join(root, 'timings'))) {
    const file = join(root, 'timings', name);
    const timing = JSON.parse(readFileSync(file, 'utf8')) as object;
    const cost = { fit_seconds: 2, answer_seconds_per_case: 0.001 };
    writeFileSync(file, JSON.stringify({ ...timing, cost }));
  }
  const { record } = await runTiny(plan, root, folder, how);
  const [experiment] = record.experiments;
  expect(experiment?.rows.flatMap(({ jobs }) => jobs.map(({ cost }) => cost))).toEqual([
    undefined,
    undefined,
    undefined,
  ]);
  expect(experiment?.notices.map(({ message }) => message)).toContain(told);
});
