/** Mistakes and mishaps of runs and the store: MED4xxx. */
import { defineCodes, type Mishap } from '../diagnostic.ts';
import { listWords } from '../nearest.ts';
import { code } from '../words.ts';

/** A process that a signal ended, or that said it has no memory, may fare better next time; one that gave up will not. */
function mishapOf(how: string, lastLines: readonly string[]): Mishap | undefined {
  if (lastLines.some((line) => /out of memory|cannot allocate memory|bad_alloc/i.test(line))) return 'memory';
  return how.startsWith('signal ') ? 'killed' : undefined;
}

const withMishap = (mishap: Mishap | undefined) => (mishap ? { mishap } : {});

export const runCodes = defineCodes({
  MED4001: {
    severity: 'error',
    say: (p: { path: string; doing: string; reason: string; needed?: string }) => ({
      message: `cannot ${p.doing} \`${p.path}\`: ${p.reason}`,
      ...(p.needed ? { notes: [`It is needed for \`${p.needed}\`.`] } : {}),
      fix: 'give a place that exists and that you may read and write, then run the same command again',
    }),
  },
  MED4002: {
    severity: 'error',
    say: (p: { path: string; doing: string }) => ({
      message: `the disk is full: cannot ${p.doing} \`${p.path}\``,
      notes: ['Everything that had finished is kept; the half-written part is thrown away.'],
      fix: 'free some space or give another `--store DIR`, then run the same command again',
      mishap: 'disk' as const,
    }),
  },
  MED4003: {
    severity: 'error',
    say: (p: { hash: string; kind: string; reason: string; moved?: string }) => ({
      message: `artefact ${p.hash.slice(0, 12)}${p.kind ? ` (${p.kind})` : ''} is damaged: ${p.reason}`,
      notes: p.moved
        ? [`It was set aside in \`${p.moved}\`.`]
        : ['Reading it on would give wrong numbers, so nothing was read.'],
      fix: 'run the same command again: the stage that makes it runs again',
    }),
  },
  MED4004: {
    severity: 'error',
    say: (p: { hash: string; store: string }) => ({
      message: `the store \`${p.store}\` describes no stage \`${p.hash}\``,
      notes: ['A stage is described in the store when a run that needs it starts.'],
      fix: 'run `medx plan FILE --stages` to see the hashes, or check `--store`',
    }),
  },
  MED4005: {
    severity: 'error',
    say: (p: { hash: string; stages: readonly string[] }) => ({
      message: `\`${p.hash}\` names ${p.stages.length} stages`,
      notes: p.stages.slice(0, 6),
      fix: 'give more digits of the hash',
    }),
  },
  MED4006: {
    severity: 'error',
    say: (p: { label: string; inputs: readonly string[] }) => ({
      message: `${p.label} cannot run: ${p.inputs.length === 1 ? 'an input is' : 'inputs are'} not in the store`,
      notes: p.inputs,
      fix: 'run those stages first, or add `--with-inputs`',
    }),
  },
  MED4007: {
    severity: 'error',
    say: (p: { kind: string; label: string; known: readonly string[] }) => ({
      message: `no stage of kind \`${p.kind}\` in this version of medx (needed by ${p.label})`,
      notes: [`It knows ${p.known.join(', ')}.`],
      fix: 'run it with the version of medx that planned it, or plan it again with `medx run FILE`',
    }),
  },
  MED4008: {
    severity: 'error',
    say: (p: { kind: string; label: string; planned: number; found: number }) => ({
      message: `${p.label} was planned for version ${p.planned} of stage \`${p.kind}\`, this medx has version ${p.found}`,
      notes: ['Its result would be stored under an address that promises other numbers.'],
      fix: 'plan it again with `medx run FILE`',
    }),
  },
  MED4009: {
    severity: 'error',
    say: (p: { label: string; how: string; lastLines: readonly string[] }) => ({
      message: `the process of ${p.label} ended without a result (${p.how})`,
      notes: [
        ...p.lastLines,
        p.how.includes('SIGKILL')
          ? 'Something outside medx ended it; often the system was out of memory.'
          : 'Other stages went on.',
      ],
      fix: p.how.includes('SIGKILL')
        ? 'run the same command again with a smaller `--jobs`; finished stages are kept'
        : 'run the same command again; finished stages are kept',
      ...withMishap(mishapOf(p.how, p.lastLines)),
    }),
  },
  MED4010: {
    severity: 'error',
    say: (p: { label: string; message: string; file?: string }) => ({
      message: `${p.label} failed inside medx: ${p.message}`,
      notes: p.file
        ? [`This is a mistake in medx, not in your file. Details: \`${p.file}\`.`]
        : ['This is a mistake in medx, not in your file.'],
    }),
  },
  MED4011: {
    severity: 'error',
    say: (p: { label: string; name: string; value: string; index: number }) => ({
      message: `${p.label} made a number that is not finite: ${p.value} at position ${p.index} of \`${p.name}\``,
      notes: ['Nothing was stored. For training, a smaller learning rate usually helps.'],
    }),
  },
  MED4012: {
    severity: 'error',
    say: (p: { run: string; store: string; near?: string; known: readonly string[] }) => ({
      message: `no run \`${p.run}\` in \`${p.store}\``,
      notes: p.known.length > 0 ? [`The latest are ${p.known.join(', ')}.`] : ['It holds no run yet.'],
      ...(p.near
        ? { fix: `did you mean \`${p.near}\`?` }
        : { fix: 'start one with `medx run FILE`, or check `--store`' }),
    }),
  },
  MED4013: {
    severity: 'error',
    say: (p: { file: string; reason: string }) => ({
      message: `\`${p.file}\` cannot be read as a run record: ${p.reason}`,
      fix: 'run the experiment again: it trains nothing that is in the store and writes a new record',
    }),
  },
  MED4014: {
    severity: 'error',
    say: (p: { row: string; run: string; known: readonly string[] }) => ({
      message: `run ${p.run} has no row \`${p.row}\``,
      notes: [`Its rows are ${p.known.join(', ')}.`],
      fix: 'name one of them with `--row`',
    }),
  },
  MED4015: {
    severity: 'error',
    say: (p: { wanted: string; run: string; cases: number }) => ({
      message: `run ${p.run} has no case \`${p.wanted}\``,
      notes: [`It has ${p.cases} cases, 0 to ${p.cases - 1}.`],
      fix: 'list them with `medx diagnose RUN --list`',
    }),
  },
  MED4016: {
    severity: 'error',
    say: (p: { what: string; wanted: string; known: readonly string[] }) => ({
      message: `no ${p.what} ${p.wanted} in that row`,
      notes: [`It has ${p.known.join(', ')}.`],
    }),
  },
  MED4017: {
    severity: 'error',
    say: (p: { row: string; why: string }) => ({
      message: `row \`${p.row}\` cannot diagnose a case: ${p.why}`,
      fix: 'name a trained variant with `--row`',
    }),
  },
  MED4018: {
    severity: 'error',
    say: (p: { flag: string; value: string; expected: string }) => ({
      message: `\`${p.flag} ${p.value}\`: expected ${p.expected}`,
    }),
  },
  MED4019: {
    severity: 'notice',
    say: (p: { label: string; pid: number; host?: string }) => ({
      message: `${p.label} waits for process ${p.pid}${p.host === undefined ? '' : ` on ${p.host}`}, which is making it`,
    }),
  },
  MED4030: {
    severity: 'error',
    say: (_: object) => ({
      message: '`medx explore` needs a terminal to read keys from and draw on',
      fix: 'run it in a terminal, or print the tables with `medx compare RUN --details`',
    }),
  },
  MED4032: {
    severity: 'notice',
    say: (p: { jobs: number }) => ({
      message: `times of ${p.jobs} ${p.jobs === 1 ? 'job' : 'jobs'} are of an earlier medx, which did not time every case: they are not shown`,
    }),
  },
  MED4031: {
    severity: 'error',
    say: (p: { name: string; known: readonly string[]; near?: string }) => ({
      message: `no run that was named has an experiment \`${p.name}\``,
      notes: [p.known.length > 0 ? `There are ${listWords(code(p.known), 'and')}.` : 'They have none.'],
      ...(p.near ? { fix: `did you mean \`${p.near}\`?` } : {}),
    }),
  },
});
