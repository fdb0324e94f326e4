/** The options that every command accepts before or after its name. */
import { resolve } from 'node:path';
import { type Command, Option } from 'commander';

export interface GlobalOptions {
  /** Absolute path. */
  readonly store: string;
  /** Absolute path. */
  readonly dataRoot: string;
  readonly color: boolean;
}

/** Reads the global options from within an action: `globalOptions(command)`. */
export function globalOptions(command: Command): GlobalOptions {
  const all = command.optsWithGlobals<{ store: string; dataRoot: string; color: boolean }>();
  return { store: resolve(all.store), dataRoot: resolve(all.dataRoot), color: all.color };
}

/** What of a file is asked for. */
export interface FileOptions {
  /** `PATH=VALUE` each. */
  readonly set: readonly string[];
  /** Names; all of the file where there are none. */
  readonly experiment: readonly string[];
}

/** `--set` and `--experiment` of a command that takes a `.med` file. */
export function withFileOptions(command: Command): Command {
  return command
    .option('--set <path=value>', 'change a setting; may be repeated', collect, [])
    .addOption(experimentOption('only this experiment of the file'));
}

/** A name that may be given again. */
export function experimentOption(doc: string): Option {
  return new Option('--experiment <name>', `${doc}; may be repeated`).argParser(collect).default([]);
}

/** Collects a repeated option: `--set a=1 --set b=2`. */
export function collect(value: string, before: readonly string[]): readonly string[] {
  return [...before, value];
}
