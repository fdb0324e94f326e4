/** `medx completion SHELL`: the script that a shell loads, and the hidden command that the script asks. */
import { resolve } from 'node:path';
import { Argument, type Command } from 'commander';
import { type Shell, shells } from '../completion/scripts.ts';
import { globalOptions } from '../options.ts';

export function register(program: Command): void {
  program
    .command('completion')
    .description(
      'print the completion script of a shell: commands, options, files, runs, rows, cases, settings',
    )
    .addArgument(new Argument('<shell>', 'shell that loads it').choices(shells))
    .addHelpText(
      'after',
      '\nExamples:\n  source <(medx completion bash)     in ~/.bashrc\n  source <(medx completion zsh)      in ~/.zshrc\n' +
        '  medx completion fish | source      in ~/.config/fish/config.fish\n\n`medx` has to be on the path: npx finds it in node_modules/.bin.',
    )
    .action(async (shell: Shell) => {
      const { completionScript } = await import('../completion/scripts.ts');
      process.stdout.write(completionScript(shell));
    });

  program
    .command('__complete', { hidden: true })
    .argument('[words...]')
    .allowUnknownOption()
    .action(async (words: readonly string[], _options: object, command: Command) => {
      const { candidatesFor } = await import('../completion/candidates.ts');
      const { readValues } = await import('../completion/values.ts');
      const { checkFile, diskHost } = await import('../spec.ts');
      const { ownExperiments, settablePaths } = await import('../../../spec/settable.ts');
      const { listDatasets } = await import('../../../data/manifest/list.ts');
      const { knownDatasets } = await import('../../../catalog/datasets/index.ts');
      const { writeSource } = await import('../description.ts');
      const options = globalOptions(command);
      const given = (flag: string, preset: string) => {
        const at = words.indexOf(flag);
        return at >= 0 && at < words.length - 2 ? resolve(words[at + 1] ?? preset) : preset;
      };
      const dataRoot = given('--data-root', options.dataRoot);
      const wantsData = words[0] === 'data' || words.includes('data');
      const datasets = wantsData ? await listDatasets(dataRoot, false).catch(() => []) : [];
      const values = readValues({
        store: given('--store', options.store),
        publicSets: knownDatasets.map(({ name }) => name),
        datasets: datasets.map((one) =>
          writeSource({ call: one.format, args: { root: one.root, ...one.options } }),
        ),
        resolve: (file) => checkFile(file, {}).spec,
        settings: (file) => settablePaths(file, diskHost),
        experiments: (file) => ownExperiments(file, diskHost),
      });
      const { words: found, files } = candidatesFor(program, words, values);
      const asked = files === undefined ? [] : [`:files ${files === '' ? '*' : files}`];
      process.stdout.write([...found, ...asked].map((line) => `${line}\n`).join(''));
    });
}
