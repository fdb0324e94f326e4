/** `report` blocks of a file: which runs they are about, what they write, and what they must not touch. */
import {
  appendFileSync,
  existsSync,
  linkSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { type RunRecord, recordPath } from '../../src/run/record.ts';
import { recordOf } from '../report/support.ts';
import { isBuilt } from '../run/support.ts';
import { resolveText } from '../spec/support.ts';
import { tempFolder } from '../support/temp.ts';
import { medxIn } from './support.ts';

const experiment = (name: string, seeds: string) => `
experiment ${name} {
  data = d3   seeds = ${seeds}
  variant full   = m
  variant no_mao = m without mao
  sweep full each { mao.alpha = [0.3] }
}
`;
const specOf = (reports: string, { seeds = '1..3', others = '' } = {}) => `med 1
dataset d3 { from = simulate(online_boutique) }
model m {
  encode log    = drain -> hashed(16) -> weighted_sum -> transformer(heads: 4) -> pool
  encode metric = standardize -> window_mean -> squeeze_excite(by: instance) -> transformer(heads: 4) -> pool
  dim = 16   mao { alpha = 0.5 }
}
${experiment('d3_ablation', seeds)}${others}
${reports}
`;

interface Run {
  readonly run: string;
  /** The text that was run. */
  readonly text: string;
  readonly sets?: readonly string[];
  readonly names?: readonly string[];
  readonly state?: RunRecord['state'];
}

/** A folder `specs` with `x.med`, and a store in which these runs have ended, one after the other. */
function workplace(text: string, runs: readonly Run[]) {
  const folder = tempFolder('reports');
  const specs = join(folder, 'specs');
  const store = join(folder, 'store');
  mkdirSync(specs);
  writeFileSync(join(specs, 'x.med'), text);
  for (const { run, text: ran, sets = [], names = ['d3_ablation'], state = 'finished' } of runs) {
    const record = recordOf({ run });
    const [made] = record.experiments;
    const about = { ...record.about, file: 'specs/x.med', set: sets, resolved: resolveText(ran, sets) };
    const experiments = names.map((name) => ({ ...made!, name, data: name }));
    const path = recordPath({ root: store }, run);
    mkdirSync(join(path, '..'), { recursive: true });
    writeFileSync(path, JSON.stringify({ ...record, state, about, experiments }));
    const line = { run, state: 'started', at: record.started, file: 'specs/x.med', set: sets };
    appendFileSync(join(store, 'runs.jsonl'), `${JSON.stringify(line)}\n`);
  }
  const run = medxIn(folder);
  const medx = (...args: readonly string[]) => run('--store', store, ...args);
  const read = (path: string) => readFileSync(join(folder, path), 'utf8');
  return { folder, specs, medx, read };
}

const simple = specOf('report r { write = ["out/r.md"] }');

test.runIf(isBuilt)('a report is written beside the file, in every form, and written anew', () => {
  const text = specOf(`report r {
    title = "Four rows"   rows = [no_mao, full]   columns = [f1]   charts = [scores]
    write = ["out/r.md", "out/r.tex", "out/r.html", "out/r.csv"]
  }`);
  const { medx, read } = workplace(text, [{ run: 'a', text }]);
  const wrote = 'Wrote specs/out/r.md, specs/out/r.tex, specs/out/r.html, specs/out/r.csv.\n';
  expect(medx('report', 'specs/x.med')).toEqual({ code: 0, out: wrote, err: '' });
  expect(read('specs/out/r.md')).toContain('# Four rows\n\n### d3_ablation\n');
  expect(read('specs/out/r.md')).toContain('- rows: 2 of 4 shown');
  expect(read('specs/out/r.tex')).toContain('\\caption{Four rows}');
  expect(read('specs/out/r.tex')).toContain('\nrow & F1 weighted \\\\\n');
  expect(read('specs/out/r.html')).toContain('<h3>Scores</h3>');
  expect(read('specs/out/r.html')).not.toContain('<h3>Confusion</h3>');
  const rows = read('specs/out/r.csv').split('\r\n');
  expect(rows.map((row) => row.split(',')[2])).toEqual(['row', 'no_mao', 'full', undefined]);
  expect(rows[0]?.split(',').length).toBeGreaterThan(40);
  // What a report wrote may be replaced, by the same bytes here.
  const before = ['md', 'tex', 'html', 'csv'].map((end) => read(`specs/out/r.${end}`));
  expect(medx('report', 'specs/x.med').out).toBe(wrote);
  expect(['md', 'tex', 'html', 'csv'].map((end) => read(`specs/out/r.${end}`))).toEqual(before);
});

test.runIf(isBuilt)('the newest run that is what the file says, experiment by experiment', () => {
  const others = experiment('second', '1');
  const text = specOf('report r { write = ["r.md"] }', { others });
  const both = ['d3_ablation', 'second'];
  const { medx, read } = workplace(text, [
    { run: 'oldest', text, names: both },
    { run: 'older', text, names: ['second'] },
    { run: 'other_settings', text, sets: ['d3_ablation.seeds=7'], names: both },
    { run: 'failed', text, names: both, state: 'failed' },
  ]);
  expect(medx('report', 'specs/x.med').code).toBe(0);
  // `--set` of d3_ablation changed nothing in `second`.
  expect([...read('specs/r.md').matchAll(/^- run: (.*)$/gm)].map(([, run]) => run)).toEqual([
    'oldest',
    'other_settings',
  ]);
  expect(medx('report', 'specs/x.med', '--set', 'd3_ablation.seeds=7').code).toBe(0);
  expect(read('specs/r.md').match(/^- run: .*$/m)?.[0]).toBe('- run: other_settings');
});

test.runIf(isBuilt)(
  'of chosen experiments: reports of these alone, and the row of another is no mistake',
  () => {
    const others = experiment('second', '1').replace('no_mao', 'plain');
    const text = specOf(
      `report one { of = [d3_ablation]   write = ["one.md"] }
    report two { of = [second]   write = ["two.md"]   rows = [full] }
    report both { write = ["both.md"]   rows = [full, plain] }`,
      { others },
    );
    const { medx } = workplace(text, [
      { run: 'a', text },
      { run: 'b', text, names: ['second'] },
    ]);
    expect(medx('check', 'specs/x.med', '--experiment', 'd3_ablation').code).toBe(0);
    expect(medx('report', 'specs/x.med', '--experiment', 'second').out).toBe('Wrote specs/two.md.\n');
    expect(medx('report', 'specs/x.med').out).toBe('Wrote specs/one.md, specs/two.md, specs/both.md.\n');
    const only = workplace(simple.replace('report r {', `${others}\nreport r {`), []);
    expect(only.medx('report', 'specs/x.med', '--experiment', 'second').err).toContain('MED6034');
  },
);

test.runIf(isBuilt)('no such run: every experiment that lacks one, and what the newest was', () => {
  const text = specOf('report r { write = ["r.md"] }', { others: experiment('second', '1'), seeds: '1..5' });
  const ran = specOf('', { seeds: '1..3' });
  const { folder, medx } = workplace(text, [{ run: 'a', text: ran }]);
  const { code, err } = medx('report', 'specs/x.med');
  expect(code).toBe(1);
  expect(err).toContain(
    'MED6031: no finished run of experiment `d3_ablation` is as `specs/x.med` has it now',
  );
  expect(err).toContain('Run a: it was of other settings: seeds 1..3 → 1..5.');
  expect(err).toContain('MED6031: no finished run of experiment `second`');
  expect(existsSync(join(folder, 'specs', 'r.md'))).toBe(false);
  const stopped = workplace(simple, [{ run: 'b', text: simple, state: 'stopped' }]);
  expect(stopped.medx('report', 'specs/x.med').err).toContain('Run b: it was stopped.');
});

test.runIf(isBuilt)('a file without reports, and named files, are of the newest runs too', () => {
  const text = specOf('');
  const { medx, read } = workplace(text, [{ run: 'a', text }]);
  expect(medx('report', 'specs/x.med').out).toMatch(/^### d3_ablation\n/);
  expect(medx('report', 'specs/x.med', '--markdown', 'm.md', '--html', 'p.html').out).toBe(
    'Wrote p.html, m.md.\n',
  );
  expect(read('p.html')).toContain('<dd>a</dd>');
});

test.runIf(isBuilt)('options that mean nothing are refused', () => {
  const { medx } = workplace(specOf(''), [{ run: 'a', text: specOf('') }]);
  expect(medx('report', 'specs/x.med', '--out', 'there').err).toContain('MED6033');
  expect(medx('report', 'a', '--out', 'there').err).toContain('MED6033: `--out` is for a `.med` file');
  expect(medx('report', 'a', '--set', 'x=1').err).toContain('MED6033');
  expect(medx('report', 'a', 'specs/x.med').err).toContain('MED6032');
  expect(medx('report', 'specs/x.med', '--out', 'there', '--csv', 'a.csv').code).toBe(2);
  expect(medx('run', 'specs/x.med', '--reports').err).toContain('MED6033: `--reports` is for');
});

test.runIf(isBuilt)('nothing is overwritten that is no report, and nothing reached through a link', () => {
  const text = specOf(
    `report r { write = ["notes.md", "way/r.md", "linked.md", "hard.tex", "folder.csv", "file/r.md", "fine.md"] }`,
  );
  const { folder, specs, medx, read } = workplace(text, [{ run: 'a', text }]);
  mkdirSync(join(folder, 'elsewhere'));
  writeFileSync(join(folder, 'elsewhere', 'mine.md'), 'mine');
  writeFileSync(join(specs, 'notes.md'), '# mine\n\nSee medx report: it wrote the others.\n');
  symlinkSync(join(folder, 'elsewhere'), join(specs, 'way'));
  symlinkSync(join(folder, 'elsewhere', 'mine.md'), join(specs, 'linked.md'));
  linkSync(join(folder, 'elsewhere', 'mine.md'), join(specs, 'hard.tex'));
  mkdirSync(join(specs, 'folder.csv'));
  writeFileSync(join(specs, 'file'), '');
  const { code, err } = medx('report', 'specs/x.med');
  expect([code, err.match(/MED6030/g)?.length]).toEqual([1, 6]);
  expect(err).toContain('to `specs/notes.md`: a file is there that no report has written');
  expect(err).toContain('to `specs/way/r.md`: `way` is a link');
  expect(err).toContain('to `specs/linked.md`: `linked.md` is a link');
  expect(err).toContain('to `specs/hard.tex`: a file is there that no report has written');
  expect(err).toContain('to `specs/folder.csv`: `folder.csv` is no file');
  expect(err).toContain('to `specs/file/r.md`: `file` is no folder');
  expect(existsSync(join(specs, 'fine.md'))).toBe(false);
  expect([read('elsewhere/mine.md'), readdirSync(join(folder, 'elsewhere'))]).toEqual(['mine', ['mine.md']]);
  // Elsewhere there is nothing in the way; the folder is made.
  expect(medx('report', 'specs/x.med', '--out', 'new/place').code).toBe(0);
  expect(readdirSync(join(folder, 'new', 'place')).sort()).toEqual([
    'file',
    'fine.md',
    'folder.csv',
    'hard.tex',
    'linked.md',
    'notes.md',
    'way',
  ]);
});

test.runIf(isBuilt)('show lists what a report says; --set changes it', () => {
  const { medx, read } = workplace(simple, [{ run: 'a', text: simple }]);
  const shown = medx('show', 'specs/x.med', '--set', 'r.title="Now"').out;
  expect(shown).toMatch(
    /\nreport r\n\n {2}write +\["out\/r\.md"\] +specs\/x\.med:\d+\n {2}title +"Now" +--set .*\n {2}of +\[d3_ablation\] +default\n/,
  );
  expect(medx('report', 'specs/x.med', '--set', 'r.title="Now"').code).toBe(0);
  expect(read('specs/out/r.md')).toContain('# Now\n');
  expect(medx('report', 'specs/x.med', '--set', 'r.write=["../r.md"]').err).toContain('MED6023');
});

test.runIf(isBuilt)('completion offers runs and files', () => {
  const { medx } = workplace(simple, [{ run: 'a', text: simple }]);
  expect(medx('__complete', '--', 'report', '').out).toBe('last\na\n:files .med\n');
  expect(medx('__complete', '--', 'report', 'specs/x.med', '--set', 'r.ti').out).toBe('r.title=\n');
});
