/** MED11xx: files and names; MED15xx: `--set` and `--experiment`. */
import { defineCodes } from '../diagnostic.ts';
import { listWords } from '../nearest.ts';
import { code, known, meant } from '../words.ts';

export const nameCodes = defineCodes({
  MED1101: {
    severity: 'error',
    say: (p: { found: string; nearest?: string; known: readonly string[] }) => ({
      message: `there is no block \`${p.found}\``,
      ...meant(p.nearest),
      notes: known('A file holds `import` and the blocks', code(p.known)),
    }),
  },
  MED1102: {
    severity: 'error',
    say: (p: { block: string; form: string }) => ({
      message: `\`${p.block}\` is not written like this`,
      fix: `Write \`${p.form}\`.`,
    }),
  },
  MED1103: {
    severity: 'error',
    say: (p: { kind: string; name: string }) => ({
      message: `${p.kind} \`${p.name}\` is defined twice`,
      label: 'second definition',
      fix: p.kind === 'row' ? 'Remove one of them.' : 'Give one of them another name.',
    }),
  },
  MED1104: {
    severity: 'error',
    say: (p: {
      kind: string;
      name: string;
      nearest?: string;
      known: readonly string[];
      imports: boolean;
    }) => ({
      message: `there is no ${p.kind} \`${p.name}\``,
      ...meant(p.nearest),
      notes:
        p.known.length > 0
          ? [`Defined: ${p.known.join(', ')}.`]
          : [`No ${p.kind} is defined${p.imports ? ' here or in the imported files' : ''}.`],
    }),
  },
  MED1110: {
    severity: 'error',
    say: (p: { path: string }) => ({
      message: `cannot import \`${p.path}\`: there is no such file`,
      notes: ['A path is relative to the file that imports.'],
    }),
  },
  MED1111: {
    severity: 'error',
    say: (p: { chain: readonly string[] }) => ({
      message: 'these files import each other',
      label: 'closes the circle',
      notes: [p.chain.join(' → ')],
      fix: 'Move what they share into a file of its own.',
    }),
  },
  MED1112: {
    severity: 'error',
    say: (p: { path: string; folder: string }) => ({
      message: `\`${p.path}\` lies outside ${p.folder}`,
      notes: [
        'A file imports only from the folder of the file that is run, so that the folder can be shared.',
      ],
    }),
  },
  MED1113: {
    severity: 'error',
    say: (p: { path: string; reason: string }) => ({ message: `cannot read \`${p.path}\`: ${p.reason}` }),
  },
  MED1501: {
    severity: 'error',
    say: () => ({
      message: '`--set` is not written like this',
      fix: 'Write `--set PATH=VALUE`, for example `--set d3.window=30s`.',
    }),
  },
  MED1502: {
    severity: 'error',
    say: (p: { path: string; nearest?: string; blocks: readonly string[] }) => ({
      message: `nothing in this file is called \`${p.path}\``,
      ...meant(p.nearest),
      notes: [
        p.blocks.length > 0
          ? `A path begins with the name of a block (${p.blocks.join(', ')}) or names a setting that only one of them has.`
          : 'The file has no block whose settings could be changed.',
      ],
    }),
  },
  MED1504: {
    severity: 'error',
    say: (p: { name: string; file?: string }) => ({
      message: `experiment \`${p.name}\` does not run here`,
      notes: [
        p.file === undefined
          ? '`--experiment` chooses others.'
          : `It is one of \`${p.file}\`, and experiments of imported files do not run.`,
      ],
      ...(p.file === undefined ? {} : { fix: 'Give that file instead.' }),
    }),
  },
  MED1503: {
    severity: 'error',
    say: (p: { path: string; candidates: readonly string[] }) => ({
      message: `\`${p.path}\` could be ${listWords(code(p.candidates))}`,
      fix: 'Write the block before it.',
    }),
  },
});
