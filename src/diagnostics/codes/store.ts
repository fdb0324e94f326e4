/** What goes wrong around the store and with files that others sent: why, lock, pack, verify, gc. MED61xx. */
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
});
