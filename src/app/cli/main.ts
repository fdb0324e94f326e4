#!/usr/bin/env node
/** The `medx` command: runs what `program.ts` declares, prints diagnostics and sets the exit code. */
import '../quiet.ts';
import { CommanderError } from 'commander';
import { MedxError } from '../../diagnostics/diagnostic.ts';
import { guardOutput } from '../output.ts';
import { exitCodes } from './exit.ts';
import { printDiagnostics } from './print.ts';
import { createProgram } from './program.ts';

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
