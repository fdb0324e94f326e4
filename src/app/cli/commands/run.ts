/** `medx run FILE`: check, plan, run what is not in the store yet, show the table, keep a record. */
import { type Command, Option } from 'commander';
import { exitCodes } from '../exit.ts';
import { collect, globalOptions } from '../options.ts';

interface RunOptions {
  readonly set: readonly string[];
  readonly device?: 'auto' | 'gpu' | 'cpu';
  readonly jobs?: number;
  readonly offline?: true;
  readonly json?: true;
  readonly quiet?: true;
  readonly details?: true;
  readonly csv?: string;
  readonly markdown?: string;
}

export function register(program: Command): void {
  program
    .command('run')
    .description('run the experiments of a .med file and compare their rows')
    .argument('<file>', '.med file')
    .option('--set <path=value>', 'change a setting; may be repeated', collect, [])
    .addOption(
      new Option('--device <device>', 'device of all experiments, whatever the file says').choices([
        'auto',
        'gpu',
        'cpu',
      ]),
    )
    .option('--jobs <n>', 'stages to run at the same time (default: the number of cores)', (text: string) =>
      parseJobs(program, text),
    )
    .option('--offline', 'do not ask the hub for text models')
    .option('--csv <file>', 'write the rows as CSV')
    .option('--markdown <file>', 'write the tables as Markdown')
    .option('--details', 'scores per class and confusion matrices too')
    .option('--quiet', 'only the table')
    .option('--json', 'print events as JSON lines and nothing else')
    .action(async (file: string, options: RunOptions, command: Command) => {
      const { store, dataRoot, color } = globalOptions(command);
      const { availableParallelism } = await import('node:os');
      const { loadExperiment } = await import('../experiment.ts');
      const { plan, about, name } = await loadExperiment(file, {
        sets: options.set,
        ...(options.device ? { device: options.device } : {}),
        allowRemote: !options.offline,
        store,
        dataRoot,
        color,
      });
      const { executePlan } = await import('../execute.ts');
      await executePlan(plan, name, about, {
        store,
        dataRoot,
        color,
        jobs: options.jobs ?? availableParallelism(),
        json: options.json === true,
        quiet: options.quiet === true,
        details: options.details === true,
        ...(options.csv === undefined ? {} : { csv: options.csv }),
        ...(options.markdown === undefined ? {} : { markdown: options.markdown }),
      });
    });
}

/** A number of stages to run at once; ends with the code for wrong usage if it is none. */
export function parseJobs(command: Command, text: string): number {
  const jobs = Number(text);
  if (Number.isInteger(jobs) && jobs >= 1 && jobs <= 1024) return jobs;
  return command.error(`error: \`--jobs ${text}\`: expected a whole number from 1 to 1024`, {
    exitCode: exitCodes.usage,
  });
}
