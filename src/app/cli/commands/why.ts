/** `medx why JOB [FILE]`: why a job will run or was found in the store. Runs nothing. */
import type { Command } from 'commander';
import { moreHelp } from '../help.ts';
import { type FileOptions, globalOptions, withFileOptions } from '../options.ts';

interface WhyOptions extends FileOptions {
  readonly offline?: true;
  readonly json?: true;
}

export function register(program: Command): void {
  withFileOptions(
    program
      .command('why')
      .description(
        'say why a job will run or was found in the store: what differs from the nearest earlier one',
      )
      .argument('<job>', 'row (`full`), job (`"full seed 1"`), label of a stage, or digits of its hash')
      .argument('[file]', '.med file whose plan has the job; the last run by default'),
  )
    .option('--offline', 'do not ask the hub for text models')
    .option('--json', 'print one JSON document (schemas/why.schema.json)')
    .addHelpText(
      'after',
      moreHelp({
        examples: [
          ['why full', 'of the last run'],
          ['why full experiments/d3-ablation.med --set d3.window=30s'],
          ['why "full seed 1" experiments/d3-ablation.med'],
        ],
      }),
    )
    .action(async (job: string, file: string | undefined, options: WhyOptions, command: Command) => {
      const { store, dataRoot, color } = globalOptions(command);
      const { explain, renderWhy } = await import('../explanation.ts');
      const loaded = file
        ? await (await import('../experiment.ts')).loadExperiment(file, {
            set: options.set,
            experiment: options.experiment,
            allowRemote: !options.offline,
            store,
            dataRoot,
            color,
          })
        : undefined;
      const found = explain({ root: store }, job, loaded?.plan, file);
      if (options.json) process.stdout.write(`${JSON.stringify({ format: 1, jobs: found }, null, 2)}\n`);
      else process.stdout.write(found.map(renderWhy).join('\n'));
    });
}
