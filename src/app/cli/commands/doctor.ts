/** `medx doctor`: what this machine has of what medx can use, and how to mend what is wrong. Changes nothing. */
import { join } from 'node:path';
import type { Command } from 'commander';
import { exitCodes } from '../exit.ts';
import { moreHelp } from '../help.ts';
import { globalOptions } from '../options.ts';

export function register(program: Command): void {
  program
    .command('doctor')
    .description('say which engines, devices, models and datasets are found here, and what is wrong')
    .option('--json', 'print one JSON document (schemas/doctor.schema.json)')
    .addHelpText(
      'after',
      moreHelp({
        exits: [
          [exitCodes.ok, 'nothing is wrong; what is only missing may be'],
          [exitCodes.userError, 'something is wrong'],
        ],
      }),
    )
    .action(async (options: { json?: true }, command: Command) => {
      const { store, dataRoot, color: wanted } = globalOptions(command);
      const { checkMachine } = await import('../../doctor/machine.ts');
      const { checkEngines } = await import('../../doctor/engines.ts');
      const { checkDevices } = await import('../../doctor/devices.ts');
      const { checkData, checkModels } = await import('../../doctor/data.ts');
      const { checkStore } = await import('../../doctor/store.ts');
      const checks = [
        ...checkMachine(store),
        ...(await checkEngines()),
        ...(await checkDevices()),
        ...checkModels(dataRoot, join(store, 'cache')),
        ...(await checkData(dataRoot)),
        ...checkStore(store),
      ];
      if (options.json) process.stdout.write(`${JSON.stringify({ format: 1, checks }, null, 2)}\n`);
      else {
        const { renderChecks } = await import('../../doctor/render.ts');
        const { wantsColor } = await import('../print.ts');
        const lines = renderChecks(checks, wantsColor(process.stdout, wanted));
        process.stdout.write(`${lines.join('\n')}\n`);
      }
      if (checks.some((check) => check.state === 'problem')) process.exitCode = exitCodes.userError;
    });
}
