/** `medx lock RUN`: writes what a run's numbers stand on into `medx.lock` beside its file. */
import type { Command } from 'commander';
import { moreHelp } from '../help.ts';
import { globalOptions } from '../options.ts';

export function register(program: Command): void {
  program
    .command('lock')
    .description("write what a run's numbers stand on into `medx.lock` beside its file")
    .argument('[run]', 'run id, its beginning, or `last`', 'last')
    .option('--json', 'print one JSON document (schemas/locked.schema.json)')
    .addHelpText(
      'after',
      moreHelp({
        text: 'A lock holds digests of data and text models, splits, seeds, engine, and versions of medx, Node, packages and stages. From then on `medx run FILE` says what differs, and `medx run FILE --locked` refuses to run. `medx gc` keeps what locks stand on. Of a run of some experiments only those are locked; the others stay as they were.',
        examples: [['lock'], ['lock d3_ablation-2026']],
      }),
    )
    .action(async (run: string, options: { readonly json?: true }, command: Command) => {
      const { store: root } = globalOptions(command);
      const { readRecord } = await import('../../../run/record.ts');
      const { nearestName } = await import('../../../diagnostics/nearest.ts');
      const { lockRun } = await import('../locking.ts');
      const record = readRecord({ root }, run, nearestName);
      const path = await lockRun({ root }, record);
      const { file, experiments } = record.about;
      if (options.json) {
        const some = experiments ? { experiments } : {};
        const locked = { format: 1, run: record.run, file, ...some, lock: path };
        process.stdout.write(`${JSON.stringify(locked, null, 2)}\n`);
        return;
      }
      const what = experiments ? `${file} (${experiments.join(', ')})` : file;
      process.stdout.write(`${what} is locked to run ${record.run} in ${path}\n`);
    });
}
