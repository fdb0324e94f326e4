/** The options that every command accepts before or after its name. */
import { resolve } from 'node:path';
import type { Command } from 'commander';

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

/** Collects a repeated option: `--set a=1 --set b=2`. */
export function collect(value: string, before: readonly string[]): readonly string[] {
  return [...before, value];
}
