/** `medx explore [RUN…]`: looks into finished runs in the terminal: rows, classes, cases, differences. Runs nothing. */
import type { Command } from 'commander';
import { unguardedStream } from '../../output.ts';
import { moreHelp } from '../help.ts';
import { experimentOption, globalOptions } from '../options.ts';

export function register(program: Command): void {
  program
    .command('explore')
    .description(
      'look into finished runs in the terminal: sort, pivot, compare rows, ask why a case was answered so',
    )
    .argument('[run...]', 'run ids, their beginnings, `last`, or paths of records (default: last)')
    .addOption(experimentOption('only this experiment of the runs'))
    .addHelpText(
      'after',
      moreHelp({
        examples: [['explore'], ['explore last d3_ablation-2026', 'two runs side by side']],
      }),
    )
    .action(
      async (
        runs: readonly string[],
        { experiment }: { readonly experiment: readonly string[] },
        command: Command,
      ) => {
        const { store: root, color: wanted } = globalOptions(command);
        const { readRecord } = await import('../../../run/record.ts');
        const { onlyExperiments } = await import('../../../report/chosen.ts');
        const { nearestName } = await import('../../../diagnostics/nearest.ts');
        const { MedxError, report } = await import('../../../diagnostics/diagnostic.ts');
        const { runCodes } = await import('../../../diagnostics/codes/run.ts');
        const store = { root };
        const wantedRuns = runs.length === 0 ? ['last'] : runs;
        const records = onlyExperiments(
          wantedRuns.map((run) => readRecord(store, run, nearestName)),
          experiment,
        );
        if (!process.stdout.isTTY || !process.stdin.isTTY) {
          throw new MedxError(report(runCodes, 'MED4030', {}));
        }
        const { recordedTables } = await import('../../../report/recorded.ts');
        process.env.NODE_ENV ??= 'production';
        const { openExplorer } = await import('../../ui/explore/open.ts');
        const { readValidation } = await import('../validation.ts');
        const { wantsColor } = await import('../print.ts');
        await openExplorer(recordedTables(records), {
          stdout: unguardedStream(process.stdout),
          stdin: process.stdin,
          color: wantsColor(process.stdout, wanted),
          validationOf: (row) => readValidation(store, row),
          async explain({ record, experiment, result }, id) {
            const { explainCase, spokenLines } = await import('../spoken.ts');
            const { renderAnswer } = await import('../diagnosis.ts');
            const choice = { experiment: experiment.name, row: result.name, case: id };
            try {
              const found = await explainCase(store, record, choice);
              return [...renderAnswer(found.answer, false), '', ...spokenLines(found, 5)];
            } catch (error) {
              if (!(error instanceof MedxError)) throw error;
              return error.diagnostics.flatMap(({ message, notes = [], fix }) => [
                message,
                ...notes,
                ...(fix ? [fix] : []),
              ]);
            }
          },
        });
      },
    );
}
