/** `medx show --resolved FILE`: every value and where it came from. */
import type { Command } from 'commander';
import { moreHelp } from '../help.ts';
import { type FileOptions, globalOptions, withFileOptions } from '../options.ts';

interface ShowOptions extends FileOptions {
  readonly resolved?: true;
  readonly json?: true;
  readonly yaml?: true;
}

export function register(program: Command): void {
  withFileOptions(
    program
      .command('show')
      .description('show every value of a .med file and where it came from')
      .argument('<file>', '.med file')
      .option('--resolved', 'with imports, patches, defaults and --set applied (always on)'),
  )
    .option('--json', 'as JSON (schemas/spec.schema.json)')
    .option('--yaml', 'as YAML')
    .addHelpText(
      'after',
      moreHelp({
        examples: [
          ['show experiments/hello.med'],
          ['show experiments/hello.med --set quick.epochs=5 --yaml'],
        ],
      }),
    )
    .action(async (file: string, options: ShowOptions, command: Command) => {
      const { loadSpec } = await import('../spec.ts');
      const spec = loadSpec(file, options, globalOptions(command).color);
      if (options.json) process.stdout.write(`${JSON.stringify(spec, null, 2)}\n`);
      else if (options.yaml) {
        const { stringify } = await import('yaml');
        process.stdout.write(stringify(spec));
      } else {
        const { renderValues } = await import('../show-values.ts');
        process.stdout.write(renderValues(spec));
      }
    });
}
