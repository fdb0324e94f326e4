/** `medx data simulate OUT`: raw files of simulated telemetry, in any of the three formats and of any size. */
import { type Command, Option } from 'commander';
import { simulatedFormats, simulatedSystems, simulatorSettings } from '../../../../catalog/simulator.ts';
import { formatDuration } from '../../../../catalog/units.ts';
import { moreHelp } from '../../help.ts';
import { globalOptions } from '../../options.ts';

type Options = Readonly<Record<string, string | true | undefined>>;

export function register(data: Command): void {
  const command = data
    .command('simulate')
    .description('write raw files of simulated telemetry with injected faults')
    .argument('<out>', 'folder to write; below the data root if an experiment is to find it')
    .addOption(
      new Option('--format <format>', 'raw format, and whose classes of failures')
        .choices(simulatedFormats.map(({ name }) => name))
        .default('microservo'),
    )
    .addOption(
      new Option('--system <system>', 'what is simulated (default: the one of the format)').choices(
        simulatedSystems.map(({ name }) => name),
      ),
    )
    .option('--layout <layout>', 'variant of the format (default: its first; a wrong name lists them)');
  for (const { name, type, doc, default: value } of simulatorSettings) {
    const shown = type === 'duration' ? 'duration' : 'n';
    const text = (doc.split('. ')[0] ?? doc)
      .replace(/\.$/, '')
      .replace(/^./, (letter) => letter.toLowerCase());
    const preset = type === 'duration' ? formatDuration(value) : value;
    command.option(`--${name} <${shown}>`, `${text} (default: ${preset})`);
  }
  command
    .option('--days <n>', 'record without a break over so many days')
    .option('--records <n>', 'record without a break about so many records: 500k, 10M')
    .option('--gzip', 'pack every file with gzip')
    .option('--zstd', 'pack every file with zstd')
    .option('--force', 'replace a folder that is there')
    .option('--json', 'print one JSON document (schemas/dataset-simulate.schema.json)')
    .addHelpText(
      'after',
      moreHelp({
        examples: [
          ['data simulate data/d3 --cases 119'],
          ['data simulate data/big --records 10M --days 3 --zstd'],
        ],
      }),
    )
    .action(async (out: string, options: Options, own: Command) => {
      const { dataRoot } = globalOptions(own);
      const { simulateFiles } = await import('../../../data/simulate.ts');
      await simulateFiles(out, options, dataRoot);
    });
}
