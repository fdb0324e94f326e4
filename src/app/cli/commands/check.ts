/** `medx check FILE...`: reports every mistake of the files. Reads no data, needs no GPU and no network. */
import type { Command } from 'commander';
import { exitCodes } from '../exit.ts';
import { type FileOptions, globalOptions, withFileOptions } from '../options.ts';

export function register(program: Command): void {
  withFileOptions(
    program
      .command('check')
      .description('report every mistake of .med files (reads no data)')
      .argument('<file...>', '.med files'),
  )
    .option('--json', 'print the diagnostics as one JSON document')
    .action(
      async (files: readonly string[], options: FileOptions & { readonly json?: true }, command: Command) => {
        const { checkFile } = await import('../spec.ts');
        const { printDiagnostics, readSource } = await import('../print.ts');
        const found = files.flatMap((file) => checkFile(file, options).diagnostics);
        const failed = found.some((one) => one.severity === 'error');
        if (options.json) {
          const { diagnosticToJson } = await import('../../../diagnostics/json.ts');
          const list = found.map((one) => diagnosticToJson(one, readSource));
          process.stdout.write(`${JSON.stringify(list, null, 2)}\n`);
        } else if (found.length > 0) {
          printDiagnostics(found, { color: globalOptions(command).color });
        } else {
          process.stdout.write(`${files.join(', ')}: no errors\n`);
        }
        if (failed) process.exitCode = exitCodes.userError;
      },
    );
}
