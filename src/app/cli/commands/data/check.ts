/** `medx data check DATASET`: every quality problem counted, with an example and what to do. */
import type { Command } from 'commander';
import { exitCodes } from '../../exit.ts';
import { moreHelp } from '../../help.ts';
import { collect, globalOptions } from '../../options.ts';
import { datasetArgument } from './describe.ts';

interface CheckOptions {
  readonly set: readonly string[];
  readonly folds: number;
  readonly strict?: true;
  readonly json?: true;
}

export function register(data: Command): void {
  data
    .command('check')
    .description('count every quality problem of a dataset, with an example and what to do')
    .argument('<dataset>', datasetArgument)
    .option('--set <path=value>', 'change a setting, as window=30s; may be repeated', collect, [])
    .option('--folds <n>', 'folds that every type should fill', parseFolds, 5)
    .option('--strict', 'warnings too set the exit code')
    .option('--json', 'print one JSON document (schemas/dataset-check.schema.json)')
    .addHelpText(
      'after',
      moreHelp({
        text: 'An error stops a run or makes its numbers wrong, a warning changes what a result means, a notice is dealt with by medx.',
        examples: [
          ['data check \'nezha("nezha-trainticket")\''],
          ['data check experiments/hello.med#boutique'],
        ],
        exits: [
          [exitCodes.ok, 'no error'],
          [exitCodes.userError, 'an error, or with --strict a warning'],
        ],
      }),
    )
    .action(async (given: string, options: CheckOptions, command: Command) => {
      const global = globalOptions(command);
      const { inspectDataset } = await import('../../inspection.ts');
      const result = await inspectDataset(given, options.set, options.folds, global);
      const { findings } = result;
      const stops = (severity: string) => severity === 'error' || (options.strict && severity === 'warning');
      if (findings.some(({ severity }) => stops(severity))) process.exitCode = exitCodes.userError;
      if (options.json) {
        process.stdout.write(`${JSON.stringify({ format: 1, ...result }, null, 2)}\n`);
        return;
      }
      const { countFindings, renderFindings } = await import('../../../../report/data/findings.ts');
      const { wantsColor } = await import('../../print.ts');
      const { plural } = await import('../../../format.ts');
      const width = process.stdout.columns || 100;
      const lines = renderFindings(findings, { width, color: wantsColor(process.stdout, global.color) });
      const records = Object.entries(result.records).map(([name, n]) => `${n.toLocaleString('en')} ${name}`);
      const looked =
        records.length > 0
          ? ` Looked at ${records.join(', ')} records and ${plural(result.labels, 'label')}.`
          : '';
      process.stdout.write(
        `${[...lines, ...(lines.length > 0 ? [''] : [])].join('\n')}${lines.length > 0 ? '\n' : ''}`,
      );
      process.stdout.write(`${result.source}: ${countFindings(findings)}${looked}\n`);
    });

  function parseFolds(text: string): number {
    const folds = Number(text);
    if (Number.isInteger(folds) && folds >= 2 && folds <= 1000) return folds;
    return data.error(`error: \`--folds ${text}\`: expected a whole number from 2 to 1000`, {
      exitCode: exitCodes.usage,
    });
  }
}
