/** `medx data prepare FILE`: reads the data of a .med file and makes its features, and stops before the first training. */
import type { Command } from 'commander';
import { moreHelp } from '../../help.ts';
import { type FileOptions, globalOptions, withFileOptions } from '../../options.ts';

interface PrepareOptions extends FileOptions {
  readonly jobs?: string;
  readonly offline?: true;
  readonly quiet?: true;
  readonly json?: true;
}

export function register(data: Command): void {
  withFileOptions(
    data
      .command('prepare')
      .description('read the data of a .med file and make its features; train nothing')
      .argument('<file>', '.med file'),
  )
    .option('--jobs <n>', 'stages to run at the same time (default: the number of cores)')
    .option('--offline', 'do not ask the hub for text models')
    .option('--quiet', 'only the summary')
    .option('--json', 'print events as JSON lines and nothing else (schemas/event.schema.json)')
    .addHelpText(
      'after',
      moreHelp({
        examples: [
          ['data prepare experiments/d3-ablation.med'],
          ['data prepare experiments/audit.med --experiment audit_d3'],
        ],
      }),
    )
    .action(async (file: string, options: PrepareOptions, command: Command) => {
      const { store, dataRoot, color } = globalOptions(command);
      const { parseJobs } = await import('../run.ts');
      const { availableParallelism } = await import('node:os');
      const jobs = options.jobs === undefined ? availableParallelism() : parseJobs(command, options.jobs);
      const { loadExperiment } = await import('../../experiment.ts');
      const { plan, about, name } = await loadExperiment(file, {
        set: options.set,
        experiment: options.experiment,
        // Nothing is trained, so nobody looks for a GPU.
        device: 'cpu',
        allowRemote: !options.offline,
        store,
        dataRoot,
        color,
      });
      const { preparationOf } = await import('../../../../graph/preparation.ts');
      const { executePlan } = await import('../../execute.ts');
      const { openStore } = await import('../../../../run/store.ts');
      const { summarisePreparation } = await import('../../preparation.ts');
      const opened = openStore(store);
      const preparation = preparationOf(plan);
      await executePlan(preparation, `prepare ${name}`, about, {
        store,
        dataRoot,
        color,
        jobs,
        json: options.json === true,
        quiet: options.quiet === true,
        details: false,
        closing: (record) => summarisePreparation(preparation, record, opened),
      });
    });
}
