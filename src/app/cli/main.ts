#!/usr/bin/env node
/**
 * The `medx` command. Wires the commands together, prints diagnostics and sets the exit code; every command lives in
 * its own file under `commands/` and imports what is heavy inside its action, so that `medx check` answers at once.
 */
import '../quiet.ts';
import { Command, CommanderError, Help, Option } from 'commander';
import { MedxError } from '../../diagnostics/diagnostic.ts';
import { guardOutput } from '../output.ts';
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
import { printDiagnostics } from './print.ts';
import { version } from './version.ts';

/** One `register` per command, in the order in which help lists them. */
const commands: readonly ((program: Command) => void)[] = [
  registerCheck,
  registerPlan,
  registerShow,
  registerRun,
  registerWhy,
  registerLock,
  registerPack,
  registerVerify,
  registerCompare,
  registerExplore,
  registerReport,
  registerData,
  registerDiagnose,
  registerStage,
  registerGc,
  registerDoctor,
  registerCompletion,
];

function createProgram(): Command {
  const program = new Command('medx')
    .description('Declarative experiments for multimodal failure diagnosis in microservices.')
    .version(version())
    .addOption(new Option('--store <dir>', 'folder of finished stages and runs').default('.medx'))
    .addOption(new Option('--data-root <dir>', 'folder of the datasets').env('MEDX_DATA').default('./data'))
    .configureHelp({
      // An empty list as the default says nothing.
      optionDescription: (option) => new Help().optionDescription(option).replace(' (default: [])', ''),
    })
    .option('--no-color', 'plain text, no colours (NO_COLOR is heeded too)')
    .addHelpText(
      'after',
      `
Exit codes: ${exitCodes.ok} ok, ${exitCodes.userError} your file or data has errors, ${exitCodes.usage} wrong usage, \
${exitCodes.jobFailed} a job failed, ${exitCodes.notReproduced} a number is not what was stated, ${exitCodes.bug} a bug in medx.`,
    )
    .exitOverride();
  for (const register of commands) register(program);
  return program;
}

/** Prints what went wrong and returns the exit code. Only a bug in medx shows a stack trace. */
function explain(error: unknown, color: boolean): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? exitCodes.ok : exitCodes.usage;
  if (error instanceof MedxError) {
    printDiagnostics(error.diagnostics, { color });
    return exitCodes.userError;
  }
  const detail = error instanceof Error ? (error.stack ?? error.message) : String(error);
  process.stderr.write(
    `This is a bug in medx, not in your file. Please report it with this text:\n${detail}\n`,
  );
  return exitCodes.bug;
}

/** Whoever reads the output has gone (`| head`), or the file it goes to is on a full disk: finished stages are kept. */
function watchOutput(stream: NodeJS.WriteStream): void {
  stream.on('error', (error: NodeJS.ErrnoException) => {
    // EIO: the terminal was closed.
    if (error.code === 'EPIPE' || error.code === 'EIO') process.exit(exitCodes.pipe);
    process.stderr.write(`error: the output cannot be written: ${error.message}\n`);
    process.exit(exitCodes.userError);
  });
}
watchOutput(process.stdout);
guardOutput(process.stdout);

const program = createProgram();
try {
  await program.parseAsync();
} catch (error) {
  process.exitCode = explain(error, program.opts<{ color: boolean }>().color);
}
