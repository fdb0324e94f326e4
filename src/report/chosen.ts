/** Experiments that are chosen out of runs by name: `--experiment NAME`. */
import { runCodes } from '../diagnostics/codes/run.ts';
import { MedxError, report } from '../diagnostics/diagnostic.ts';
import { nearestName } from '../diagnostics/nearest.ts';
import type { ExperimentResult } from '../run/record.ts';

/** The runs with these experiments alone, or as they are where none is named. Throws MED4031 with every name that no run has. */
export function onlyExperiments<
  Run extends { readonly experiments: readonly Pick<ExperimentResult, 'name'>[] },
>(runs: readonly Run[], names: readonly string[]): readonly Run[] {
  if (names.length === 0) return runs;
  const known = [...new Set(runs.flatMap(({ experiments }) => experiments.map(({ name }) => name)))];
  const unknown = [...new Set(names)].filter((name) => !known.includes(name));
  if (unknown.length > 0) {
    throw new MedxError(
      unknown.map((name) => {
        const near = nearestName(name, known);
        return report(runCodes, 'MED4031', { name, known, ...(near ? { near } : {}) });
      }),
    );
  }
  return runs.map((run) => ({
    ...run,
    experiments: run.experiments.filter(({ name }) => names.includes(name)),
  }));
}
