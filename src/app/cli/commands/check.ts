/** `medx check FILE...`: reports every mistake of the files. Reads no data, needs no GPU and no network. */
import type { Command } from 'commander';
import { exitCodes } from '../exit.ts';
import { collect, globalOptions } from '../options.ts';

export function register(program: Command): void {
  program
    .command('check')
    .description('report every mistake of .med files (reads no data)')
    .argument('<file...>', '.med files')
    .option('--set <path=value>', 'change a setting; may be repeated', collect, [])
    .option('--json', 'print the diagnostics as one JSON document')
    .action(
      async (
        files: readonly string[],
        options: { set: readonly string[]; json?: true },
        command: Command,
      ) => {
        const { checkFile } = await import('../spec.ts');
        const { printDiagnostics, readSource } = await import('../print.ts');
        const found = files.flatMap((file) => checkFile(file, options.set).diagnostics);
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
