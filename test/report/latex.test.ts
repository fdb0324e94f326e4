/** Tables as LaTeX: what they hold, that no name is a command, and that a compiler takes them. */
import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { escapeLatex, renderLatex } from '../../src/report/latex.ts';
import { ranksOver } from '../../src/report/over-datasets.ts';

import { tempFolder } from '../support/temp.ts';
import { hostileRecord } from './page-support.ts';
import { recordOf, tablesOfRecord } from './support.ts';

const hasLatex =
  spawnSync('pdflatex', ['--version']).status === 0 &&
  spawnSync('kpsewhich', ['booktabs.sty', 'graphicx.sty']).status === 0;

test('a table with intervals, ties, and all that is said below it', async () => {
  await expect(renderLatex(tablesOfRecord(recordOf({ broken: true })))).toMatchFileSnapshot(
    './fixtures/table.tex',
  );
});

test('published numbers stand beside measured ones', () => {
  const record = recordOf();
  const [experiment] = record.experiments;
  const rows = experiment!.rows.map((row) => ({ ...row, published: { f1_weighted: 0.826 } }));
  const text = renderLatex(
    tablesOfRecord({ ...record, experiments: [{ ...experiment!, paper: 'Tao et al., table 4', rows }] }),
  );
  expect(text).toContain('row & F1 weighted & paper F1 &');
  expect(text).toMatch(/full\$\^\{=\}\$ & 0\.\d{3} \$\\pm\$ 0\.\d{3} & 0\.826 &/);
  expect(text).toContain('paper: Tao et al., table 4; the telemetry here is simulated');
});

test('nothing in a name is a command', () => {
  expect(escapeLatex('50% of $a_1 & \\input{x} #^~"<|>')).toBe(
    "50\\% of \\$a\\_1 \\& \\textbackslash{}input\\{x\\} \\#\\textasciicircum{}\\textasciitilde{}''$<$$|$$>$",
  );
  expect(escapeLatex('±1 α…')).toBe('$\\pm$1 $\\alpha$\\ldots{}');
  const text = renderLatex(tablesOfRecord(hostileRecord()));
  expect(text).not.toContain('\\input');
  // No line ends in a comment that would swallow what follows.
  expect(text.split('\n').slice(1).join('\n').replaceAll('\\%', '').replaceAll('{!}{%', '')).not.toContain(
    '%',
  );
});

test.skipIf(!hasLatex)('pdflatex takes it (skipped without TeX Live)', () => {
  const record = recordOf();
  const [experiment] = record.experiments;
  const experiments = ['d1', 'd2', 'd3'].map((data) => ({ ...experiment!, name: data, data }));
  const tables = [...tablesOfRecord({ ...record, experiments }), ...tablesOfRecord(hostileRecord())];
  const folder = tempFolder('latex');
  const body = renderLatex(tables, ranksOver(tables));
  const packages = '\\documentclass{article}\\usepackage{booktabs,graphicx}';
  writeFileSync(join(folder, 't.tex'), `${packages}\\begin{document}\n${body}\\end{document}\n`);
  const env = { ...process.env, TEXMFVAR: folder, TEXMFHOME: folder, HOME: folder };
  const made = spawnSync('pdflatex', ['-interaction=nonstopmode', '-halt-on-error', '-draftmode', 't.tex'], {
    cwd: folder,
    encoding: 'utf8',
    env,
  });
  expect(made.stdout.match(/^!.*/m)?.[0]).toBeUndefined();
  expect(made.status).toBe(0);
  expect(made.stdout).not.toMatch(/Overfull/);
});
