/** `medx verify FILE`: runs again what a pack holds and compares every number. */
import { type Command, Option } from 'commander';
import { exitCodes } from '../exit.ts';
import { moreHelp } from '../help.ts';
import { globalOptions } from '../options.ts';
import { parseTolerance } from './pack.ts';
import { parseJobs } from './run.ts';

interface VerifyCommandOptions {
  readonly tolerance?: number;
  readonly jobs?: number;
  readonly offline?: true;
  readonly json?: true;
}

export function register(program: Command): void {
  program
    .command('verify')
    .description('run a pack again and compare every number with what it states')
    .argument('<file>', 'what `medx pack` wrote')
    .addOption(
      new Option('--tolerance <x>', "how far a score may be off, in place of the pack's own").argParser(
        parseTolerance,
      ),
    )
    .option('--jobs <n>', 'stages to run at the same time (default: the number of cores)', (text: string) =>
      parseJobs(program, text),
    )
    .option('--offline', 'do not ask the hub for text models')
    .option('--json', 'print one JSON document (schemas/verify.schema.json)')
    .addHelpText(
      'after',
      moreHelp({
        text: 'It runs in a store of its own, so nothing is taken from earlier runs; one that was stopped goes on. Counts have to be equal. The data must be those of the pack, by their digests.',
        examples: [['verify d3.medx.tar.gz'], ['verify d3.medx.tar.gz --tolerance 0', 'to the last digit']],
        exits: [
          [exitCodes.ok, 'every number within the tolerance'],
          [exitCodes.userError, 'the pack is refused, or its data are not here'],
          [exitCodes.jobFailed, 'a job failed'],
          [exitCodes.notReproduced, 'some numbers are not within it'],
        ],
      }),
    )
    .action(async (file: string, options: VerifyCommandOptions, command: Command) => {
      const { store, dataRoot, color } = globalOptions(command);
      const { availableParallelism } = await import('node:os');
      const { renderVerification, verifyPack } = await import('../verification.ts');
      const found = await verifyPack(file, {
        store,
        dataRoot,
        color,
        jobs: options.jobs ?? availableParallelism(),
        allowRemote: !options.offline,
        ...(options.tolerance === undefined ? {} : { tolerance: options.tolerance }),
        json: options.json === true,
      });
      process.stdout.write(options.json ? `${JSON.stringify(found, null, 2)}\n` : renderVerification(found));
      // What the file itself expects of its scores is no matter here.
      if (found.state === 'finished') process.exitCode = found.pass ? exitCodes.ok : exitCodes.notReproduced;
    });
}
