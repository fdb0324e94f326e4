/** `medx check FILE...`: reports every mistake of the files. Reads no data, needs no GPU and no network. */
import type { Command } from 'commander';
import { exitCodes } from '../exit.ts';
import { moreHelp } from '../help.ts';
import { type FileOptions, globalOptions, withFileOptions } from '../options.ts';

export function register(program: Command): void {
  withFileOptions(
    program
      .command('check')
      .description('report every mistake of .med files (reads no data)')
      .argument('<file...>', '.med files'),
  )
    .option('--json', 'print the diagnostics as one JSON document (schemas/check.schema.json)')
    .addHelpText(
      'after',
      moreHelp({
        examples: [['check experiments/*.med'], ['check experiments/audit.med --experiment audit_d3']],
        exits: [
          [exitCodes.ok, 'no error; warnings are printed'],
          [exitCodes.userError, 'errors'],
        ],
      }),
    )
    .action(
      async (files: readonly string[], options: FileOptions & { readonly json?: true }, command: Command) => {
        const { Problems } = await import('../../../spec/context.ts');
        const { checkFile } = await import('../spec.ts');
        const { printDiagnostics, readSource } = await import('../print.ts');
        // Files import the same libraries: a mistake there is one.
        const problems = new Problems();
        for (const file of files) for (const one of checkFile(file, options).diagnostics) problems.add(one);
        const found = problems.list;
        const failed = found.some((one) => one.severity === 'error');
        if (options.json) {
          const { diagnosticToJson } = await import('../../../diagnostics/json.ts');
          const list = found.map((one) => diagnosticToJson(one, readSource));
          process.stdout.write(`${JSON.stringify(list, null, 2)}\n`);
        } else if (found.length > 0) {
          printDiagnostics(found, { color: globalOptions(command).color });
        } else {
          const which = files.length > 3 ? `${files.length} files` : files.join(', ');
          process.stdout.write(`${which}: no errors\n`);
        }
        if (failed) process.exitCode = exitCodes.userError;
      },
    );
}
