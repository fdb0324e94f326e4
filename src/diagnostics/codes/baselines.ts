/** MED37xx: methods to compare with, in a file, in the plan and in their stages. */
import { defineCodes } from '../diagnostic.ts';
import { listWords } from '../nearest.ts';
import { code, meant } from '../words.ts';

export const baselineCodes = defineCodes({
  MED3701: {
    severity: 'error',
    say: (p: { name: string; nearest?: string; known: readonly string[] }) => ({
      message: `baseline \`${p.name}\` does not say its method`,
      ...meant(p.nearest),
      notes: [`Methods: ${listWords(code(p.known), 'and')}.`],
      fix: 'Give the block the name of a method, or write `method = …` in it.',
    }),
  },
  MED3702: {
    severity: 'error',
    say: (p: { name: string; experiment: string; twin: 'baseline' | 'variant' }) => ({
      message:
        p.twin === 'variant'
          ? `experiment \`${p.experiment}\` has a variant and a baseline \`${p.name}\``
          : `experiment \`${p.experiment}\` names the baseline \`${p.name}\` twice`,
      notes: ['A row of the table is found by its name.'],
      fix: 'Rename one of them.',
    }),
  },
  MED3703: {
    severity: 'error',
    say: (p: { method: string }) => ({
      message: `no experiment of the file has a row \`${p.method}\``,
      label: 'would change nothing',
      fix: `Name \`${p.method}\` in \`baselines\`.`,
    }),
  },
  MED3741: {
    severity: 'warning',
    say: (p: { windows: number }) => ({
      message: `art learns what is normal from at least two windows before the fault, and the cases have ${p.windows}: every case gets the class frequencies of the training cases`,
      fix: 'Begin the cases earlier (`case = … before .. … after`), or make `window` shorter.',
    }),
  },
  MED3740: {
    severity: 'notice',
    say: (p: { blind: number; of: number }) => ({
      message: `${p.blind} of ${p.of} test cases have nothing that the method reads: they get the class frequencies of the training cases`,
    }),
  },
  MED3710: {
    severity: 'notice',
    say: (p: { row: string }) => ({
      message: `${p.row}: the training cases do not all name an instance that has metrics, so it learns types alone (as with \`units = pooled\`)`,
    }),
  },
  MED3750: {
    severity: 'warning',
    say: (p: { row: string; steps: number }) => ({
      message: `${p.row}: its fitting was stopped after ${p.steps} steps, short of the optimum`,
    }),
  },
  MED3704: {
    severity: 'error',
    say: (p: { row: string; cases: readonly string[] }) => ({
      message: `\`${p.row}\` cannot learn from summary features that are not finite`,
      notes: [`${p.cases.length} cases have such features; the first is ${p.cases[0]}.`],
      fix: 'Look at the telemetry of that case with `medx data describe`.',
    }),
  },
});
