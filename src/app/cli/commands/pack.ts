/** `medx pack RUN`: a run as one file that others can check with `medx verify`. */
import { type Command, InvalidArgumentError, Option } from 'commander';
import { moreHelp } from '../help.ts';
import { globalOptions } from '../options.ts';

interface PackOptions {
  readonly out?: string;
  readonly tolerance: number;
  readonly json?: true;
}

export function register(program: Command): void {
  program
    .command('pack')
    .description('write a run as one file: spec, lock, record; not the data')
    .argument('[run]', 'run id, its beginning, or `last`', 'last')
    .option('--out <file>', 'file to write (default: RUN.medx.tar.gz)')
    .addOption(
      new Option('--tolerance <x>', 'how far a score made elsewhere may be off')
        .default(0.01)
        .argParser(parseTolerance),
    )
    .option('--json', 'print one JSON document (schemas/packed.schema.json)')
    .addHelpText(
      'after',
      moreHelp({
        text: 'The file is a gzipped tar: pack.json, lock.json, record.json with every prediction and score, and the .med files below spec/. Whoever has the data calls `medx verify FILE`.',
        examples: [['pack'], ['pack d3_ablation-2026 --out d3.medx.tar.gz --tolerance 0.005']],
      }),
    )
    .action(async (run: string, options: PackOptions, command: Command) => {
      const { store: root } = globalOptions(command);
      const { readRecord } = await import('../../../run/record.ts');
      const { nearestName } = await import('../../../diagnostics/nearest.ts');
      const { writePack } = await import('../../../run/pack.ts');
      const { formatBytes } = await import('../../format.ts');
      const { whole } = await import('../locking.ts');
      const record = readRecord({ root }, run, nearestName);
      const lock = whole(record, 'packed');
      const path = options.out ?? `${record.run}.medx.tar.gz`;
      const bytes = await writePack(record, lock, options.tolerance, path);
      if (options.json) {
        const packed = { format: 1, run: record.run, file: path, bytes, tolerance: options.tolerance };
        process.stdout.write(`${JSON.stringify(packed, null, 2)}\n`);
        return;
      }
      process.stdout.write(
        `${path}: run ${record.run}, ${formatBytes(bytes)}. Check it with \`medx verify ${path}\`.\n`,
      );
    });
}

/** Reads `--tolerance`: a score is between 0 and 1, and a tenth of that is no tolerance any more. */
export function parseTolerance(text: string): number {
  const value = Number(text);
  if (text.trim() !== '' && value >= 0 && value <= 0.1) return value;
  throw new InvalidArgumentError('Expected a number from 0 to 0.1.');
}
