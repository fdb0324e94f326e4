/** What goes wrong around the store and with files that others wrote: why, lock, pack, verify, gc, limits. MED61xx. */
import { defineCodes } from '../diagnostic.ts';

export const storeCodes = defineCodes({
  MED6101: {
    severity: 'error',
    say: (p: { label: string; problem: string }) => ({
      message: `${p.label} ran out of memory: ${p.problem}`,
      notes: ['Nothing of it was stored; finished stages are kept.'],
      fix: 'run the same command again with a smaller `--jobs`, or on a machine with more memory',
      mishap: 'memory' as const,
    }),
  },
  MED6102: {
    severity: 'error',
    say: (p: { file?: string; store: string }) => ({
      message: p.file ? `no run of \`${p.file}\` in \`${p.store}\`` : `no run in \`${p.store}\``,
      notes: ['`--failed` repeats the failed jobs of the last run, so there has to be one.'],
      fix: 'run it without `--failed`, or check `--store`',
    }),
  },
  MED6103: {
    severity: 'error',
    say: (p: { job: string; where: string; near?: string; known: readonly string[] }) => ({
      message: `no job \`${p.job}\` in ${p.where}`,
      notes: p.known.length > 0 ? [`Its rows are ${p.known.join(', ')}.`] : [],
      fix: p.near
        ? `did you mean \`${p.near}\`?`
        : 'give a row (`full`), a job (`"full seed 1"`), or digits of a hash as `medx plan FILE --stages` lists them',
    }),
  },
  MED6104: {
    severity: 'error',
    say: (p: { file: string; lock: string }) => ({
      message: `\`${p.lock}\` does not lock \`${p.file}\``,
      fix: 'run it without `--locked`, then `medx lock last`',
    }),
  },
  MED6105: {
    severity: 'error',
    say: (p: { path: string; problem: string }) => ({
      message: `\`${p.path}\` cannot be read as a lock: ${p.problem}`,
      fix: 'take it back from version control, or remove it and write it anew with `medx lock RUN`',
    }),
  },
  MED6106: {
    severity: 'warning',
    say: (p: { lock: string; differences: readonly string[] }) => ({
      message: `this run is not what \`${p.lock}\` locks`,
      notes: p.differences,
      fix: '`medx lock RUN` locks the new state; `--locked` refuses to run it',
    }),
  },
  MED6107: {
    severity: 'error',
    say: (p: { lock: string; differences: readonly string[] }) => ({
      message: `this is not what \`${p.lock}\` locks`,
      notes: p.differences,
      fix: 'bring back what was locked, or run without `--locked` and lock the new state with `medx lock RUN`',
    }),
  },
  MED6108: {
    severity: 'error',
    say: (p: { run: string; doing: string; why: string; fix: string }) => ({
      message: `run ${p.run} cannot be ${p.doing}: ${p.why}`,
      fix: p.fix,
    }),
  },
  MED6110: {
    severity: 'error',
    say: (p: { file: string; problem: string }) => ({
      message: `\`${p.file}\` is no whole pack: ${p.problem}`,
      fix: 'fetch it again; `medx pack RUN` writes one',
    }),
  },
  MED6111: {
    severity: 'error',
    say: (p: { file: string; path: string; why: string }) => ({
      message: `\`${p.file}\` is refused: \`${p.path}\` ${p.why}`,
      notes: ['A pack holds plain files with plain names. Nothing of it was read or written.'],
      fix: 'ask its sender for one that `medx pack` wrote',
    }),
  },
  MED6112: {
    severity: 'error',
    say: (p: { file: string; what: string }) => ({
      message: `\`${p.file}\` is refused: ${p.what}`,
      notes: ['No pack of a run is that large. Nothing of it was written.'],
      fix: 'ask its sender for one that `medx pack` wrote',
    }),
  },
  MED6113: {
    severity: 'error',
    say: (p: { file: string; problem: string }) => ({
      message: `\`${p.file}\` is not what \`medx pack\` wrote: ${p.problem}`,
      fix: 'fetch it again, or ask its sender for another; an older medx may not know its format',
    }),
  },
  MED6114: {
    severity: 'error',
    say: (p: { file: string; differences: readonly string[] }) => ({
      message: `\`${p.file}\` cannot be verified here: the data, splits, seeds or text models are others`,
      notes: [
        ...p.differences.slice(0, 12),
        'Numbers of other data would answer another question, so nothing was run.',
      ],
      fix: 'put the data that it names below `--data-root DIR`',
    }),
  },
  MED6115: {
    severity: 'warning',
    say: (p: { differences: readonly string[] }) => ({
      message: 'the numbers were made under other versions or on another engine',
      notes: p.differences.slice(0, 12),
    }),
  },
  MED6116: {
    severity: 'error',
    say: (p: { file: string }) => ({
      message: `\`${p.file}\` is being verified by another process`,
      fix: 'wait for it to end',
    }),
  },
  MED6120: {
    severity: 'error',
    say: (p: { store: string }) => ({
      message: `the store \`${p.store}\` is in use`,
      notes: ['What a run counts on must not go away under it.'],
      fix: 'call it again when the run has ended',
    }),
  },
  MED6130: {
    severity: 'error',
    say: (p: { count: number; most: number }) => ({
      message: `this pipeline has ${p.count} steps; ${p.most} are the most`,
    }),
  },
  MED6131: {
    severity: 'error',
    say: (p: { count: number; most: number }) => ({
      message: `this sweep has ${p.count.toLocaleString('en')} points; ${p.most.toLocaleString('en')} are the most`,
      fix: 'Take wider steps, or `each` in place of `cross`.',
    }),
  },
  MED6132: {
    severity: 'error',
    say: (p: { what: string; path: string; root: string }) => ({
      message: `${p.what} \`${p.path}\` is not below the data root`,
      notes: [`The data root is \`${p.root}\`. A file that others wrote reads nothing outside of it.`],
      fix: 'name a folder below it, or give another `--data-root DIR`',
    }),
  },
});
