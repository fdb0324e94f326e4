/** MED602x: what a file says of its reports, and writing them. */
import { defineCodes } from '../diagnostic.ts';
import { listWords } from '../nearest.ts';
import { code, known, meant } from '../words.ts';

export const reportCodes = defineCodes({
  MED6020: {
    severity: 'error',
    say: (p: { experiment: string; known: readonly string[]; imported: boolean; nearest?: string }) => ({
      message: p.imported
        ? `experiment \`${p.experiment}\` is one of an imported file, which does not run`
        : `there is no experiment \`${p.experiment}\` in this file`,
      ...(p.imported ? {} : meant(p.nearest)),
      notes: known('Those of this file are', code(p.known)),
    }),
  },
  MED6021: {
    severity: 'error',
    say: (p: { row: string; experiments: readonly string[]; rows: readonly string[]; nearest?: string }) => ({
      message: `no experiment of this report has a row \`${p.row}\``,
      ...meant(p.nearest),
      notes: known(`Rows of ${listWords(code(p.experiments), 'and')} are`, code(p.rows)),
      fix: 'Name a variant, a baseline, or in quotes a point of a sweep.',
    }),
  },
  MED6022: {
    severity: 'error',
    say: (p: { experiment: string; rows: readonly string[] }) => ({
      message: `experiment \`${p.experiment}\` has none of the rows of this report`,
      notes: known('Its rows are', code(p.rows)),
      fix: 'Add one of them to `rows`, or say with `of` which experiments are meant.',
    }),
  },
  MED6023: {
    severity: 'error',
    say: (p: { path: string; why: string }) => ({
      message: `a report cannot be written to \`${p.path}\`: ${p.why}`,
      notes: [
        'Reports lie in the folder of the file or below it, so that a file that others wrote touches nothing else.',
      ],
      fix: 'Write a path with `/` below this folder, such as `"reports/table.md"`; `medx report FILE --out DIR` puts them elsewhere.',
    }),
  },
  MED6024: {
    severity: 'error',
    say: (p: { path: string; endings: readonly string[] }) => ({
      message: `the ending of a file says what it holds, and \`${p.path}\` does not end in ${listWords(code(p.endings))}`,
    }),
  },
  MED6025: {
    severity: 'error',
    say: (p: { path: string; report: string }) => ({
      message: `\`${p.path}\` is written by report \`${p.report}\` already`,
      fix: 'Give each report files of its own.',
    }),
  },
  MED6026: {
    severity: 'error',
    say: (p: { setting: string; endings: readonly string[] }) => ({
      message: `\`${p.setting}\` changes nothing in what this report writes`,
      notes: [`It is for files that end in ${listWords(code(p.endings))}.`],
      fix: `Take \`${p.setting}\` out, or add such a file to \`write\`.`,
    }),
  },
  MED6027: {
    severity: 'error',
    say: (p: { report: string }) => ({
      message: `report \`${p.report}\` is about nothing: this file has no experiment`,
    }),
  },
  MED6030: {
    severity: 'error',
    say: (p: { path: string; report: string; why: string }) => ({
      message: `report \`${p.report}\` cannot be written to \`${p.path}\`: ${p.why}`,
      notes: ['Nothing was written.'],
      fix: 'move away what is there, or write elsewhere with `medx report FILE --out DIR`',
    }),
  },
  MED6031: {
    severity: 'error',
    say: (p: { experiment: string; file: string; runs: readonly string[] }) => ({
      message: `no finished run of experiment \`${p.experiment}\` is as \`${p.file}\` has it now`,
      notes: p.runs.length > 0 ? p.runs : ['It was never run to its end, as far as this store knows.'],
      fix: `run \`medx run ${p.file}\` (what is in the store is not made again), or give the \`--set\` that the run had`,
    }),
  },
  MED6032: {
    severity: 'error',
    say: (p: { file: string; others: readonly string[] }) => ({
      message: `\`${p.file}\` is a file, and ${listWords(code(p.others), 'and')} ${p.others.length > 1 ? 'are' : 'is'} given beside it`,
      notes: ['A `.med` file stands for the newest runs of its experiments; several runs are compared.'],
      fix: 'give the file alone, or runs alone',
    }),
  },
  MED6034: {
    severity: 'error',
    say: (p: { file: string; experiments: readonly string[] }) => ({
      message: `no report of \`${p.file}\` is of ${listWords(code(p.experiments), 'and')} alone`,
      fix: 'leave `--experiment` out, or name files with `--html`, `--markdown`, `--latex`, `--csv`',
    }),
  },
  MED6033: {
    severity: 'error',
    say: (p: { option: string; file?: string }) => ({
      message: p.file
        ? `\`${p.option}\` is for the \`report\` blocks of a file, and \`${p.file}\` has none`
        : `\`${p.option}\` is for a \`.med\` file, and none is given`,
      fix: 'name files with `--html`, `--markdown`, `--latex`, `--csv`',
    }),
  },
});
