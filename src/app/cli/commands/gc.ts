/** `medx gc`: removes from the store what neither the newest runs nor a lock reaches. */
import { type Command, InvalidArgumentError, Option } from 'commander';
import { moreHelp } from '../help.ts';
import { globalOptions } from '../options.ts';

interface GcOptions {
  readonly keep: number;
  readonly dryRun?: true;
  readonly json?: true;
}

export function register(program: Command): void {
  program
    .command('gc')
    .description('remove from the store what neither the newest runs nor a lock reaches')
    .addOption(
      new Option('--keep <n>', 'newest runs whose stages stay').default(10).argParser((text) => {
        const keep = Number(text);
        if (Number.isInteger(keep) && keep >= 0) return keep;
        throw new InvalidArgumentError('Expected a whole number of runs, from 0.');
      }),
    )
    .option('--dry-run', 'only say what would go')
    .option('--json', 'print one JSON document (schemas/gc.schema.json)')
    .addHelpText(
      'after',
      moreHelp({
        text: 'Records stay, and with them the tables and predictions of all runs. Of older runs the features and trained models go: `medx diagnose` and a rerun need them made again. What a `medx.lock` locks stays as long as the lock does. Downloads stay.',
        examples: [['gc --dry-run'], ['gc --keep 3']],
      }),
    )
    .action(async (options: GcOptions, command: Command) => {
      const { store: root } = globalOptions(command);
      const { openStore } = await import('../../../run/store.ts');
      const { cleanStore } = await import('../../../run/gc.ts');
      const dryRun = options.dryRun === true;
      const found = cleanStore(openStore(root), { keep: options.keep, dryRun });
      if (options.json) {
        process.stdout.write(`${JSON.stringify({ format: 1, dry_run: dryRun, ...found }, null, 2)}\n`);
        return;
      }
      const { renderCleaning } = await import('../cleaning.ts');
      process.stdout.write(renderCleaning(found, dryRun));
    });
}
