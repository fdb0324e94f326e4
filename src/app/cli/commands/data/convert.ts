/** `medx data convert SOURCE OUT`: any dataset as normalised Parquet by day, read by the source `converted`. */
import { existsSync } from 'node:fs';
import { basename, resolve } from 'node:path';
import type { Command } from 'commander';
import { moreHelp } from '../../help.ts';
import { globalOptions } from '../../options.ts';
import { datasetArgument } from './describe.ts';

interface ConvertOptions {
  readonly json?: true;
}

export function register(data: Command): void {
  data
    .command('convert')
    .description('write a dataset as Parquet by day, normalised, with labels and a manifest')
    .argument('<dataset>', datasetArgument)
    .argument('<out>', 'folder to write; must not exist')
    .option('--json', 'print one JSON document (schemas/dataset-convert.schema.json)')
    .addHelpText(
      'after',
      moreHelp({
        examples: [
          ['data convert \'microservo("d3")\' data/d3p', 'read by converted("d3p") to the same features'],
        ],
      }),
    )
    .action(async (given: string, out: string, options: ConvertOptions, command: Command) => {
      const global = globalOptions(command);
      const target = resolve(out);
      const { convertNamed } = await import('../../conversion.ts');
      const resumed = existsSync(`${target}.part`);
      const { source, counts, labels, refusedLabels, bytes } = await convertNamed(given, target, global);
      if (options.json) {
        process.stdout.write(
          `${JSON.stringify({ format: 1, source, out: target, counts, labels, refusedLabels, bytes }, null, 2)}\n`,
        );
        return;
      }
      if (resumed) process.stdout.write('An earlier conversion was found and gone on with.\n');
      const { formatBytes } = await import('../../../format.ts');
      const n = (count: number) => count.toLocaleString('en');
      for (const [modality, { read, refused, written, days }] of Object.entries(counts))
        process.stdout.write(
          `${modality.padEnd(6)}  ${n(read)} rows read, ${n(refused)} refused; ${n(written)} records written, ${days.length} ${days.length === 1 ? 'day' : 'days'}\n`,
        );
      process.stdout.write(`labels  ${n(labels)}, ${n(refusedLabels)} refused\n`);
      process.stdout.write(`${out}: ${formatBytes(bytes)}. Read it with converted("${basename(target)}").\n`);
    });
}
