/**
 * The commands as they are declared: what each takes, and what its help says. Each lives in its own file under `commands/` and
 * imports what is heavy inside its action, so that `medx check` answers at once.
 */
import { Command, Help, Option } from 'commander';
import { register as registerCheck } from './commands/check.ts';
import { register as registerCompare } from './commands/compare.ts';
import { register as registerCompletion } from './commands/completion.ts';
import { register as registerData } from './commands/data/index.ts';
import { register as registerDiagnose } from './commands/diagnose.ts';
import { register as registerDoctor } from './commands/doctor.ts';
import { register as registerExplore } from './commands/explore.ts';
import { register as registerGc } from './commands/gc.ts';
import { register as registerLock } from './commands/lock.ts';
import { register as registerPack } from './commands/pack.ts';
import { register as registerPlan } from './commands/plan.ts';
import { register as registerReport } from './commands/report.ts';
import { register as registerRun } from './commands/run.ts';
import { register as registerShow } from './commands/show.ts';
import { register as registerStage } from './commands/stage.ts';
import { register as registerVerify } from './commands/verify.ts';
import { register as registerWhy } from './commands/why.ts';
import { exitCodes } from './exit.ts';
import { moreHelp } from './help.ts';
import { version } from './version.ts';

/** One `register` per command, in the groups and the order in which help lists them. */
const commands: readonly (readonly [group: string, registers: readonly ((program: Command) => void)[]])[] = [
  ['A .med file:', [registerCheck, registerPlan, registerShow, registerRun, registerWhy]],
  ['Its runs:', [registerCompare, registerReport, registerExplore, registerDiagnose]],
  ['For others:', [registerLock, registerPack, registerVerify]],
  ['Data, store and machine:', [registerData, registerStage, registerGc, registerDoctor, registerCompletion]],
];

export function createProgram(): Command {
  const program = new Command('medx')
    .description('Declarative experiments for multimodal failure diagnosis in microservices.')
    .version(version())
    .addOption(new Option('--store <dir>', 'folder of finished stages and runs').default('.medx'))
    .addOption(new Option('--data-root <dir>', 'folder of the datasets').env('MEDX_DATA').default('./data'))
    .configureHelp({
      // An empty list as the default says nothing.
      optionDescription: (option) => new Help().optionDescription(option).replace(' (default: [])', ''),
      showGlobalOptions: true,
    })
    .option('--no-color', 'plain text, no colours (NO_COLOR is heeded too)')
    .addHelpText(
      'after',
      moreHelp({
        text: 'The language of .med files: grammar/language.md. Every command has its own --help, with examples.',
        examples: [
          ['run experiments/hello.med', 'the quickest look: simulated data, under a minute'],
          ['run experiments/d3-ablation.med', 'Medicine and its ablations'],
        ],
        exits: [
          [exitCodes.ok, 'ok'],
          [exitCodes.userError, 'your file or data has errors'],
          [exitCodes.usage, 'wrong usage'],
          [exitCodes.jobFailed, 'a job failed'],
          [exitCodes.notReproduced, 'a number is not what was stated'],
          [exitCodes.bug, 'a bug in medx'],
          [exitCodes.stopped, 'stopped with Ctrl-C'],
        ],
      }),
    )
    .exitOverride();
  for (const [group, registers] of commands) {
    program.commandsGroup(group);
    for (const register of registers) register(program);
  }
  // Said here, it is listed in the last group.
  program.helpCommand('help [command]', 'display help for command');
  return program;
}
